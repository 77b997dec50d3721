"""Records of usage become OpenTelemetry metrics: the same sums, apart only by what was asked for."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("opentelemetry.trace", reason="the OpenTelemetry API is not installed: requirements/dev.txt needs opentelemetry-api")

from llmkit.errors import ConfigurationError
from llmkit.metering import UsageRecord
from llmkit.otel import TelemetrySink
from llmkit.pipeline.meter import Meter
from llmkit.testing import Answer, FakeProvider
from tests.faces import DIALECTS, FACES, ask, client_of

from .recorder import Recorder

MODEL = DIALECTS["openai_chat"][1]
RECORDS = [
    UsageRecord(
        id="1", at=1.0, model="openai/a", tenant="x", user="u", uncached=60, cache_read=40, output_text=10, cost="0.25", saved="0.5"
    ),
    UsageRecord(id="2", at=1.0, model="google/b", tenant="y", status="error", error="RateLimited", cost="0"),
    UsageRecord(id="3", at=1.0, model="openai/a", tenant="x", uncached=5, estimated=True, status="aborted"),
]


@pytest.mark.parametrize("face", FACES)
def test_each_call_is_counted(face: str) -> None:
    recorder = Recorder()
    with FakeProvider("openai_chat").add(Answer(text="hi", usage=(12, 9), cached=4, thought=2)) as fake:
        ask(face, client_of(fake, layers=[Meter(TelemetrySink(meter_provider=recorder))], tenant="acme"), MODEL, "the secret", user="bob")

    tokens = {about["llmkit.usage.bucket"]: value for value, about in recorder.of("llmkit.usage.tokens")}
    ((calls, about),) = recorder.of("llmkit.usage.calls")
    assert {"uncached": 8, "cache_read": 4, "output_text": 7, "reasoning": 2} == tokens
    assert (1, "acme", "ok") == (calls, about["llmkit.tenant"], about["llmkit.usage.status"])
    assert 1 == len(recorder.of("llmkit.usage.cost"))
    assert "bob" not in repr(recorder.measured)
    assert "secret" not in repr(recorder.measured)


def test_what_is_not_known_is_not_counted_as_nothing() -> None:
    recorder = Recorder()

    TelemetrySink(meter_provider=recorder).write(RECORDS)

    assert [0.25, 0.0] == [value for value, _ in recorder.of("llmkit.usage.cost")]
    assert [True] == [about["llmkit.usage.estimated"] for _, about in recorder.of("llmkit.usage.unpriced")]
    assert [0.5] == [value for value, _ in recorder.of("llmkit.usage.saved")]
    assert ["openai", "gcp.gemini", "openai"] == [about["gen_ai.provider.name"] for _, about in recorder.of("llmkit.usage.calls")]
    assert "RateLimited" == recorder.of("llmkit.usage.calls")[1][1]["error.type"]


@pytest.mark.parametrize(("by", "apart"), [((), set()), ("user", {"llmkit.user"}), (("tenant", "user"), {"llmkit.tenant", "llmkit.user"})])
def test_only_what_is_asked_for_makes_series_of_its_own(by: Any, apart: set[str]) -> None:
    """Each user would be one wherever the metrics go."""
    recorder = Recorder()

    TelemetrySink(by=by, meter_provider=recorder).write(RECORDS[:1])

    scopes = {"llmkit.tenant", "llmkit.user", "llmkit.key", "llmkit.tags"}
    assert {frozenset(apart)} == {frozenset(scopes & about.keys()) for _, _, about in recorder.measured}


def test_an_unknown_scope_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigurationError, match="tenant"):
        TelemetrySink(by=("tenants",))
