"""Never one more than allowed, at any rate: the buckets against a simulation in fractions."""

from __future__ import annotations

import threading
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.limits.rate import Charge, Rate, Refusal
from llmkit.stores.memory import MemoryRates

BEGIN = 10**15
WIDE = Charge.of(("wide",), Rate.of(10**9, 1.0, 10**9), 1)
rates = st.builds(
    Rate.of,
    st.integers(1, 10**9) | st.integers(1, 20),
    st.sampled_from([0.001, 0.3, 1.0, 7.0, 60.0, 86400.0]),
    st.integers(1, 50) | st.integers(1, 10**7),
)


def steps_for(rate: Rate) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Return pauses in nanoseconds, around the time that one unit takes, with the units of the call that follows each."""
    unit = max(1, rate.per // rate.amount)
    pauses = st.integers(0, 3 * unit) | st.sampled_from([0, unit - 1, unit, unit + 1]) | st.integers(0, 2 * rate.burst * unit)
    return st.lists(st.tuples(pauses, st.integers(1, 3) | st.integers(1, rate.burst)), max_size=40)


@settings(max_examples=120, deadline=None)
@given(st.data(), rates)
def test_no_window_lets_one_more_through_and_none_is_refused_that_fits(data: st.DataObject, rate: Rate) -> None:
    """The simulation is a bucket in fractions; a refusal says to the nanosecond when there is room."""
    store, now, level, last = MemoryRates(), BEGIN, Fraction(0), BEGIN
    admitted: list[tuple[int, int]] = []
    for pause, units in data.draw(steps_for(rate)):
        now += pause
        level = max(Fraction(0), level - Fraction((now - last) * rate.amount, rate.per))
        last = now
        fits = level + units <= rate.burst
        charge = Charge.of(("r",), rate, units)
        answer = store.take([charge, WIDE] if data.draw(st.booleans()) else [charge], "", now)

        assert fits == (not isinstance(answer, Refusal))
        if fits:
            level += units
            admitted.append((now, units))
        elif isinstance(answer, Refusal) and units <= rate.burst:
            assert answer.wait is not None
            assert level - Fraction(answer.wait * rate.amount, rate.per) + units <= rate.burst
            assert level - Fraction((answer.wait - 1) * rate.amount, rate.per) + units > rate.burst
    for first in range(len(admitted)):
        total = 0
        for when, units in admitted[first:]:
            total += units
            assert total <= rate.burst + Fraction((when - admitted[first][0]) * rate.amount, rate.per)


@settings(max_examples=100, deadline=None)
@given(st.data(), rates)
def test_what_is_given_back_never_lets_one_more_through(data: st.DataObject, rate: Rate) -> None:
    """Estimates are settled in any order and at any time; what was really used in any window stays within the limit."""
    store, now = MemoryRates(), BEGIN
    used: list[tuple[int, int]] = []
    open_calls: list[tuple[int, Charge, tuple[int, int]]] = []
    for pause, units in data.draw(steps_for(rate)):
        now += pause
        charge = Charge.of(("r",), rate, units)
        answer = store.take([charge], "", now)
        if not isinstance(answer, Refusal):
            used.append((now, units))
            open_calls.append((len(used) - 1, charge, answer[0]))
        if open_calls and data.draw(st.booleans()):
            place, charge, receipt = open_calls.pop(data.draw(st.integers(0, len(open_calls) - 1)))
            actual = data.draw(st.integers(0, charge.units))
            store.settle(charge, receipt, actual, now)
            used[place] = (used[place][0], actual)
    for first in range(len(used)):
        total = 0
        for when, units in used[first:]:
            total += units
            if units:
                # An open estimate counts whole; only what came before may be a settled, smaller figure.
                assert total <= rate.burst + Fraction((when - used[first][0]) * rate.amount, rate.per)


@pytest.mark.parametrize("more", [(), (WIDE,)])
def test_one_nanosecond_too_early_is_too_early(more: tuple[Charge, ...]) -> None:
    """A single charge and several go different ways; both are exact."""
    store, charges = MemoryRates(), [Charge.of(("r",), Rate.of(1, 1.0), 1), *more]
    store.take(charges, "", BEGIN)

    early, in_time = store.take(charges, "", BEGIN + 10**9 - 1), store.take(charges, "", BEGIN + 10**9)

    assert Refusal(0, 1) == early
    assert not isinstance(in_time, Refusal)


def test_what_was_estimated_too_high_is_there_again_at_once() -> None:
    store, rate = MemoryRates(), Rate.of(100, 60.0)
    charge = Charge.of(("t",), rate, 100)
    taken = store.take([charge], "", BEGIN)
    assert not isinstance(taken, Refusal)

    store.settle(charge, taken[0], 30, BEGIN)

    assert isinstance(store.take([Charge.of(("t",), rate, 71)], "", BEGIN), Refusal)
    assert not isinstance(store.take([Charge.of(("t",), rate, 70)], "", BEGIN), Refusal)


def test_what_has_run_out_of_the_bucket_is_not_given_back() -> None:
    """The second call took the whole burst; the first call's estimate had run out by then, and giving it back would make it two."""
    store, rate = MemoryRates(), Rate.of(10, 10.0)
    first, whole = Charge.of(("t",), rate, 10), Charge.of(("t",), rate, 10)
    taken = store.take([first], "", BEGIN)
    later = BEGIN + 20 * 10**9
    assert not isinstance(taken, Refusal)
    assert not isinstance(store.take([whole], "", later), Refusal)

    store.settle(first, taken[0], 0, later)

    assert Refusal(0, 10**9) == store.take([Charge.of(("t",), rate, 1)], "", later)


def test_what_was_estimated_too_low_is_a_debt() -> None:
    store, rate = MemoryRates(), Rate.of(10, 10.0)
    charge = Charge.of(("t",), rate, 10)
    taken = store.take([charge], "", BEGIN)
    assert not isinstance(taken, Refusal)

    store.settle(charge, taken[0], 25, BEGIN)

    assert Refusal(0, 16 * 10**9) == store.take([Charge.of(("t",), rate, 1)], "", BEGIN)


def test_all_charges_are_taken_or_none() -> None:
    """The wide limit must not pay for what the narrow one refuses; the refusal names the one that waits longest."""
    store = MemoryRates()
    wide, narrow, slow = Charge.of(("w",), Rate.of(2, 1.0), 1), Charge.of(("n",), Rate.of(1, 1.0), 1), Charge.of(("s",), Rate.of(1, 9.0), 1)
    store.take([narrow], "", BEGIN)
    store.take([slow], "", BEGIN)

    answers = [store.take([wide, narrow, slow], "", BEGIN) for _ in range(5)]

    assert [Refusal(2, 9 * 10**9)] * 5 == answers
    assert not isinstance(store.take([wide], "", BEGIN), Refusal)
    assert not isinstance(store.take([wide], "", BEGIN), Refusal)


def test_forgetting_a_bucket_lets_nothing_more_through() -> None:
    """Whoever makes up names must not push out the bucket that holds him back."""
    store, rate = MemoryRates(keys=4), Rate.of(1, 1000.0)
    store.take([Charge.of(("r", "mine"), rate, 1)], "", BEGIN)

    for number in range(50):
        store.take([Charge.of(("r", f"made up {number}"), rate, 1)], "", BEGIN)

    assert len(store) <= 4
    assert isinstance(store.take([Charge.of(("r", "mine"), rate, 1)], "", BEGIN), Refusal)


def test_buckets_that_are_empty_again_are_forgotten_without_a_trace() -> None:
    store, rate = MemoryRates(keys=4), Rate.of(1, 1.0)

    taken = [store.take([Charge.of(("r", str(number)), rate, 1)], "", BEGIN + number * 10**9) for number in range(50)]

    assert not [answer for answer in taken if isinstance(answer, Refusal)]
    assert len(store) <= 4


def test_a_pause_holds_for_everybody_and_a_longer_one_stays() -> None:
    store, charge = MemoryRates(), Charge.of(("r",), Rate.of(100, 1.0), 1)

    store.pause("m", BEGIN + 9, BEGIN)
    store.pause("m", BEGIN + 5, BEGIN)

    assert Refusal(-1, 9) == store.take([charge], "m", BEGIN)
    assert not isinstance(store.take([charge], "other", BEGIN), Refusal)
    assert not isinstance(store.take([charge], "m", BEGIN + 9), Refusal)


def test_threads_share_a_limit_to_the_last_unit() -> None:
    store, charge = MemoryRates(), Charge.of(("r",), Rate.of(1, 86400.0, 700), 1)
    admitted: list[int] = []

    def work() -> None:
        admitted.append(sum([not isinstance(store.take([charge], "", BEGIN), Refusal) for _ in range(500)]))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 700 == sum(admitted)
