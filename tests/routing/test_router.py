"""The first deployment that can answers; a failure says who else may still be asked."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    CircuitOpen,
    ConfigurationError,
    ConnectionFailed,
    ContentFiltered,
    ContentTooLarge,
    ContextLengthExceeded,
    InvalidRequest,
    LLMKitError,
    MissingKey,
    NoDeployment,
    NotFound,
    Overloaded,
    QuotaExhausted,
    RateLimited,
    ServerError,
    Timeout,
    UnsupportedFeature,
)
from llmkit.pipeline.call import Resumption
from llmkit.routing import Balance, Constraints, Deployment, Fallback, Router
from llmkit.runtime.step import run
from llmkit.types.messages import Message
from llmkit.types.parts import Image
from llmkit.types.tools import Tool
from tests.routing.server import World

ALL = ["a/small", "a/other", "b/large", "d/unknown"]


@pytest.mark.parametrize(
    ("failure", "asked"),
    [
        (RateLimited("x", status=429), ["a/small", "a/other"]),
        (Overloaded("x", status=529), ["a/small", "a/other"]),
        (ServerError("x", status=500), ["a/small", "a/other"]),
        (ConnectionFailed("x"), ["a/small", "a/other"]),
        (Timeout("first_event"), ["a/small", "a/other"]),
        (NotFound("x", status=404), ["a/small", "a/other"]),
        (UnsupportedFeature("tools", where="x"), ["a/small", "a/other"]),
        (ContentFiltered("x", status=400), ["a/small", "a/other"]),
        (CircuitOpen("a/small", retry_after=9.0), ["a/small", "a/other"]),
        (QuotaExhausted("x", status=429), ["a/small", "b/large"]),
        (AuthenticationError("x", status=401), ["a/small", "b/large"]),
        (MissingKey("a"), ["a/small", "b/large"]),
        (BadRequest("x", status=400), ["a/small"]),
        (ContentTooLarge("x", status=413), ["a/small"]),
        (InvalidRequest("x"), ["a/small"]),
    ],
)
def test_the_kind_of_failure_says_who_is_asked_next(failure: LLMKitError, asked: list[str]) -> None:
    """An account without money has none for another model; a malformed request is malformed everywhere."""
    world = World({"x": Fallback(ALL)})
    world.script("a/small", failure)

    if len(asked) == 1:
        with pytest.raises(type(failure)):
            world.play()
    else:
        world.play()

    assert asked == world.asked


def test_a_prompt_that_is_too_long_goes_to_a_larger_context() -> None:
    world = World({"x": Fallback([Deployment("b/large"), Deployment("a/small"), Deployment("d/unknown")])})
    world.script("b/large", ContextLengthExceeded("x", status=400))

    assert "d/unknown" == world.play()
    assert ["b/large", "d/unknown"] == world.asked


def test_a_deployment_is_not_repeated_while_there_is_another() -> None:
    """Waiting for one that is down helps nobody; the last one gets all repetitions that the call has."""
    world = World({"x": Fallback(["a/small", "b/large"])})
    world.script("a/small", *[ServerError("x", status=500)] * 9)
    world.script("b/large", *[ServerError("x", status=500)] * 2)

    assert "b/large" == world.play(retries=2)
    assert ["a/small", "b/large", "b/large", "b/large"] == world.asked


def test_deployments_and_repetitions_never_multiply() -> None:
    world = World({"x": Fallback([f"p{n}/m" for n in range(4)])}, insist=True)
    for number in range(4):
        world.script(f"p{number}/m", *[ServerError("x", status=500)] * 99)

    with pytest.raises(ServerError) as caught:
        world.play(retries=3)

    assert 4 + 3 == len(world.asked) == len(caught.value.attempts)


def test_no_more_deployments_are_asked_than_allowed() -> None:
    world = World({"x": Fallback([f"p{n}/m" for n in range(9)])}, tries=3)
    for number in range(9):
        world.script(f"p{number}/m", *[ServerError("x", status=500)] * 99)

    with pytest.raises(ServerError):
        world.play(retries=0)

    assert 3 == len(world.asked)


def test_nobody_is_asked_after_the_deadline() -> None:
    world = World({"x": Fallback(["a/small", "b/large"])})
    world.script("a/small", Timeout("total"), seconds=10)

    with pytest.raises(Timeout):
        world.play(deadline=world.runtime.now() + 5)

    assert ["a/small"] == world.asked


def test_who_was_too_busy_rests_as_long_as_it_said() -> None:
    world = World({"x": Fallback(["a/small", "b/large"])})
    world.script("a/small", RateLimited("x", status=429, retry_after=20))

    answered = [world.play(), world.play()]
    world.runtime.advance(21)

    assert ["b/large", "b/large", "a/small"] == [*answered, world.play()]


def test_whoever_rests_is_asked_when_nobody_else_can() -> None:
    world = World({"x": Fallback(["a/small", "b/large"])})
    world.script("a/small", RateLimited("x", status=429, retry_after=20))
    world.script("b/large", *[ServerError("x", status=500)] * 9)

    with pytest.raises(ServerError):
        world.play(retries=0)

    assert "a/small" == world.play(retries=0)
    assert ["a/small", "b/large", "b/large", "a/small"] == world.asked


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Constraints(), ALL),
        (Constraints(max_input_price=2), ["a/small"]),
        (Constraints(max_input_price=5, max_output_price=9), ["a/small", "b/large"]),
        (Constraints(max_cost=0.002), ["a/small"]),
        (Constraints(regions=("eu",)), ["b/large"]),
        (Constraints(regions=("us", "de")), ["a/small", "a/other", "b/large"]),
        (Constraints(needs=("tools",)), ["a/small"]),
        (Constraints(max_retention=0), ["d/unknown"]),
        (Constraints(max_retention=30), ["b/large", "d/unknown"]),
        (Constraints(providers=("a",)), ["a/small", "a/other"]),
        (Constraints(without=("a", "b")), ["d/unknown"]),
    ],
)
def test_what_is_not_known_never_holds_a_constraint(wanted: Constraints, left: list[str]) -> None:
    nodes = ["a/small", "a/other", Deployment("b/large", retention=30), Deployment("d/unknown", retention=0)]
    world = World({"x": Fallback(nodes)}, tries=9)
    for model in ALL:
        world.script(model, *[ServerError("x", status=500)] * 9)

    with pytest.raises(ServerError):
        world.play(retries=0, route=wanted)

    assert left == world.asked


def test_a_price_in_another_currency_is_not_known_in_dollars() -> None:
    world = World({"x": "c/yuan"})

    with pytest.raises(NoDeployment, match="max_input_price=2: not known"):
        world.play(route=Constraints(max_input_price=2))

    assert [] == world.asked


def test_features_of_the_request_pass_over_who_is_known_to_lack_them() -> None:
    """Not known is no reason here: most models are not described in full."""
    world = World({"x": Fallback(["b/large", "d/unknown"])})

    assert "d/unknown" == world.play(tools=(Tool(name="t"),))
    assert "b/large" == world.play()


def test_a_long_prompt_passes_over_small_contexts() -> None:
    world = World({"x": Fallback(["a/small", "b/large"])})

    assert "b/large" == world.play("word " * 20_000)


def test_health_from_outside_decides_who_is_asked_first() -> None:
    world = World({"x": Fallback(["a/small", "b/large"])}, healthy=lambda model: model != "a/small")

    assert "b/large" == world.play()


def test_lists_of_models_may_hold_routes() -> None:
    world = World({"x": "a/small"})
    world.script("a/small", ServerError("x", status=500))

    assert "d/m" == world.play(model=("route/x", "d/m"))
    assert "e/m" == world.play(model=("e/m", "d/m"))


def test_a_model_can_be_routed_under_its_own_name() -> None:
    world = World({"a/small": Fallback(["b/large"])})

    assert "b/large" == world.play(model="a/small")


def test_routes_can_use_routes_but_not_themselves() -> None:
    world = World({"x": Fallback(["route/y", "b/large"]), "y": "a/small"})

    assert "a/small" == world.play()
    with pytest.raises(ConfigurationError, match="route/x -> route/y -> route/x"):
        Router({"x": Balance(["route/y"]), "y": "route/x"})
    with pytest.raises(ConfigurationError, match="Did you mean route/chat"):
        Router({"x": "route/chta", "chat": "a/small"})


def test_a_kept_answer_is_not_looked_for_elsewhere() -> None:
    import msgspec

    world = World({"x": "a/small"})
    call = msgspec.structs.replace(world.call(), resumption=Resumption(id="r"))

    with pytest.raises(InvalidRequest, match="kept answer"):
        run(world.router(call, world._server))


def test_explaining_sends_and_counts_nothing() -> None:
    world = World({"x": Balance([Deployment("a/small", weight=2), "b/large", Deployment("d/unknown", weight=0)])})
    request = world.call(route=Constraints(without=("b",))).request

    told = [world.router.explain(request) for _ in range(3)]

    assert told[0] == told[1] == told[2]
    assert [("a/small", 1), ("d/unknown", 2), ("b/large", None)] == [(one.model, one.place) for one in told[0]]
    assert "without b" == told[0][2].reason
    assert [] == world.asked
    assert ["a/small", "b/large", "a/small"] == [world.play() for _ in range(3)]


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Balance(["a/b"], by="wieghts"), "Did you mean weights"),  # type: ignore[arg-type] # that is the fault
        (lambda: Balance([]), "at least one"),
        (lambda: Balance(["a/b"], weights=(1, 2)), "1 nodes and 2 weights"),
        (lambda: Deployment("a/b", weight=-1), "weight must be"),
        (lambda: Fallback([3]), "no part of a route"),
        (lambda: Router({}), "at least one route"),
    ],
)
def test_a_wrong_tree_is_refused_when_it_is_made(build: Any, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        build()


def test_pictures_count_as_a_feature() -> None:
    world = World({"x": "a/small"})
    request = world.call().request.replace(messages=(Message.user("hi", Image(url="https://example.com/a.png")),))

    assert ("vision",) == world.router._features(request, "route/x", 0.0, world.call().scope).abilities
