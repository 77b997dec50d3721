"""Routes through the public client, over real HTTP, in all four ways to ask."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import InvalidRequest, NoDeployment, Overloaded, UnknownModel
from llmkit.routing import Balance, Constraints, Fallback, Router
from llmkit.testing.answers import Answer
from llmkit.testing.fake import FakeProvider
from llmkit.testing.faults import Fault
from tests.faces import DIALECTS, FACES, ask

FIRST, SECOND = DIALECTS["openai_chat"][1], DIALECTS["anthropic"][1]


def client_of(first: FakeProvider, second: FakeProvider, *layers: Any, **more: Any) -> dict[str, Any]:
    fakes = {DIALECTS[fake.dialect][0]: fake for fake in (first, second)}
    keys, urls = {name: fake.key for name, fake in fakes.items()}, {name: fake.base_url for name, fake in fakes.items()}
    return {"keys": keys, "base_urls": urls, "layers": layers, **more}


@pytest.mark.parametrize("face", FACES)
def test_a_route_is_used_like_a_model(face: str) -> None:
    router = Router({"chat": Fallback([FIRST, SECOND])})
    with FakeProvider("openai_chat") as first, FakeProvider("anthropic") as second:
        first.add(Fault.overloaded())
        second.add(Answer(text="Hello"))
        reply = ask(face, client_of(first, second, router), "route/chat", "Hi", max_tokens=9)

    assert "Hello" == reply.text
    assert ["Overloaded", None] == [attempt.error for attempt in reply.attempts]
    assert [0, 0] == [candidate.in_flight for candidate in router._builder.candidates.values()]
    assert [1, 1] == [candidate.record.count for candidate in router._builder.candidates.values()]


@pytest.mark.parametrize("face", FACES)
def test_a_stream_that_breaks_before_its_first_event_goes_elsewhere(face: str) -> None:
    with FakeProvider("openai_chat") as first, FakeProvider("anthropic") as second:
        first.add(Fault.disconnect())
        second.add(Answer(text="Hello"))
        router = Router({"chat": Balance([FIRST, SECOND], by="round_robin")})

        assert "Hello" == ask(face, client_of(first, second, router), "route/chat", "Hi", max_tokens=9).text


@pytest.mark.parametrize("face", FACES)
def test_constraints_are_an_argument_of_the_call_and_never_sent(face: str) -> None:
    """The registry's own facts decide: the first costs less than a dollar a million, the second more."""
    with FakeProvider("openai_chat") as first, FakeProvider("anthropic") as second:
        first.add(Answer(text="cheap"))
        client = client_of(first, second, Router({"chat": Fallback([SECOND, FIRST])}))
        reply = ask(face, client, "route/chat", "Hi", route={"max_input_price": 1.0, "needs": ["tools"]})

        assert "cheap" == reply.text
        assert b"max_input_price" not in first.requests[0].body
        with pytest.raises(NoDeployment):
            ask(face, client, "route/chat", "Hi", route=Constraints(regions=("eu",)))


def test_a_stream_in_progress_keeps_its_place_until_it_ends() -> None:
    router = Router({"chat": Fallback([FIRST])})
    with FakeProvider("openai_chat") as first, FakeProvider("anthropic") as second:
        first.add(Fault.stall(after=2), Answer(text="one two three"))
        with LLMKit(**client_of(first, second, router)) as kit:
            (candidate,) = router._builder.candidates.values()
            with kit.stream("route/chat", "Hi") as stream:
                next(iter(stream))
                during = candidate.in_flight
            after_leaving = (candidate.in_flight, candidate.record.count)
            kit.stream("route/chat", "Hi").response()

    assert (1, (0, 0), 1) == (during, after_leaving, candidate.record.count)
    assert 0 == candidate.in_flight


def test_wrong_names_are_refused_with_the_nearest_one() -> None:
    with LLMKit(layers=[Router({"chat": FIRST})]) as kit:
        with pytest.raises(UnknownModel, match="Did you mean route/chat"):
            kit.complete("route/chta", "Hi")
        with pytest.raises(InvalidRequest, match="Did you mean max_cost"):
            kit.complete("route/chat", "Hi", route={"max_cots": 1})
    with LLMKit() as kit, pytest.raises(UnknownModel, match="Give the client a Router"):
        kit.complete("route/chat", "Hi")


def test_other_models_fail_over_as_ever() -> None:
    with FakeProvider("openai_chat") as first, FakeProvider("anthropic") as second:
        first.always(Fault.overloaded())
        second.add(Answer(text="Hello"))
        with LLMKit(**client_of(first, second, Router({"chat": FIRST}), retries=0)) as kit:
            assert "Hello" == kit.complete([FIRST, SECOND], "Hi", max_tokens=9).text
            with pytest.raises(Overloaded):
                kit.complete(FIRST, "Hi")
