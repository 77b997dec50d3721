"""A deployment that fails is left alone, and tried again with care."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from llmkit import CompletionResponse
from llmkit.errors import (
    BadRequest,
    CircuitOpen,
    LLMKitError,
    MissingKey,
    RateLimited,
    ServerError,
)
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.call import Call, compose
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from tests.pipeline.breaker_cases import ANSWER, RULES, Server, attempt, call_of, opened


def test_it_opens_at_the_failure_rate_but_never_below_the_volume() -> None:
    breaker, server = Breaker(RULES), Server(Virtual(), ServerError("x", status=500))

    for _ in range(3):
        attempt(breaker, server)
    assert "closed" == breaker.state("a/m")
    attempt(breaker, server)

    assert "open" == breaker.state("a/m")


@pytest.mark.parametrize(("good", "state"), [(4, "open"), (5, "closed")])
def test_successes_count_against_the_rate(good: int, state: str) -> None:
    """Four failures in eight are half, in nine less."""
    breaker, server = Breaker(RULES), Server(Virtual())
    for _ in range(good):
        attempt(breaker, server)

    server.fails = ServerError("x", status=500)
    for _ in range(4):
        attempt(breaker, server)

    assert state == breaker.state("a/m")


def test_what_is_older_than_the_window_is_forgotten() -> None:
    breaker, server = Breaker(RULES), Server(Virtual(), ServerError("x", status=500))
    for _ in range(3):
        attempt(breaker, server)
    server.runtime.advance(61)

    attempt(breaker, server)

    assert "closed" == breaker.state("a/m")
    assert 1 == breaker.states(server.runtime.now())[0].calls


def test_the_window_moves_in_steps() -> None:
    """A failure counts for at least eleven twelfths of the window."""
    breaker, server = Breaker(RULES), Server(Virtual(1000.0), ServerError("x", status=500))

    for _ in range(4):
        attempt(breaker, server)
        server.runtime.advance(18)

    assert "open" == breaker.state("a/m")


def test_an_open_circuit_sends_nothing_and_says_when_it_will() -> None:
    breaker, server = opened()
    server.runtime.advance(2)

    error = attempt(breaker, server)

    assert isinstance(error, CircuitOpen)
    assert not error.retryable
    assert pytest.approx(3.0) == error.retry_after
    assert "4 of 4 calls failed" in error.reason
    assert [] == server.models


def test_after_the_pause_good_probes_close_it() -> None:
    breaker, server = opened()
    server.fails = None
    server.runtime.advance(5)

    attempt(breaker, server)
    assert "half_open" == breaker.state("a/m")
    attempt(breaker, server)

    assert "closed" == breaker.state("a/m")
    assert 2 == len(server.models)


def test_a_failed_probe_makes_the_pause_longer_up_to_the_longest() -> None:
    breaker, server = opened()
    waits = []

    for _ in range(5):
        wait = breaker.states(server.runtime.now())[0].retry_after
        waits.append(wait)
        server.runtime.advance(wait)
        attempt(breaker, server)

    assert [5.0, 10.0, 20.0, 40.0, 40.0] == waits


def test_a_long_closed_time_makes_the_pause_short_again() -> None:
    breaker, server = opened()
    for seconds in (5, 10):
        server.runtime.advance(seconds)
        attempt(breaker, server)
    server.fails = None
    server.runtime.advance(20)
    attempt(breaker, server)
    attempt(breaker, server)
    server.runtime.advance(61)

    server.fails = ServerError("x", status=500)
    for _ in range(4):
        attempt(breaker, server)

    assert 5.0 == breaker.states(server.runtime.now())[0].retry_after


def test_only_so_many_probes_are_under_way() -> None:
    breaker, server = opened(structs.replace(RULES, probes=2))
    server.runtime.advance(5)
    now = server.runtime.now()
    place = ("a/m", "complete")

    breaker.admit(place, now)
    breaker.admit(place, now)

    with pytest.raises(CircuitOpen):
        breaker.admit(place, now)


@pytest.mark.parametrize("failure", [BadRequest("x", status=400), RateLimited("x", status=429), MissingKey("a")])
def test_a_probe_that_tells_nothing_gives_its_place_back(failure: LLMKitError) -> None:
    breaker, server = opened()
    server.runtime.advance(5)
    server.fails = failure

    seen = [attempt(breaker, server) for _ in range(3)]

    assert [failure] * 3 == seen
    assert "half_open" == breaker.state("a/m")


def test_a_cancelled_probe_gives_its_place_back() -> None:
    """A reader who hangs up must not leave the deployment unreachable."""
    breaker, server = opened()
    server.runtime.advance(5)

    async def hangs(call: Call) -> CompletionResponse:
        await call.runtime.sleep(1e9)
        return ANSWER

    async def cancelled() -> None:
        work: Callable[[], Any] = lambda: compose((breaker,), hangs)(call_of(server.runtime))  # noqa: E731
        group = server.runtime.group([work, lambda: _after(server.runtime, 1.0)], limit=2)
        await group.next()
        await group.aclose()

    run(cancelled())
    server.fails = None

    assert attempt(breaker, server) is None


async def _after(runtime: Virtual, seconds: float) -> None:
    await runtime.sleep(seconds)


def test_a_probe_that_never_ends_gives_its_place_back_at_its_deadline() -> None:
    """A stream that nobody reads has no end."""
    breaker, server = opened()
    server.runtime.advance(5)
    now = server.runtime.now()
    breaker.admit(("a/m", "complete"), now, lease=now + 30)

    with pytest.raises(CircuitOpen):
        breaker.admit(("a/m", "complete"), now + 29)

    assert breaker.admit(("a/m", "complete"), now + 31)


def test_late_answers_of_before_change_nothing() -> None:
    """Calls that began before it opened say nothing about now."""
    breaker = Breaker(RULES)
    place = ("a/m", "complete")
    early = [breaker.admit(place, 1000.0) for _ in range(9)]
    for permit in early[:4]:
        breaker.record(place, permit, 1001.0, failed=True)
    for permit in early[4:7]:
        breaker.record(place, permit, 1002.0, seconds=2.0)
    for permit in early[7:]:
        breaker.record(place, permit, 1003.0, failed=True)

    (state,) = breaker.states(1003.0)
    assert ("open", 0, 1, 3.0) == (state.state, state.calls, state.openings, state.retry_after)
