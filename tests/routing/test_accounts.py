"""Deployments with keys, addresses and settings of their own: several accounts behind one route, kept apart in everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit, Message
from llmkit.auth.secret import Secret
from llmkit.caching.memory import MemoryEntries
from llmkit.connections import blocking_transport
from llmkit.core import Core
from llmkit.errors import AuthenticationError, ConfigurationError, LLMKitError
from llmkit.health import Health
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.cache import Cache
from llmkit.routing import Balance, Deployment, Fallback, Router
from llmkit.runtime.virtual import Virtual
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import FACES, ask
from tests.routing.server import World

MODEL = "openai/gpt-4.1-mini"


@pytest.mark.parametrize("face", FACES)
def test_each_deployment_is_called_with_its_own_key_at_its_own_address(face: str) -> None:
    with FakeProvider("openai_chat", key="sk-one") as one, FakeProvider("openai_chat", key="sk-two") as two:
        one.add(Fault.overloaded())
        two.add(Answer(text="Hello"))
        router = Router({"chat": Fallback([MODEL, Deployment(MODEL, key=Secret("sk-two"), base_url=two.base_url)])})
        client = {"keys": {"openai": "sk-one"}, "base_urls": {"openai": one.base_url}, "layers": [router]}
        reply = ask(face, client, "route/chat", "Hi")

    assert "Hello" == reply.text
    assert [("openai", "Overloaded"), ("openai@2", None)] == [(attempt.provider, attempt.error) for attempt in reply.attempts]
    assert reply.cost is not None, "it has the prices of the provider"


@pytest.mark.parametrize("face", FACES)
def test_a_key_that_is_refused_says_nothing_of_another_account(face: str) -> None:
    with FakeProvider("openai_chat", key="sk-right") as fake:
        fake.add(Answer(text="Hello"))
        nodes = [Deployment(MODEL, name="old", key=Secret("sk-old")), Deployment(MODEL, name="new", key=Secret("sk-right"))]
        client = {"base_urls": {"openai": fake.base_url}, "layers": [Router({"chat": Fallback(nodes)})]}
        reply = ask(face, client, "route/chat", "Hi")

    assert [("openai@old", "AuthenticationError"), ("openai@new", None)] == [(one.provider, one.error) for one in reply.attempts]


def test_breakers_health_and_records_keep_accounts_apart() -> None:
    with FakeProvider("openai_chat", key="sk-one") as one, FakeProvider("openai_chat", key="sk-two") as two:
        one.add(Answer(text="1"), Answer(text="1"))
        two.add(Answer(text="2"))
        nodes = Balance([MODEL, Deployment(MODEL, name="eu", key=Secret("sk-two"), base_url=two.base_url)], by="round_robin")
        router, breaker, health = Router({"chat": nodes}), Breaker(), Health(())
        with LLMKit(keys={"openai": "sk-one"}, base_urls={"openai": one.base_url}, layers=[router, breaker, health]) as kit:
            told = [kit.complete("route/chat", "Hi").text for _ in range(3)]
            report = kit.health()

    eu = "openai@eu/gpt-4.1-mini"
    assert ["1", "2", "1"] == told
    assert {MODEL: 2, eu: 1} == {state.deployment: state.calls for state in breaker.states()}
    assert {MODEL: 2, eu: 1} == {name.deployment: round(name.calls) for name in report.deployments}
    assert [2, 1] == [candidate.record.count for candidate in router._builder.candidates.values()]


def test_what_is_sealed_for_an_account_stays_there() -> None:
    """A signature of one account is refused by another: the other gets the words without it."""
    model = "anthropic/claude-sonnet-4-5"
    with FakeProvider("anthropic", key="sk-one") as one, FakeProvider("anthropic", key="sk-two") as two:
        one.add(Answer(text="Hello", reasoning="Let me see.", signature="c2VhbGVk"), Answer(text="again"))
        two.add(Answer(text="Bye"))
        other = Deployment(model, key=Secret("sk-two"), base_url=two.base_url)
        layers = [Router({"chat": model, "other": other})]
        with LLMKit(keys={"anthropic": "sk-one"}, base_urls={"anthropic": one.base_url}, layers=layers) as kit:
            first = kit.complete("route/chat", "Hi", max_tokens=2000)
            told = [Message.user("Hi"), first.message, Message.user("And?")]
            kit.complete("route/other", told, max_tokens=2000)
            kit.complete("route/chat", told, max_tokens=2000)

    assert b"c2VhbGVk" not in two.requests[0].body
    assert b"c2VhbGVk" in one.requests[1].body


def test_settings_of_a_deployment_lie_over_those_of_the_provider() -> None:
    nodes = [Deployment("azure/gpt-4.1", name="sweden", settings={"resource": "north"}), "azure/gpt-4.1"]
    core = Core(
        Virtual(),
        blocking_transport,
        {"keys": {"azure": "k"}, "settings": {"azure": {"resource": "south"}}, "layers": [Router({"x": Fallback(nodes)})]},
    )

    hosts = [core.endpoints.plan(model).endpoint.origin.host for model in core.deployments("route/x")]

    assert ["north", "south"] == [host.partition(".")[0] for host in hosts]


def test_equal_accounts_are_one_and_different_ones_have_names_of_their_own() -> None:
    key, other = Secret("sk-a"), Secret("sk-b")
    nodes = [
        Deployment("a/one", key=key),
        Deployment("a/two", key=Secret("sk-a")),
        Deployment("a/one", key=other),
        Deployment("b/one", key=key),
        Deployment("a/one", name="eu"),
        "a/one",
    ]
    world = World({"x": Fallback(nodes), "y": Deployment("a/three", key=other)})

    assert ("a@2/one", "a@2/two", "a@3/one", "b@2/one", "a@eu/one", "a/one") == world.router.deployments("route/x")
    assert ("a@3/three",) == world.router.deployments("route/y")


def test_all_that_a_route_may_come_to_is_known_for_budgets() -> None:
    layers = [Router({"x": Fallback([MODEL, "route/y"]), "y": Balance(["anthropic/claude-sonnet-4-5", MODEL])})]
    core = Core(Virtual(), blocking_transport, {"layers": layers})

    assert (MODEL, "anthropic/claude-sonnet-4-5") == core.deployments("route/x")
    assert (MODEL,) == core.deployments(MODEL)


def test_accounts_have_the_facts_and_prices_of_their_provider() -> None:
    core = Core(Virtual(), blocking_transport, {"layers": [Router({"x": Deployment(MODEL, name="eu")})]})

    assert core.match(MODEL).info == core.match("openai@eu/gpt-4.1-mini").info is not None


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Deployment(MODEL, key="sk-text"), "must be a Secret, 'env:NAME' or 'file:PATH'"),
        (lambda: Deployment(MODEL, name="a/b"), "is no name"),
        (lambda: Deployment("gpt-4.1", key="env:X"), "names no provider"),
        (lambda: Deployment("route/x", key="env:X"), "names no provider"),
        (lambda: Deployment(MODEL, settings="x"), "table of texts"),  # type: ignore[arg-type] # that is the fault
        (
            lambda: Router({"x": Fallback([Deployment(MODEL, name="a", key="env:X"), Deployment(MODEL, name="a", key="env:Y")])}),
            "Two deployments are called openai@a",
        ),
    ],
)
def test_a_wrong_account_is_refused_when_it_is_made(build: Any, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        build()

    assert "sk-text" not in str(caught.value)


def test_a_deployment_that_has_no_key_is_passed_over_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """And never stood in for by the key of another account."""
    monkeypatch.delenv("NOT_THERE", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    with FakeProvider("openai_chat", key="sk-environment") as fake:
        kit = LLMKit(base_urls={"openai": fake.base_url}, layers=[Router({"x": Deployment(MODEL, key="env:NOT_THERE")})])
        with kit, pytest.raises(LLMKitError, match="NOT_THERE is not set"):
            kit.complete("route/x", "Hi")
        assert [] == fake.requests


def test_the_file_names_where_keys_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EU_KEY", "sk-eu")
    with FakeProvider("openai_chat", key="sk-eu") as fake:
        fake.add(Answer(text="Hello"))
        node = f'{{ model = "{MODEL}", name = "eu", key = "env:EU_KEY", base_url = "{fake.base_url}", region = "de" }}'
        file = tmp_path / "config.toml"
        file.write_text(f"[routes.chat]\nfallback = [{node}]\n")
        with LLMKit(config=file) as kit:
            reply = kit.complete("route/chat", "Hi", route={"regions": ["eu"]})

    assert ("Hello", "openai@eu") == (reply.text, reply.provider)


def test_a_cache_gives_no_answer_of_another_account_behind_the_same_route() -> None:
    """Two clients share a store and the name of a route; what is behind it is not the same."""
    store = MemoryEntries()
    with FakeProvider("openai_chat", key="sk-one") as fake, FakeProvider("openai_chat", key="sk-two") as other:
        fake.add(Answer(text="one"))
        other.add(Answer(text="two"))
        told = []
        for server in (fake, other, fake):
            node = Deployment(MODEL, name="own", key=Secret(server.key), base_url=server.base_url)
            with LLMKit(layers=[Router({"x": node}), Cache(store=store)]) as kit:
                told.append(kit.complete("route/x", "Hi").text)

    assert ["one", "two", "one"] == told


def test_a_key_is_never_shown() -> None:
    with FakeProvider("openai_chat", key="sk-right") as fake:
        nodes = Fallback([Deployment(MODEL, key=Secret("sk-very-secret"))])
        with LLMKit(base_urls={"openai": fake.base_url}, layers=[Router({"x": nodes}), Health()]) as kit:
            with pytest.raises(AuthenticationError) as caught:
                kit.complete("route/x", "Hi")
            report = kit.health()
            rows = repr(dict(kit.providers)["openai@2"])

    shown = f"{nodes!r} {caught.value!r} {caught.value} {report!r} {json.dumps(report.to_dict())} {rows}"
    assert "very-secret" not in shown


def test_one_router_serves_several_clients() -> None:
    with FakeProvider("openai_chat", key="sk-two") as fake:
        fake.always(Answer(text="Hello"))
        layers = [Router({"x": Deployment(MODEL, key=Secret("sk-two"), base_url=fake.base_url)}), Health()]

        assert ["Hello"] * 4 == [ask(face, {"layers": layers}, "route/x", "Hi").text for face in FACES]
