"""What checks find down is asked last, in routes and in lists of models, and comes back when it is well again."""

from __future__ import annotations

import pytest

from llmkit.errors import ConfigurationError, ServerError, UnknownModel
from llmkit.health import Check
from tests.health.world import FIRST, SECOND, World


def test_a_failed_check_takes_a_deployment_out_and_good_ones_bring_it_back() -> None:
    world = World(every=30.0, failures=2, successes=2)
    world.ill = world.failing = {FIRST}
    first = []
    for minute in range(6):
        if minute == 3:
            world.ill = world.failing = set()
        world.asked.clear()
        world.play()
        first.append(world.asked[0])
        world.runtime.advance(31)

    assert [FIRST, SECOND, SECOND, SECOND, FIRST, FIRST] == first
    assert [(FIRST, False), (FIRST, True)] == world.changes
    assert [] == world.runtime.slept


def test_lists_of_models_go_by_health_too() -> None:
    world = World(checks=[FIRST, SECOND], failures=1)
    world.ill = {FIRST}

    assert SECOND == world.play([FIRST, SECOND])
    assert [SECOND] == world.asked


@pytest.mark.parametrize("model", ["route/x", [FIRST, SECOND], FIRST])
def test_when_all_are_down_they_are_asked_all_the_same(model: object) -> None:
    """The checks may be wrong, or ask what the calls do not need."""
    world = World(failures=1)
    world.ill = {FIRST, SECOND}

    assert FIRST == world.play(model)


def test_who_is_down_is_the_last_resort() -> None:
    world = World(failures=1)
    world.ill, world.failing = {FIRST}, {SECOND}

    assert FIRST == world.play()
    assert [SECOND, FIRST] == world.asked


def test_explain_says_why_it_is_passed_over() -> None:
    world = World(failures=1)
    world.ill = {FIRST}
    world.play()

    told = world.router.explain(world.core.request("route/x", "hi", {})[0])

    assert [(SECOND, ""), (FIRST, "down: its check says its check says so")] == [
        (one.model, one.reason if one.model == FIRST else "") for one in told
    ]


def test_checks_run_only_when_they_are_due_and_when_a_call_comes() -> None:
    world = World(every=30.0)
    world.failing = {FIRST}
    for _ in range(3):
        world.play()
    first = len(world.checked)
    world.runtime.advance(29)
    world.play()
    early = len(world.checked)
    world.runtime.advance(2)
    world.play()

    assert (2, 2) == (first, early)
    assert [FIRST] == world.checked[2:], "SECOND answered calls meanwhile, which says more than a check"


def test_an_answer_counts_as_a_good_check() -> None:
    """A deployment that is asked as a last resort and answers is not kept out by checks alone."""
    world = World(failures=1, successes=1)
    world.ill, world.failing = {FIRST}, {SECOND}
    world.play()

    assert world.health.up(FIRST)


def test_a_deployment_that_answers_is_not_taken_out_by_its_checks_alone() -> None:
    world = World(every=30.0, failures=2)
    world.ill = {FIRST}
    for _ in range(4):
        world.play()
        world.runtime.advance(31)

    assert {FIRST} == set(world.asked)


def test_without_every_only_somebody_who_asks_checks() -> None:
    world = World(every=None)
    for _ in range(3):
        world.play()
        world.runtime.advance(1000)

    assert [] == world.checked


def test_a_check_takes_no_more_than_half_of_the_time_a_call_has() -> None:
    world = World()
    given: list[float] = []

    async def slow(model: str) -> bool:
        begun = world.runtime.now()
        try:
            await world.runtime.sleep(60)
        finally:
            given.append(world.runtime.now() - begun)
        return True

    for one in world.health.watched():
        one.by = slow
    begun = world.runtime.now()

    assert FIRST == world.play(timeout=2.0)
    assert 1.0 == world.runtime.now() - begun
    assert {"no answer in 1 s"} == {one.words for one in world.health.watched()}


@pytest.mark.parametrize(("failing", "words"), [(ServerError("x", status=500), "ServerError"), (ValueError("secret"), "ValueError")])
def test_a_check_of_ones_own_may_raise_whatever_it_likes(failing: Exception, words: str) -> None:
    def check(model: str) -> bool:
        raise failing

    world = World(checks=[Check(FIRST, check)], failures=1)
    world.play()

    assert f"down: its check says {words}" == world.health.reason(FIRST)


def test_a_model_that_has_a_way_of_its_own_is_checked_that_way_also_within_a_route() -> None:
    own: list[str] = []
    world = World(checks=["route/x", Check(FIRST, own.append)])
    world.play()

    assert ([FIRST], [SECOND]) == (own, world.checked)


def test_names_are_checked_when_the_client_is_made() -> None:
    with pytest.raises(UnknownModel, match="Did you mean route/x"):
        World(checks=["route/y"])
    with pytest.raises(ConfigurationError):
        World(checks=["ollama/x"], every=-1)


def test_a_callback_that_fails_does_not_fail_the_call(caplog: pytest.LogCaptureFixture) -> None:
    def broken(change: object) -> None:
        raise RuntimeError("no")

    world = World(failures=1, on_change=broken)
    world.ill = {FIRST}

    assert SECOND == world.play()
    assert "on_change of the health layer failed." in caplog.text


def test_what_calls_came_to_is_kept_by_operation() -> None:
    from llmkit.health.checking import known

    world = World(every=None)
    world.play()
    world.play_as("embed")
    world.failing = {FIRST}
    world.play_as("embed")
    report = known(world.core)
    embedding = report.of(FIRST, "embed")

    assert {"complete", "embed"} == {one.operation for one in report.deployments if one.deployment == FIRST}
    assert embedding is not None
    assert ("degraded", "ServerError", 0.5, 0.5) == (embedding.state, embedding.failure, embedding.error_rate, embedding.mean_seconds)
    assert 0.0 == report.of(FIRST).error_rate  # type: ignore[union-attr] # it is there


def test_figures_fade_and_say_nothing_once_they_are_old() -> None:
    world = World(every=None, half_life=60.0)
    world.play()
    young = world.states()[FIRST]
    world.runtime.advance(600)

    assert ("healthy", "unknown") == (young, world.states()[FIRST])
