"""OpenTelemetry hears of every call: how long, how much, how it ended; not what was said."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from llmkit import LLMKit, Message, Timeouts
from llmkit.errors import ConfigurationError, LLMKitError, RateLimited
from llmkit.pipeline.call import Budget, Call
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.requests import CompletionRequest
from tests.faces import DIALECTS, FACES, ask, client_of

pytest.importorskip("opentelemetry.trace", reason="the OpenTelemetry API is not installed: requirements/dev.txt needs opentelemetry-api")

from opentelemetry import trace

from llmkit.otel import Telemetry
from llmkit.tracing.conventions import VERSIONS

from .recorder import Recorder

MODEL, OTHER = DIALECTS["openai_chat"][1], "openai/gpt-4.1"
PROMPT, WORDS = "the secret question", "the secret answer"
ANSWER = Answer(text=WORDS, usage=(12, 9), cached=4, thought=2)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def telemetry(recorder: Recorder, **more: Any) -> Telemetry:
    return Telemetry(tracer_provider=recorder, meter_provider=recorder, **more)


def asked(face: str, recorder: Recorder, *script: Any, model: Any = MODEL, options: Any = None, **more: Any) -> FakeProvider:
    with FakeProvider("openai_chat").add(*script) as fake:
        ask(face, client_of(fake, layers=[telemetry(recorder, **more)], retries=0), model, PROMPT, **(options or {}))
    return fake


@pytest.mark.parametrize("face", FACES)
def test_a_call_is_one_span_with_its_tokens(face: str, recorder: Recorder) -> None:
    """The same for every face; the sums hold cached tokens and thinking, as the conventions ask."""
    asked(face, recorder, ANSWER, options={"temperature": 0.5, "max_tokens": 99, "tags": ["night"]})

    (span,) = recorder.spans
    expected = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4.1-mini",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 99,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.output_tokens": 9,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.usage.reasoning.output_tokens": 2,
        "llmkit.tags": ("night",),
    }
    assert ("chat gpt-4.1-mini", trace.SpanKind.CLIENT, 1, None) == (span.name, span.kind, span.ended, span.status)
    assert expected == {name: span.attributes[name] for name in expected}
    assert ("stream" in face) == ("gen_ai.request.stream" in span.attributes) == ("gen_ai.response.time_to_first_chunk" in span.attributes)
    assert float(span.attributes["llmkit.cost.amount"]) > 0


@pytest.mark.parametrize("face", FACES)
def test_a_call_is_measured(face: str, recorder: Recorder) -> None:
    asked(face, recorder, ANSWER)

    tokens = {about["gen_ai.token.type"]: value for value, about in recorder.of("gen_ai.client.token.usage")}
    ((seconds, about),) = recorder.of("gen_ai.client.operation.duration")
    assert {"input": 12, "output": 9} == tokens
    assert seconds > 0
    assert ("chat", "openai", "gpt-4.1-mini") == tuple(
        about[f"gen_ai.{name}"] for name in ("operation.name", "provider.name", "request.model")
    )
    streamed = "stream" in face
    assert streamed == (len(recorder.of("gen_ai.client.operation.time_to_first_chunk")) == 1)
    assert (2 if streamed else 0) == len(recorder.of("gen_ai.client.operation.time_per_output_chunk"))
    ((cost, about),) = recorder.of("llmkit.client.cost")
    assert (True, "USD") == (cost > 0, about["llmkit.cost.currency"])
    assert {"s", "{token}", "{money}"} == set(recorder.units.values())


@pytest.mark.parametrize("face", FACES)
def test_nothing_that_was_said_is_kept_unless_asked(face: str, recorder: Recorder) -> None:
    asked(face, recorder, ANSWER)

    everything = repr([(span.name, span.attributes, span.events) for span in recorder.spans]) + repr(recorder.measured)
    assert "secret" not in everything


@pytest.mark.parametrize("face", FACES)
def test_content_is_kept_redacted_when_asked(face: str, recorder: Recorder) -> None:
    asked(face, recorder, ANSWER, content=True, redact=lambda text: text.replace("secret", "[x]"), options={"system": "be secret"})

    about = recorder.spans[0].attributes
    assert [{"role": "user", "parts": [{"type": "text", "content": "the [x] question"}]}] == json.loads(about["gen_ai.input.messages"])
    assert [{"type": "text", "content": "be [x]"}] == json.loads(about["gen_ai.system_instructions"])
    (turn,) = json.loads(about["gen_ai.output.messages"])
    assert ("assistant", "stop", "the [x] answer") == (turn["role"], turn["finish_reason"], turn["parts"][-1]["content"])


def test_what_redaction_could_not_look_at_is_left_out(recorder: Recorder) -> None:
    asked("sync", recorder, ANSWER, content=True, redact=lambda text: 1 / 0)

    assert "secret" not in repr(recorder.spans[0].attributes)
    assert "[omitted: the redaction failed]" in recorder.spans[0].attributes["gen_ai.input.messages"]


@pytest.mark.parametrize("face", FACES)
def test_a_failure_is_the_status_of_the_span_and_attempts_are_its_events(face: str, recorder: Recorder) -> None:
    with pytest.raises(RateLimited):
        asked(face, recorder, *[Fault.error("rate_limited", message="secret quota")] * 2, model=[MODEL, OTHER])

    (span,) = recorder.spans
    assert ("RateLimited", 1) == (span.attributes["error.type"], span.ended)
    assert (trace.StatusCode.ERROR, None) == (span.status.status_code, span.status.description)
    assert ["llmkit.attempt"] * 2 == [name for name, _ in span.events]
    assert {429} == {about["http.response.status_code"] for _, about in span.events}
    ((_, about),) = recorder.of("gen_ai.client.operation.duration")
    assert "RateLimited" == about["error.type"]


@pytest.mark.parametrize("face", FACES)
def test_a_call_that_another_model_answered_shows_both(face: str, recorder: Recorder) -> None:
    asked(face, recorder, Fault.overloaded(), ANSWER, model=[MODEL, OTHER])

    assert ["Overloaded", None] == [about.get("error.type") for _, about in recorder.spans[0].events]


def test_a_reader_that_goes_away_ends_the_span_without_an_error(recorder: Recorder) -> None:
    with FakeProvider("openai_chat").add(Fault.stall(after=3)) as fake:
        client = client_of(fake, layers=[telemetry(recorder)])
        with LLMKit(**client) as kit, kit.stream(MODEL, PROMPT) as stream:
            next(iter(stream))

    (span,) = recorder.spans
    assert (1, None, ("interrupted",)) == (span.ended, span.status, span.attributes["gen_ai.response.finish_reasons"])


def test_the_span_is_a_child_of_the_one_around_it(recorder: Recorder) -> None:
    with FakeProvider("openai_chat").add(ANSWER) as fake, recorder.get_tracer().start_as_current_span("mine") as mine:
        ask("async stream", client_of(fake, layers=[telemetry(recorder)]), MODEL, PROMPT)

    assert mine.get_span_context() == recorder.spans[1].parent


@pytest.mark.parametrize("face", FACES)
def test_the_trace_context_goes_to_the_provider_only_when_asked(face: str, recorder: Recorder) -> None:
    silent = asked(face, recorder, ANSWER)
    told = asked(face, recorder, ANSWER, propagate=True)

    assert "traceparent" not in {name.lower() for name, _ in silent.requests[0].headers.items()}
    headers = {name.lower(): value for name, value in told.requests[0].headers.items()}
    context = recorder.spans[1].get_span_context()
    assert f"00-{context.trace_id:032x}-{context.span_id:016x}-01" == headers["traceparent"]


@pytest.mark.parametrize(
    ("version", "provider", "cached"),
    [
        ("latest", "gen_ai.provider.name", "gen_ai.usage.cache_read.input_tokens"),
        ("1.41", "gen_ai.provider.name", "gen_ai.usage.cache_read.input_tokens"),
        ("1.36", "gen_ai.system", None),
    ],
)
def test_names_follow_the_version(version: Any, provider: str, cached: str | None, recorder: Recorder) -> None:
    """Old dashboards go on to work; what an old version has no name for is not told."""
    asked("sync stream", recorder, ANSWER, conventions=version)

    about = recorder.spans[0].attributes
    assert "openai" == about[provider]
    assert 1 == len({"gen_ai.system", "gen_ai.provider.name"} & about.keys())
    assert (cached is not None) == ("gen_ai.usage.cache_read.input_tokens" in about)
    assert all(isinstance(name, str) and name for name in about)


def test_the_old_names_are_those_of_the_package_where_it_is_there() -> None:
    """`1.41` is what the last package of the old repository says."""
    attributes = pytest.importorskip("opentelemetry.semconv._incubating.attributes.gen_ai_attributes", reason="semantic conventions absent")

    known = {value for name, value in vars(attributes).items() if name.startswith("GEN_AI")}
    used = [
        value for name in VERSIONS["1.41"].__struct_fields__ if not name.endswith("metric") and (value := getattr(VERSIONS["1.41"], name))
    ]
    assert [] == [name for name in used if name not in known]


def test_providers_are_called_as_the_conventions_call_them(recorder: Recorder) -> None:
    with FakeProvider("gemini").add(ANSWER) as fake:
        ask("sync", client_of(fake, layers=[telemetry(recorder)]), DIALECTS["gemini"][1], PROMPT)

    assert "gcp.gemini" == recorder.spans[0].attributes["gen_ai.provider.name"]


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [({"conventions": "1.4"}, "conventions"), ({"conventions": "1.36", "content": True}, "content"), ({"redact": str}, "redact")],
)
def test_wrong_settings_are_refused_at_once(wrong: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Telemetry(**wrong)

    assert parameter == caught.value.parameter


def test_an_sdk_that_fails_breaks_no_call(recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Recorder):
        def get_tracer(self, *names: Any, **more: Any) -> Any:
            return None

    with FakeProvider("openai_chat").add(ANSWER) as fake:
        layer = Telemetry(tracer_provider=Broken(), meter_provider=recorder)
        reply = ask("sync", client_of(fake, layers=[layer]), MODEL, PROMPT)

    assert WORDS == reply.text
    assert "AttributeError" in caplog.text


def test_without_an_sdk_a_call_costs_a_microsecond_at_most() -> None:
    """The best of several rounds: what this machine does besides is not counted. Measured about 0.4 us; the limit leaves room."""
    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        pytest.skip("an SDK is set up in this process")
    layer, runtime = Telemetry(), Virtual()
    request = CompletionRequest(model="a/m", messages=(Message.user("hi"),))
    call = Call(request=request, models=("a/m",), model="a/m", runtime=runtime, timeouts=Timeouts(), deadline=None, budget=Budget(0))

    async def bare(call: Call) -> None:
        return None

    async def through() -> None:
        for _ in range(1000):
            await layer(call, bare)

    async def without() -> None:
        for _ in range(1000):
            await bare(call)

    def seconds(work: Any) -> float:
        begun = time.perf_counter()
        run(work())
        return time.perf_counter() - begun

    cost = min(seconds(through) for _ in range(25)) - min(seconds(without) for _ in range(25))
    assert cost / 1000 < 1e-6


def test_the_real_sdk_understands_it() -> None:
    sdk = pytest.importorskip("opentelemetry.sdk.trace", reason="opentelemetry-sdk is not installed: requirements/dev.txt needs it")
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = sdk.TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    layer = Telemetry(tracer_provider=tracers, meter_provider=MeterProvider([reader]), content=True)

    with FakeProvider("openai_chat").add(ANSWER) as fake:
        ask("sync stream", client_of(fake, layers=[layer]), MODEL, PROMPT, tags=["a"], stop=["x"])

    (span,) = spans.get_finished_spans()
    data = reader.get_metrics_data()
    assert data is not None
    found = {metric.name for resource in data.resource_metrics for scope in resource.scope_metrics for metric in scope.metrics}
    assert ("chat gpt-4.1-mini", 12) == (span.name, span.attributes["gen_ai.usage.input_tokens"])
    assert {"gen_ai.client.operation.duration", "gen_ai.client.token.usage", "llmkit.client.cost"} < found


def test_an_error_of_ours_is_counted_too(recorder: Recorder) -> None:
    """The layer is outermost: it sees what was refused before anything was sent."""
    with pytest.raises(LLMKitError), LLMKit(layers=[telemetry(recorder)], keys={"openai": "k"}) as kit:
        kit.complete(MODEL, PROMPT, extra_headers={"bad\nname": "x"})

    assert 1 == len(recorder.of("gen_ai.client.operation.duration")) == recorder.spans[0].ended
