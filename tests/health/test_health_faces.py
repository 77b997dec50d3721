"""`kit.health()` and `kit.check_health()` through both clients, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.caching.sqlite import SqliteEntries
from llmkit.errors import LLMKitError
from llmkit.health import Health, HealthReport
from llmkit.limits.limit import Limit
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.circuit import BreakerRules
from llmkit.pipeline.concurrency import Concurrency
from llmkit.pipeline.ratelimit import RateLimit
from llmkit.routing import Fallback, Router
from llmkit.stores.redis_rates import RedisRates
from llmkit.testing import Answer, FakeHost, FakeProvider, Fault
from llmkit.testing.serving import json_reply
from tests.faces import DIALECTS, FACES, ask

ONE, TWO = DIALECTS["openai_chat"][1], DIALECTS["anthropic"][1]
NOWHERE = "http://127.0.0.1:1"


def client_of(fake: FakeProvider, *layers: Any, **more: Any) -> dict[str, Any]:
    """Return a client whose first provider is not there and whose second is `fake`."""
    urls = {"openai": NOWHERE, "anthropic": fake.base_url}
    return {"keys": {"openai": "sk-one", "anthropic": fake.key}, "base_urls": urls, "layers": layers, "retries": 0, **more}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("model", ["route/chat", [ONE, TWO]], ids=["route", "list"])
def test_a_provider_that_is_not_there_is_passed_over(face: str, model: Any) -> None:
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(text="Hello"))
        layers = (Router({"chat": Fallback([ONE, TWO])}), Health([ONE, TWO], failures=1))
        reply = ask(face, client_of(fake, *layers), model, "Hi", max_tokens=9)

    assert "Hello" == reply.text
    assert ["anthropic"] == [attempt.provider for attempt in reply.attempts]


def checked(face: str, client: dict[str, Any], *models: str) -> HealthReport:
    async def as_async() -> HealthReport:
        async with AsyncLLMKit(**client) as kit:
            await kit.check_health(*models)
            return kit.health()

    if face == "async":
        return asyncio.run(as_async())
    with LLMKit(**client) as kit:
        kit.check_health(*models)
        return kit.health()


@pytest.mark.parametrize("face", ["sync", "async"])
def test_checks_tell_who_answers_and_who_does_not(face: str) -> None:
    with FakeProvider("anthropic") as fake:
        report = checked(face, client_of(fake, Health([ONE], failures=1)), TWO)

    assert [(ONE, "down", "ConnectionFailed"), (TWO, "healthy", "ok")] == [
        (one.deployment, one.state, one.check) for one in report.deployments
    ]
    assert not report.well


def test_a_client_without_the_layer_can_check_too() -> None:
    with FakeProvider("anthropic") as fake:
        report = checked("sync", client_of(fake), TWO)

    assert [(TWO, "healthy")] == [(one.deployment, one.state) for one in report.deployments]


def test_a_completion_is_asked_for_where_the_user_wants_that() -> None:
    """The list of models may be there while the models are not."""
    with FakeProvider("anthropic") as fake:
        fake.add(Fault.overloaded(), Answer(text="yes"))
        health = Health([TWO], by="completion", failures=1, successes=1)
        with LLMKit(**client_of(fake, health)) as kit:
            states = [kit.check_health().deployments[0].state for _ in range(2)]

    assert ["down", "healthy"] == states
    assert [16, 16] == [request.json["max_tokens"] for request in fake.requests]


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        (200, "healthy", "ok"),
        (401, "down", "AuthenticationError"),
        (500, "down", "ServerError"),
        # A key may be made that answers and lists nothing; and who refuses haste is there.
        (403, "unknown", "its key may not list models: check by='completion'"),
        (429, "healthy", "ok"),
    ],
)
def test_what_a_list_of_models_says_of_a_deployment(status: int, state: str, words: str) -> None:
    with FakeHost() as host:
        host.on("GET /models", lambda request: json_reply(status, {"data": []} if status == 200 else {"error": {"message": "no"}}))
        client = {"keys": {"openai": "sk-one"}, "base_urls": {"openai": host.url}, "layers": [Health([ONE], failures=1)]}
        report = checked("sync", client)

    assert [(state, words)] == [(one.state, one.check) for one in report.deployments]


def test_where_all_keys_rest_the_deployment_does() -> None:
    with FakeProvider("openai_chat") as fake:
        keys = {"openai": ["sk-wrong", "sk-worse"]}
        with LLMKit(keys=keys, base_urls={"openai": fake.base_url}, layers=[Health()]) as kit:
            with pytest.raises(LLMKitError):
                kit.complete(ONE, "Hi")
            one = kit.health().of(ONE)

    assert one is not None
    assert ("resting", "all of its keys rest", (0, 1)) == (one.state, one.reason, one.keys_resting)


def test_the_report_says_why_a_circuit_is_open_and_who_is_busy() -> None:
    layers = (Health(), Breaker(BreakerRules(volume=1, pause=60.0)), Concurrency(7))
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="one two three"), Fault.error("server"))
        urls = {"openai": fake.base_url}
        with LLMKit(keys={"openai": fake.key}, base_urls=urls, layers=layers, retries=0) as kit:
            with kit.stream(ONE, "Hi") as stream:
                next(iter(stream))
                during = kit.health().of(ONE)
            with pytest.raises(LLMKitError):
                kit.complete(ONE, "Hi")
            after = kit.health().of(ONE)

    assert during is not None and after is not None
    assert (1, 7, "closed") == (during.under_way, during.limit, during.circuit)
    assert ("open", "open", "ServerError") == (after.state, after.circuit, after.failure)
    assert 55 < after.retry_after <= 60


def test_keys_that_rest_are_told_by_their_places_and_never_shown() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hello"))
        keys = {"openai": ["sk-wrong-secret", fake.key]}
        with LLMKit(keys=keys, base_urls={"openai": fake.base_url}, layers=[Health()]) as kit:
            kit.complete(ONE, "Hi")
            report = kit.health()

    assert (0,) == report.deployments[0].keys_resting
    assert "secret" not in f"{report} {report!r} {json.dumps(report.to_dict())}"


def test_pauses_that_a_provider_asked_for_are_told() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.rate_limited(30))
        layers = (RateLimit(limits=(Limit(requests=100, per=60),)), Health())
        with LLMKit(keys={"openai": fake.key}, base_urls={"openai": fake.base_url}, layers=layers, retries=0) as kit:
            with pytest.raises(LLMKitError):
                kit.complete(ONE, "Hi")
            one = kit.health().of(ONE)

    assert one is not None
    assert ("resting", "the provider asked to wait") == (one.state, one.reason)
    assert 25 < one.retry_after <= 30


def test_a_route_tells_whom_it_leaves_alone() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.rate_limited(30))
        layers = (Router({"chat": ONE}), Health(()))
        with LLMKit(keys={"openai": fake.key}, base_urls={"openai": fake.base_url}, layers=layers, retries=0) as kit:
            with pytest.raises(LLMKitError):
                kit.complete("route/chat", "Hi")
            one = kit.health().of(ONE)

    assert one is not None
    assert ("resting", "left alone after a failure") == (one.state, one.reason)


def test_stores_of_layers_are_asked(tmp_path: Path) -> None:
    layers = (Cache(store=SqliteEntries(tmp_path / "cache.db")), RateLimit(store=RedisRates("redis://127.0.0.1:1")))
    with LLMKit(layers=layers) as kit:
        report = kit.check_health()

    assert [("cache", "SQLite", True), ("ratelimit", "Redis", False)] == [(one.layer, one.store, one.reachable) for one in report.stores]
    assert not report.well


def test_who_has_no_key_is_down_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with LLMKit(layers=[Health([ONE])]) as kit:
        report = kit.health()

    assert [("down", "no key")] == [(one.state, one.reason) for one in report.deployments]


def test_the_report_reads_well_and_is_plain_data() -> None:
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(text="Hello"))
        with LLMKit(**client_of(fake, Health((), every=None))) as kit:
            with pytest.raises(LLMKitError):
                kit.complete(ONE, "Hi")
            kit.complete([ONE, TWO], "Hi", max_tokens=9)
            report = kit.health()

    lines = str(report).splitlines()
    assert lines[0].startswith(f"degraded {ONE} (it fails often; 100% errors, last ConnectionFailed")
    assert lines[1].startswith(f"healthy  {TWO} (")
    assert report == HealthReport.from_dict(report.to_dict())
    assert "nothing was called or checked yet" == str(HealthReport(at=0.0))
