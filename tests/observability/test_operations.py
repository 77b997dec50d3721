"""Whoever watches calls watches embeddings and all other operations just as conversations."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import BadRequest
from llmkit.logs import CallLog
from llmkit.pipeline.hooks import Hooks
from llmkit.testing import FakeHost
from llmkit.testing.serving import json_reply
from llmkit.tracing import Trace, last
from tests.operations.faces import FACES, client_for, use

MODEL = "openai/text-embedding-3-small"
ANSWER = {"data": [{"index": 0, "embedding": [1.0, 0.0]}], "model": "text-embedding-3-small", "usage": {"prompt_tokens": 7}}


def embedded(face: str, *layers: Any, answer: Any = ANSWER, **options: Any) -> FakeHost:
    with FakeHost() as host:
        host.on("POST /embeddings", answer)
        use(face, client_for("openai", host.url, layers=layers, retries=0), "embed", MODEL, "the secret text", **options)
    return host


@pytest.mark.parametrize("face", FACES)
def test_a_log_line_and_a_trace_tell_of_an_embedding(face: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "llmkit")

    embedded(face, CallLog(), Trace(tmp_path / "calls.jsonl"))

    (traced,) = last(tmp_path / "calls.jsonl")
    logged = caplog.records[0].llmkit  # type: ignore[attr-defined]  # the field that the layer adds
    for told in (traced, logged):
        assert ("embed", [MODEL], "ok", 7) == (told["operation"], told["models"], told["status"], told["usage"]["input"])
        assert "text-embedding-3-small" == told["model"]
    assert "secret" not in json.dumps(traced) + repr(logged)


@pytest.mark.parametrize("face", FACES)
def test_its_words_are_kept_only_when_asked_and_redacted(face: str, tmp_path: Path) -> None:
    embedded(face, Trace(tmp_path / "calls.jsonl", content=True, redact=lambda text: text.replace("secret", "[x]")))

    assert [{"role": "user", "parts": [{"type": "text", "content": "the [x] text"}]}] == last(tmp_path / "calls.jsonl")[0]["input"]


@pytest.mark.parametrize("face", FACES)
def test_hooks_see_its_request_answer_and_failure(face: str) -> None:
    seen: list[str] = []
    hooks = Hooks(
        on_request=lambda call: seen.append(f"{call.operation} {call.model}"),
        on_response=lambda reply, call: seen.append(f"{len(reply)} {call.operation}"),
        on_error=lambda error, call: seen.append(f"{type(error).__name__} {call.operation}"),
    )

    embedded(face, hooks)
    with pytest.raises(BadRequest):
        embedded(face, hooks, answer=json_reply(400, {"error": {"message": "no"}}))

    assert [f"embed {MODEL}", "1 embed", f"embed {MODEL}", "BadRequest embed"] == seen


def recorder() -> Any:
    pytest.importorskip(
        "opentelemetry.trace", reason="the OpenTelemetry API is not installed: requirements/dev.txt needs opentelemetry-api"
    )
    from tests.observability.recorder import Recorder

    return Recorder()


@pytest.mark.parametrize("face", FACES)
def test_a_span_and_metrics_tell_of_it_and_the_trace_context_goes_along(face: str) -> None:
    found = recorder()
    from llmkit.otel import Telemetry

    host = embedded(face, Telemetry(tracer_provider=found, meter_provider=found, propagate=True, content=True))

    (span,) = found.spans
    context = span.get_span_context()
    about = span.attributes
    assert ("embeddings text-embedding-3-small", "embeddings", 7) == (
        span.name,
        about["gen_ai.operation.name"],
        about["gen_ai.usage.input_tokens"],
    )
    assert f"00-{context.trace_id:032x}-{context.span_id:016x}-01" == host.requests[0].headers["traceparent"]
    assert "the secret text" in about["gen_ai.input.messages"]
    ((_, measured),) = found.of("gen_ai.client.operation.duration")
    assert "embeddings" == measured["gen_ai.operation.name"]
    assert [7.0, 0.0] == [value for value, _ in found.of("gen_ai.client.token.usage")]


def test_a_users_own_trace_context_wins() -> None:
    found = recorder()
    from llmkit.otel import Telemetry

    with FakeHost() as host:
        host.on("POST /embeddings", ANSWER)
        layer = Telemetry(tracer_provider=found, meter_provider=found, propagate=True)
        with LLMKit(**client_for("openai", host.url, layers=[layer])) as kit:
            kit.embed(MODEL, "x", extra_headers={"traceparent": "mine"})

    assert "mine" == host.requests[0].headers["traceparent"]
