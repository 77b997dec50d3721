"""Each way to balance keeps its promise: exact shares, stable homes, the better figure first."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import RateLimited, ServerError
from llmkit.routing import Balance, Deployment, Fallback, Route, Split, When
from llmkit.routing.placement import Homes, key_of, place
from tests.routing.server import World

WEIGHTS = st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any)


@settings(max_examples=40, deadline=None)
@given(WEIGHTS)
def test_over_each_round_the_shares_are_exact(weights: list[int]) -> None:
    """Not nearly: with weights 5, 1, 1 of each seven calls five go to the first, in every process anew."""
    world = World({"x": Balance([Deployment(f"p{n}/m", weight=weight) for n, weight in enumerate(weights)])})

    for _ in range(2):
        counted = Counter(world.router.decide(world.call()).model for _ in range(sum(weights)))  # type: ignore[union-attr] # one is there

        assert {f"p{n}/m": weight for n, weight in enumerate(weights) if weight} == dict(counted)


def test_when_the_one_whose_turn_it_is_fails_the_one_that_is_next_stands_in() -> None:
    """Not the one with the larger weight: it had its turn just before."""
    world = World({"x": Balance(["a/1", "b/2", "c/3"], weights=(5, 4, 1))})
    firsts = [world.play() for _ in range(2)]
    world.script("a/1", ServerError("x", status=500))

    assert (["a/1", "b/2"], "c/3") == (firsts, world.play())
    assert ["a/1", "c/3"] == world.asked[2:]


def test_turns_are_spread_evenly() -> None:
    world = World({"x": Balance(["a/1", "b/2", "c/3"], weights=(5, 1, 1))})

    assert ["a/1", "a/1", "b/2", "a/1", "c/3", "a/1", "a/1"] == [world.play() for _ in range(7)]


def test_shares_stay_exact_among_those_that_are_left() -> None:
    world = World({"x": Balance(["a/1", "b/2", "c/3"], weights=(2, 1, 1))})
    world.script("c/3", RateLimited("x", status=429, retry_after=60))
    for _ in range(4):
        world.play()

    assert {"a/1": 6, "b/2": 3} == Counter(world.play() for _ in range(9))


def test_round_robin_looks_at_no_weight() -> None:
    world = World({"x": Balance([Deployment("a/1", weight=9), "b/2"], by="round_robin")})

    assert ["a/1", "b/2", "a/1", "b/2"] == [world.play() for _ in range(4)]


def test_the_least_busy_is_asked_first() -> None:
    world = World({"x": Balance(["a/1", "b/2"], by="least_busy")})
    inner: list[str] = []
    world.answers["a/1"] = lambda: inner.append(world.play()) or _answer("a/1")

    assert "a/1" == world.play()
    assert ["b/2"] == inner


def _answer(model: str) -> Any:
    from llmkit import CompletionResponse

    return CompletionResponse(model=model)


def test_the_faster_one_is_asked_first_until_its_figure_is_old() -> None:
    world = World({"x": Balance(["a/1", "b/2"], by="latency")}, half_life=60.0)
    world.script("a/1", seconds=3)
    world.script("b/2", seconds=1)

    first = [world.play() for _ in range(4)]
    world.runtime.advance(30)
    again = world.play()
    world.script("b/2", seconds=2.9)
    for _ in range(8):
        world.play()

    assert ["a/1", "b/2", "b/2", "b/2"] == first
    assert "b/2" == again
    assert "a/1" in world.asked[5:]


@pytest.mark.parametrize(
    ("by", "order"),
    [("cost", ["a/small", "b/large", "d/unknown"]), ("quality", ["d/unknown", "b/large", "a/small"])],
)
def test_the_better_figure_is_first_and_what_is_not_known_last(by: Any, order: list[str]) -> None:
    nodes = [Deployment("d/unknown", quality=9), Deployment("b/large", quality=5), Deployment("a/small")]
    world = World({"x": Balance(nodes, by=by)})

    assert order == [one.model for one in world.router.explain(world.call().request)]


def test_a_conversation_stays_where_its_prompt_is_cached() -> None:
    """While it is healthy; and where it went meanwhile, the cache is then."""
    models = [f"p{n}/m" for n in range(5)]
    world = World({"x": Balance(models, by="affinity", ttl=100)})
    home = world.play("Tell me a story")

    assert {home} == {world.play("Tell me a story") for _ in range(5)}
    world.script(home, ServerError("x", status=500))
    second = world.play("Tell me a story")
    assert home != second == world.play("Tell me a story")
    world.runtime.advance(101)
    assert home == world.play("Tell me a story")


def test_two_tenants_with_the_same_words_are_two_conversations() -> None:
    world = World({"x": Balance([f"p{n}/m" for n in range(16)], by="affinity")})

    assert len({world.play("hi", tenant=f"t{n}") for n in range(40)}) > 5


def test_homes_are_bounded_and_forget_the_least_used() -> None:
    homes = Homes(ttl=100, kept=3)
    for number in range(4):
        homes.settle(key_of(str(number)), number, 0.0)
    homes.settle(key_of("1"), 7, 50.0)
    homes.settle(key_of("5"), 5, 50.0)

    assert 3 == len(homes)
    assert [None, 7, None, 3, 5] == [homes.find(key_of(str(number)), 100.0) for number in (0, 1, 2, 3, 5)]
    assert None is homes.find(key_of("3"), 101.0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.data())
def test_raising_a_share_moves_users_only_there(weights: list[int], data: st.DataObject) -> None:
    """An experiment that grows must not shuffle those who are in it already."""
    grown = data.draw(st.integers(0, len(weights) - 1))
    more = [weight + 5 * (index == grown) for index, weight in enumerate(weights)]
    names = [str(index) for index in range(len(weights))]

    for user in range(50):
        key = key_of("experiment", str(user))
        before, after = place(key, names, weights)[0], place(key, names, more)[0]

        assert after in (before, grown)


def test_users_spread_by_weight() -> None:
    world = World({"x": Split(["a/1", "b/2"], weights=(9, 1))})
    counted = Counter(world.play(user=f"user{n}") for n in range(2000))

    assert 140 < counted["b/2"] < 260


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_a_user_stays_in_an_arm_whatever_is_asked(user: str, text: str) -> None:
    world = World({"x": Split(["a/1", "b/2"], name="prices")})

    assert world.play("one", user=user) == world.play(text + "!", user=user)


def test_an_arm_stays_the_same_in_every_process() -> None:
    """The figures are this algorithm's own: should they change, running experiments would be mixed up."""
    world = World({"x": Split(["a/1", "b/2", "c/3"], name="prices")})

    assert "b b a a a b b c" == " ".join(world.play(user=f"user{n}")[0] for n in range(8))


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ({"over_tokens": 10}, {"text": "x" * 100}),
        ({"tenants": ("acme",)}, {"tenant": "acme"}),
        ({"users": ("ann",)}, {"user": "ann"}),
        ({"tags": ("night", "batch")}, {"tags": ("batch",)}),
        ({"metadata": {"plan": "gold"}}, {"metadata": {"plan": "gold", "x": "y"}}),
        ({"test": lambda request: request.temperature == 0}, {"temperature": 0}),
        ({"schema": True}, {"output": {"kind": "json_object"}}),
        ({"tools": True}, {"tools": True}),
    ],
)
def test_rules_go_by_features_of_the_request(rule: dict[str, Any], options: dict[str, Any]) -> None:
    from llmkit.types.requests import OutputFormat
    from llmkit.types.tools import Tool

    world = World({"x": Route(rules=[When(to="a/small", **rule)], default="d/m")})
    if "output" in options:
        options = {"output": OutputFormat(kind="json_object")}
    if "tools" in options:
        options = {"tools": (Tool(name="t"),)}

    assert ["d/m", "a/small"] == [world.play(), world.play(**options)]


def test_rules_go_by_the_name_that_was_asked_for_and_the_first_one_wins() -> None:
    node = Route(rules=[When(models=("route/fast*",), to="a/1"), When(under_tokens=5, to="b/2")], default=Fallback(["c/3"]))
    world = World({"fast": node, "x": node})

    assert ["a/1", "b/2", "c/3"] == [world.play(model="route/fast"), world.play(), world.play("x" * 400)]
