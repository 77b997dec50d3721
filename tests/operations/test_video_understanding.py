"""Questions about films: at once, and as a job for long ones."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from llmkit import LLMKit, Video
from llmkit.errors import InvalidRequest, JobInterrupted, ProtocolError, ProviderError, UnsupportedFeature
from llmkit.testing import FakeHost
from llmkit.testing.serving import json_reply
from tests.operations.faces import FACES, client_for, use
from tests.operations.video_rows import MP4

PEGASUS = "twelvelabs/pegasus1.5"
ANSWER = {"id": "a1", "data": "A cat plays.", "finish_reason": "stop", "usage": {"output_tokens": 4, "input_tokens": 90}}
AT_ONCE = (("Retry-After", "0"),)
FILMS: dict[str, tuple[Any, dict[str, str]]] = {
    "an address": ("https://example.com/cat.mp4", {"type": "url", "url": "https://example.com/cat.mp4"}),
    "bytes": (MP4, {"type": "base64_string", "base64_string": b64encode(MP4).decode()}),
    "an asset": (Video(file_id="asset1"), {"type": "asset_id", "asset_id": "asset1"}),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("case", FILMS)
def test_a_question_about_a_film_is_answered(case: str, face: str) -> None:
    """One question, one answer, with what it used."""
    film, sent = FILMS[case]
    schema = {"type": "object"}
    with FakeHost() as host:
        host.on("POST /analyze", ANSWER)
        reply = use(
            face,
            client_for("twelvelabs", host.url),
            "understand",
            PEGASUS,
            film,
            "What happens?",
            temperature=0.2,
            max_tokens=600,
            schema=schema,
        )

    assert {
        "model_name": "pegasus1.5",
        "video": sent,
        "prompt": "What happens?",
        "temperature": 0.2,
        "max_tokens": 600,
        "response_format": {"type": "json_schema", "json_schema": schema},
        "stream": False,
    } == host.requests[0].json
    assert ("A cat plays.", "stop", 90, 4, "twelvelabs") == (
        reply.text,
        reply.finish,
        reply.usage.input,
        reply.usage.output,
        reply.provider,
    )


def test_a_long_film_is_a_job() -> None:
    """It is waited for by its id, as a film that is made."""
    with FakeHost() as host:
        host.on("POST /analyze/tasks", {"task_id": "t1", "status": "pending"})
        host.on("GET /analyze/tasks/t1", json_reply(200, {"task_id": "t1", "status": "processing"}, AT_ONCE))
        host.on("GET /analyze/tasks/t1", {"task_id": "t1", "status": "ready", "result": {"generation_id": "g", **ANSWER}})
        with LLMKit(**client_for("twelvelabs", host.url)) as kit:
            name = kit.start_understanding(PEGASUS, "https://example.com/cat.mp4", "What happens?").id
            reply = kit.job(name).wait()

    assert ("understand:twelvelabs/pegasus1.5:t1", "A cat plays.", "twelvelabs") == (name, reply.text, reply.provider)


FAILURES: dict[str, tuple[Any, type[Exception]]] = {
    "failed": ({"status": "failed", "error": {"message": "unsupported resolution"}}, ProviderError),
    "no text": ({"status": "ready", "result": {}}, JobInterrupted),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_job_without_an_answer_is_an_error(case: str) -> None:
    """Nothing is made up for it."""
    look, error = FAILURES[case]
    with FakeHost() as host, pytest.raises(error):
        host.on("GET /analyze/tasks/t1", look)
        use("sync", client_for("twelvelabs", host.url), "job", "understand:twelvelabs/pegasus1.5:t1").wait()


WRONG: dict[str, tuple[tuple[Any, ...], type[Exception], str]] = {
    "no question": ((PEGASUS, MP4), InvalidRequest, "no question"),
    "no film": ((PEGASUS, None, "What?"), InvalidRequest, "must be a film"),
    "who does not": (("runwayml/gen4.5", MP4, "What?"), UnsupportedFeature, "twelvelabs"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_refused_before_anything_is_sent(case: str) -> None:
    """With what is right."""
    arguments, error, words = WRONG[case]
    with FakeHost() as host, pytest.raises(error, match=words):
        use("sync", {**client_for("twelvelabs", host.url), "keys": {"twelvelabs": "k", "runwayml": "k"}}, "understand", *arguments)

    assert [] == host.requests


def test_an_answer_without_words_is_an_error() -> None:
    """A 200 is not enough."""
    with FakeHost() as host, pytest.raises(ProtocolError):
        host.on("POST /analyze", {"id": "a1"})
        use("sync", client_for("twelvelabs", host.url), "understand", PEGASUS, MP4, "What?")
