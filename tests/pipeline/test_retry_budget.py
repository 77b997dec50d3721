"""No storm of retries, and no small program without any."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.pipeline.retry_budget import RetryBudget


def test_small_traffic_has_its_floor_and_gets_it_back() -> None:
    budget = RetryBudget(floor=3, window=10.0)
    budget.call()

    assert [True, True, True, False] == [budget.spend(0.0) for _ in range(4)]
    assert [True, False] == [budget.spend(10 / 3 + 0.001) for _ in range(2)]
    assert [True, True, True, False] == [budget.spend(1000.0) for _ in range(4)]


def test_ten_calls_earn_one_retry() -> None:
    budget = RetryBudget(floor=0)
    for _ in range(29):
        budget.call()

    assert [True, True, False] == [budget.spend(0.0) for _ in range(3)]

    budget.call()
    assert [True, False] == [budget.spend(0.0) for _ in range(2)]


def test_a_quiet_year_saves_up_no_storm() -> None:
    budget = RetryBudget(floor=0, most=5)
    for _ in range(10_000):
        budget.call()

    assert 5 == sum(budget.spend(1e9) for _ in range(100))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.just("call"), st.just("spend"), st.floats(0.0, 30.0)), max_size=200))
def test_there_are_never_more_retries_than_the_traffic_and_the_floor_allow(steps: list[str | float]) -> None:
    budget = RetryBudget(every=10, floor=2, window=10.0)
    calls, retries, now = 0, 0, 0.0
    for step in steps:
        if isinstance(step, float):
            now += step
        elif step == "call":
            calls += 1
            budget.call()
        else:
            retries += budget.spend(now)

        assert retries <= calls // 10 + 2 + now * 2 / 10.0 + 1e-6


def test_a_clock_that_seems_to_go_back_earns_nothing() -> None:
    """Threads read the clock before they wait for the lock."""
    budget = RetryBudget(floor=1, window=1.0)

    assert [True, False, False, False] == [budget.spend(now) for now in (5.0, 4.0, 5.0, 4.5)]


def test_threads_together_get_no_more_than_one_alone() -> None:
    budget = RetryBudget(floor=0, most=1000)
    got: list[int] = []

    def work() -> None:
        for _ in range(1000):
            budget.call()
        got.append(sum(budget.spend(0.0) for _ in range(200)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 400 == sum(got) + sum(budget.spend(0.0) for _ in range(400))


@pytest.mark.parametrize("wrong", [{"every": 0}, {"most": -1}, {"floor": -1}, {"window": 0.0}, {"window": float("nan")}])
def test_a_budget_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least"):
        RetryBudget(**wrong)  # type: ignore[arg-type]  # the wrong value is the test
