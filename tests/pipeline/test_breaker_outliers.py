"""A deployment that does worse than its peers is ejected."""

from __future__ import annotations

from contextlib import suppress

import pytest

from llmkit.errors import (
    CircuitOpen,
    ServerError,
)
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.circuit import BreakerRules
from llmkit.pipeline.outlier import Sample, failure_score, latency_score
from llmkit.runtime.virtual import Virtual
from tests.pipeline.breaker_cases import RULES, Server, attempt


def test_states_tell_the_numbers() -> None:
    breaker, server = Breaker(RULES), Server(Virtual(), seconds=2.0)
    for failure in (None, None, None, ServerError("x", status=500)):
        server.fails = failure
        attempt(breaker, server)

    (state,) = breaker.states(server.runtime.now())

    assert ("a/m", "complete", "closed", 4, 1, 0.25, 2.0) == (
        state.deployment,
        state.operation,
        state.state,
        state.calls,
        state.failures,
        state.failure_rate,
        state.mean_seconds,
    )


def test_an_outlier_among_its_peers_is_ejected() -> None:
    """A third of its calls fail: below the rate, but far from the other deployments of the model."""
    breaker, runtime = Breaker(BreakerRules(pause=60.0)), Virtual()
    good, bad = Server(runtime), Server(runtime)

    for count in range(60):
        attempt(breaker, good, model="b/m")
        bad.fails = ServerError("x", status=500) if count % 3 == 0 else None
        attempt(breaker, bad, model="a/m")
        runtime.advance(0.5)

    assert ("open", "closed") == (breaker.state("a/m"), breaker.state("b/m"))
    assert "elsewhere" in next(state.reason for state in breaker.states(runtime.now()) if state.deployment == "a/m")


@pytest.mark.parametrize(("other", "state"), [("b/m", "open"), ("b/another", "closed")])
def test_a_slow_outlier_is_compared_only_with_the_same_model(other: str, state: str) -> None:
    """A large model is slower than a small one, and well."""
    breaker, runtime = Breaker(BreakerRules(pause=60.0)), Virtual()

    for count in range(70):
        attempt(breaker, Server(runtime, seconds=0.1 + count % 3 * 0.01), model=other)
        attempt(breaker, Server(runtime, seconds=0.4 + count % 3 * 0.01), model="a/m")

    assert state == breaker.state("a/m")


def test_comparison_never_ejects_more_than_half() -> None:
    """When two of three do badly, it is not they who are strange."""
    breaker, now = Breaker(), 1000.0
    places = [(name, "complete") for name in ("a/m", "b/m", "c/m")]
    for place in places:
        for count in range(100):
            bad = count % 5 > 2 and place[0] != "c/m"
            breaker.record(place, breaker.admit(place, now), now, failed=bool(bad), seconds=None if bad else 1.0)

    for place in places:
        with suppress(CircuitOpen):
            breaker.admit(place, now + 6)

    assert 1 == sum(1 for state in breaker.states(now + 6) if state.state != "closed")


def test_scores_are_those_of_the_textbook() -> None:
    """Two proportions, 30 of 100 and 10 of 100, pooled: z = 3.5355; Welch's t of means 2 and 1 with variance 1, 50 each: 5."""
    fifty_at = {mean: Sample(50, 0, 0, 50.0 * mean, 49.0 + 50 * mean * mean) for mean in (1, 2)}

    assert pytest.approx(3.5355, abs=1e-4) == failure_score(Sample(100, 30), Sample(100, 10))
    assert pytest.approx(5.0) == latency_score(fifty_at[2], fifty_at[1])
    assert 0.0 == failure_score(Sample(100, 10), Sample(100, 30))
