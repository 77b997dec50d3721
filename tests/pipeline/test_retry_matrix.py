"""What is done about each kind of failure: one table."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    ContentFiltered,
    ContentTooLarge,
    ContextLengthExceeded,
    InvalidRequest,
    LLMKitError,
    MissingKey,
    NotFound,
    OutputInvalid,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    ProtocolError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    SecurityError,
    ServerError,
    Timeout,
    TLSError,
    UnsupportedFeature,
)
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.key_rotation import KeyRotation
from llmkit.pipeline.retry import Retry
from llmkit.pipeline.retry_budget import RetryBudget
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual

ANSWER = CompletionResponse(model="m")
SAME, KEY, ELSEWHERE, NOTHING = "the same again", "the next key", "the next model", "nothing"


def said(kind: type[ProviderError], status: int, should_retry: bool | None = None, **more: Any) -> ProviderError:
    failure = kind("x", status=status, **more)
    failure.should_retry = should_retry
    return failure


# failure, what is done, what is done when the provider has two keys
MATRIX: list[tuple[LLMKitError, str, str]] = [
    (said(ServerError, 500), SAME, SAME),
    (said(ServerError, 502), SAME, SAME),
    (said(Overloaded, 503), SAME, SAME),
    (said(Overloaded, 529), SAME, SAME),
    (said(Conflict, 409), SAME, SAME),
    (said(RateLimited, 429), SAME, KEY),
    (said(RateLimited, 429, retry_after=20.0), SAME, KEY),
    (said(RateLimited, 429, retry_after=61.0), ELSEWHERE, KEY),
    (said(RateLimited, 429, retry_after=1e300), ELSEWHERE, KEY),
    (said(RateLimited, 429, retryable=False), ELSEWHERE, KEY),
    (said(Overloaded, 503, retry_after=61.0), ELSEWHERE, ELSEWHERE),
    (said(AuthenticationError, 401), ELSEWHERE, KEY),
    (said(PaymentRequired, 402), ELSEWHERE, KEY),
    (said(PermissionDenied, 403), ELSEWHERE, KEY),
    (said(QuotaExhausted, 429), ELSEWHERE, KEY),
    (said(QuotaExhausted, 429, retry_after=2.0), ELSEWHERE, KEY),
    (said(NotFound, 404), ELSEWHERE, ELSEWHERE),
    (said(ContentFiltered, 400), ELSEWHERE, ELSEWHERE),
    (said(ContextLengthExceeded, 400), ELSEWHERE, ELSEWHERE),
    (said(BadRequest, 400), NOTHING, NOTHING),
    (said(ContentTooLarge, 413), NOTHING, NOTHING),
    (said(ServerError, 500, should_retry=False), ELSEWHERE, ELSEWHERE),
    (said(RateLimited, 429, should_retry=False), ELSEWHERE, KEY),
    (said(BadRequest, 400, should_retry=True), SAME, SAME),
    (said(NotFound, 404, should_retry=True), SAME, SAME),
    (said(QuotaExhausted, 429, should_retry=True), ELSEWHERE, KEY),
    (said(AuthenticationError, 401, should_retry=True), ELSEWHERE, KEY),
    (said(PaymentRequired, 402, should_retry=True), ELSEWHERE, KEY),
    (ConnectionFailed("x"), SAME, SAME),
    (Timeout("connect", 5.0), SAME, SAME),
    (Timeout("first_event", 5.0), SAME, SAME),
    (TLSError("x"), ELSEWHERE, ELSEWHERE),
    (ProtocolError("x"), ELSEWHERE, ELSEWHERE),
    (MissingKey("a"), ELSEWHERE, ELSEWHERE),
    (OutputInvalid("x"), ELSEWHERE, ELSEWHERE),
    (UnsupportedFeature("tools", where="a"), ELSEWHERE, ELSEWHERE),
    (InvalidRequest("x"), NOTHING, NOTHING),
    (SecurityError("x"), NOTHING, NOTHING),
]


class Server:
    """Fails as scripted, then answers; `asked` lists the model and the key's place of every try."""

    def __init__(self, *failures: LLMKitError, seconds: float = 0.0) -> None:
        self.runtime = Virtual()
        self.failures = list(failures)
        self.seconds = seconds
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, call: Call) -> CompletionResponse:
        self.asked.append((call.model, call.key))
        self.runtime.advance(self.seconds)
        if self.failures:
            raise self.failures.pop(0)
        return ANSWER


def play(
    server: Server,
    *,
    keys: int = 1,
    models: tuple[str, ...] = ("a/m", "b/n"),
    retries: int = 2,
    total: float | None = 600.0,
    retry: Retry | None = None,
    rotation: KeyRotation | None = None,
) -> CompletionResponse:
    call = Call(
        request=CompletionRequest(model=models[0], messages=(Message.user("hi"),)),
        models=models,
        model=models[0],
        runtime=server.runtime,
        timeouts=Timeouts(total=total),
        deadline=None if total is None else server.runtime.now() + total,
        budget=Budget(retries),
        rotation=rotation or (KeyRotation({"a": keys}, lambda provider, place: str(place)) if keys > 1 else None),
    )
    return run(compose((Failover(), retry or Retry()), server)(call))


@pytest.mark.parametrize("keys", [1, 2])
@pytest.mark.parametrize(("failure", "alone", "rotating"), MATRIX, ids=lambda case: getattr(type(case), "__name__", str(case)))
def test_every_failure_is_met_as_its_class_says(failure: LLMKitError, alone: str, rotating: str, keys: int) -> None:
    server = Server(failure)
    second = {SAME: [("a/m", 0)], KEY: [("a/m", 1)], ELSEWHERE: [("b/n", 0)], NOTHING: []}[alone if keys == 1 else rotating]

    if second:
        assert ANSWER == play(server, keys=keys)
    else:
        with pytest.raises(type(failure)):
            play(server, keys=keys)

    assert [("a/m", 0), *second] == server.asked


def test_a_next_key_is_asked_without_waiting() -> None:
    server = Server(said(RateLimited, 429, retry_after=20.0))

    play(server, keys=2)

    assert [] == server.runtime.slept


@pytest.mark.parametrize("seconds", [0.0, -5.0])
def test_a_moment_that_has_gone_by_is_no_leave_to_ask_at_once_again_and_again(seconds: float) -> None:
    """A `Retry-After: 0` or a date in the past says nothing of how long it takes: then our own pauses hold."""
    server = Server(*[said(RateLimited, 429, retry_after=seconds) for _ in range(20)])

    play(server, retries=20)

    assert sum(server.runtime.slept) > 1


def test_no_try_begins_past_the_deadline() -> None:
    server = Server(*[said(ServerError, 500) for _ in range(99)], seconds=4.0)

    with pytest.raises(ServerError):
        play(server, models=("a/m",), retries=50, total=10.0)

    assert len(server.asked) <= 3
    assert server.runtime.now() <= 1000.0 + 10.0 + 4.0


def test_keys_and_tries_share_one_budget() -> None:
    server = Server(*[said(AuthenticationError, 401) for _ in range(99)])

    with pytest.raises(AuthenticationError) as caught:
        play(server, keys=9, models=("a/m",), retries=3)

    assert [0, 1, 2, 3] == [key for _, key in server.asked]
    assert [0, 1, 2, 3] == [attempt.key for attempt in caught.value.attempts]


def test_without_retries_a_call_is_one_try() -> None:
    server = Server(said(AuthenticationError, 401))

    with pytest.raises(AuthenticationError):
        play(server, keys=2, models=("a/m",), retries=0)

    assert 1 == len(server.asked)


def test_the_attempts_tell_what_was_waited() -> None:
    server = Server(said(RateLimited, 429, retry_after=3.0), said(ServerError, 500, should_retry=False), seconds=1.0)

    with pytest.raises(ServerError) as caught:
        play(server, models=("a/m",))

    told = [(attempt.error, attempt.status, attempt.seconds, attempt.delay) for attempt in caught.value.attempts]
    assert [("RateLimited", 429, 1.0, 3.0), ("ServerError", 500, 1.0, 0.0)] == told


def test_retries_stop_when_the_clients_budget_is_spent() -> None:
    """In an outage each call fails three times as often as without retries: that is what keeps a provider down."""
    retry = Retry(budget=RetryBudget(every=10, floor=3, window=10.0))
    asked = 0
    for _ in range(1000):
        server = Server(*[said(Overloaded, 503) for _ in range(9)])
        with pytest.raises(Overloaded):
            play(server, models=("a/m",), retry=retry)
        asked += len(server.asked)

    assert 1000 + 3 + 100 == asked


def test_a_refused_key_is_left_even_when_the_clients_budget_is_spent() -> None:
    server = Server(said(AuthenticationError, 401))

    assert ANSWER == play(server, keys=2, retry=Retry(budget=RetryBudget(floor=0)))
    assert [("a/m", 0), ("a/m", 1)] == server.asked
