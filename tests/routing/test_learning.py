"""The learner finds the best, notices when it changes, and decides the same way with the same chance."""

from __future__ import annotations

from collections import Counter
from random import Random

from llmkit.errors import ServerError
from llmkit.routing import Learn
from tests.routing.server import World


def world_of(seed: int, slow: dict[str, float], **options: float) -> World:
    world = World({"x": Learn(list(slow), **options)}, source=Random(seed), half_life=200.0)  # type: ignore[arg-type] # figures by name
    for model, seconds in slow.items():
        world.script(model, seconds=seconds)
    return world


SLOW = {"a/1": 2.0, "b/2": 1.0, "c/3": 3.0}


def test_each_is_tried_before_any_is_preferred() -> None:
    world = world_of(1, SLOW, cold=2)

    assert {"a/1": 2, "b/2": 2, "c/3": 2} == Counter(world.play() for _ in range(6))


def test_the_fastest_gets_most_calls() -> None:
    world = world_of(1, SLOW)

    assert Counter(world.play() for _ in range(200))["b/2"] > 150


def test_errors_weigh_more_than_seconds() -> None:
    world = world_of(3, {"a/1": 2.0, "b/2": 1.0}, floor=0.0)
    world.script("b/2", *[ServerError("x", status=500)] * 500, seconds=0.1)

    assert Counter(world.play(retries=0) for _ in range(100))["a/1"] == 100
    assert Counter(world.asked)["b/2"] < 30


def test_it_notices_that_another_has_become_the_best() -> None:
    world = world_of(2, {"a/1": 1.0, "b/2": 2.0}, floor=0.05)
    before = Counter(world.play() for _ in range(150))
    world.script("a/1", seconds=5.0)
    for _ in range(150):
        world.play()

    assert before["a/1"] > 120
    assert Counter(world.play() for _ in range(100))["b/2"] > 75


def test_the_floor_is_a_share_of_all_calls() -> None:
    """Without it a deployment that began badly would never be seen again."""
    world = world_of(4, {"a/1": 1.0, "b/2": 50.0}, floor=0.2)
    counted = Counter(world.play() for _ in range(500))

    assert 25 < counted["b/2"] < 90


def test_the_same_chance_makes_the_same_decisions() -> None:
    first, again, other = ([world.play() for _ in range(80)] for world in (world_of(5, SLOW), world_of(5, SLOW), world_of(6, SLOW)))

    assert first == again
    assert first != other


def test_explaining_draws_nothing() -> None:
    silent, asked = world_of(7, SLOW), world_of(7, SLOW)
    decisions = []
    for _ in range(60):
        told = asked.router.explain(asked.call().request)
        decisions.append((silent.play(), asked.play()))

    assert all(one == other for one, other in decisions)
    assert "b/2" == told[0].model
    assert "expected loss" in told[0].reason and "calls" in told[0].reason
