"""What counts against a deployment, for which one it counts, and what is told of it."""

from __future__ import annotations

import pytest

from llmkit import CompletionResponse
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    CircuitOpen,
    ConfigurationError,
    ConnectionFailed,
    ContextLengthExceeded,
    LLMKitError,
    MissingKey,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
    StreamInterrupted,
    Timeout,
    TooManyAtOnce,
)
from llmkit.pipeline.breaker import Breaker, CircuitChange, is_fault, same_model
from llmkit.pipeline.call import Call, compose
from llmkit.pipeline.circuit import BreakerRules
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.order import ordered
from llmkit.pipeline.retry import Retry
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.types.reply import Attempt
from tests.pipeline.breaker_cases import ANSWER, RULES, Server, attempt, call_of, opened

COUNTED = [
    (ServerError("x", status=500), True),
    (Overloaded("x", status=529), True),
    (ProviderError("x", status=502), True),
    (Timeout("first_event"), True),
    (Timeout("connect"), True),
    (ConnectionFailed("x"), True),
    (StreamInterrupted("x"), True),
    (StreamInterrupted("x", cause=Timeout("idle")), True),
    (StreamInterrupted("x", cause=RateLimited("x", status=200)), False),
    (Timeout("pool"), False),
    (BadRequest("x", status=400), False),
    (ContextLengthExceeded("x", status=400), False),
    (NotFound("x", status=404), False),
    (RateLimited("x", status=429), False),
    (RateLimited("x", status=503), False),
    (QuotaExhausted("x", status=429), False),
    (AuthenticationError("x", status=401), False),
    (PermissionDenied("x", status=403), False),
    (MissingKey("a"), False),
    (TooManyAtOnce("a", limit=1, retry_after=1.0), False),
    (CircuitOpen("a", retry_after=1.0), False),
]


@pytest.mark.parametrize(("failure", "counts"), COUNTED, ids=lambda it: type(it).__name__ if isinstance(it, Exception) else str(it))
def test_only_the_deployments_own_failures_count(failure: LLMKitError, counts: bool) -> None:
    breaker, server = Breaker(RULES), Server(Virtual(), failure)

    for _ in range(4):
        attempt(breaker, server)

    assert counts == is_fault(failure)
    assert ("open" if counts else "closed") == breaker.state("a/m")


def test_every_try_counts_and_none_goes_to_a_deployment_that_one_of_them_closed() -> None:
    """Two calls of three tries each would be six; the fourth opens it. What is raised is what the provider said."""
    breaker, server = Breaker(RULES), Server(Virtual(), ServerError("x", status=500))
    handler = compose(ordered((breaker, Retry(), Failover())), server)

    failures = []
    for _ in range(2):
        with pytest.raises(ServerError) as caught:
            run(handler(call_of(server.runtime, retries=2)))
        failures.append([attempt.error for attempt in caught.value.attempts])

    assert 4 == len(server.models)
    assert [["ServerError"] * 3, ["ServerError", "CircuitOpen"]] == failures
    assert "open" == breaker.state("a/m")


@pytest.mark.parametrize(("seconds", "state"), [(3.0, "open"), (1.0, "closed")])
def test_slow_answers_open_it(seconds: float, state: str) -> None:
    breaker = Breaker(BreakerRules(volume=4, slow_seconds=2.0, score=None))
    server = Server(Virtual(), seconds=seconds)

    for _ in range(4):
        attempt(breaker, server)

    assert state == breaker.state("a/m")


def test_our_own_waiting_is_not_the_deployments_slowness() -> None:
    """The layers between wait for a place or a token; the answer says how long the exchange took."""
    breaker, runtime = Breaker(BreakerRules(volume=4, slow_seconds=2.0, score=None)), Virtual()

    async def waits(call: Call) -> CompletionResponse:
        await call.runtime.sleep(100)
        return CompletionResponse(model="m", attempts=(Attempt(provider="a", model="m", seconds=1.0),))

    for _ in range(8):
        run(compose((breaker,), waits)(call_of(runtime)))

    assert "closed" == breaker.state("a/m")
    assert 1.0 == breaker.states(runtime.now())[0].mean_seconds


def test_an_open_circuit_lets_failover_go_on_at_once() -> None:
    breaker, server = opened()
    server.fails = None

    reply = run(compose((Failover(), Retry(), breaker), server)(call_of(server.runtime, models=("a/m", "b/n"), retries=2)))

    assert ANSWER == reply
    assert ["b/n"] == server.models
    assert [] == server.runtime.slept


def test_deployments_operations_and_keys_are_apart() -> None:
    breaker, server = opened()
    server.fails = None

    assert attempt(breaker, server, model="a/other") is None
    assert attempt(breaker, server, operation="embed") is None
    assert attempt(breaker, server, key=1) is None
    assert isinstance(attempt(breaker, server), CircuitOpen)


def test_every_change_is_told_and_a_failing_listener_harms_nobody() -> None:
    changes: list[CircuitChange] = []

    def listener(change: CircuitChange) -> None:
        changes.append(change)
        raise RuntimeError("a fault of the user's")

    breaker, server = Breaker(RULES, on_change=listener), Server(Virtual(), ServerError("x", status=500))
    for _ in range(4):
        assert isinstance(attempt(breaker, server), ServerError)
    server.runtime.advance(5)
    server.fails = None
    attempt(breaker, server)
    attempt(breaker, server)

    assert ["open", "half_open", "closed"] == [change.after for change in changes]


@pytest.mark.parametrize(
    ("name", "value"),
    [("failure_rate", 0.0), ("slow_rate", 1.5), ("window", 0.0), ("probes", 0), ("longest_pause", 1.0)],
)
def test_a_rule_that_makes_no_sense_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(ConfigurationError, match=rf"breaker\.{name}"):
        BreakerRules(**{name: value})


def test_names_from_outside_do_not_fill_the_memory() -> None:
    breaker, server = Breaker(RULES), Server(Virtual())

    for count in range(5000):
        attempt(breaker, server, model=f"a/{count}")

    assert 4096 >= len(breaker.states(server.runtime.now()))


def test_peers_are_the_same_model_whatever_the_provider_and_the_key() -> None:
    assert "org/m" == same_model("a/org/m") == same_model("b/org/m#2")
