"""Try again, elsewhere if need be, within one budget and one deadline."""

from __future__ import annotations

import pytest

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ConnectionFailed,
    ContextLengthExceeded,
    InvalidRequest,
    LLMKitError,
    MissingKey,
    Overloaded,
    QuotaExhausted,
    RateLimited,
    ServerError,
    Timeout,
)
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.retry import Retry
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual

ANSWER = CompletionResponse(model="m")


class Server:
    """The innermost handler: it fails as scripted, then answers; each try takes `seconds`."""

    def __init__(self, runtime: Virtual, *failures: LLMKitError, seconds: float = 0.0) -> None:
        self.runtime = runtime
        self.failures = list(failures)
        self.seconds = seconds
        self.models: list[str] = []

    async def __call__(self, call: Call) -> CompletionResponse:
        self.models.append(call.model)
        self.runtime.advance(self.seconds)
        if self.failures:
            raise self.failures.pop(0)
        return ANSWER


def play(server: Server, *, models: tuple[str, ...] = ("a/m",), retries: int = 2, total: float | None = 600.0) -> CompletionResponse:
    deadline = None if total is None else server.runtime.now() + total
    call = Call(
        request=CompletionRequest(model=models[0], messages=(Message.user("hi"),)),
        models=models,
        model=models[0],
        runtime=server.runtime,
        timeouts=Timeouts(total=total),
        deadline=deadline,
        budget=Budget(retries),
    )
    return run(compose((Failover(), Retry()), server)(call))


@pytest.mark.parametrize(
    "failure",
    [ServerError("x", status=500), Overloaded("x", status=529), RateLimited("x", status=429), ConnectionFailed("x"), Timeout("connect")],
)
def test_a_failure_that_may_pass_is_tried_again(failure: LLMKitError) -> None:
    server = Server(Virtual(), failure)

    assert ANSWER == play(server)
    assert ["a/m", "a/m"] == server.models


@pytest.mark.parametrize(
    "failure", [BadRequest("x", status=400), AuthenticationError("x", status=401), QuotaExhausted("x", status=429), InvalidRequest("x")]
)
def test_a_failure_that_stays_is_raised_at_once(failure: LLMKitError) -> None:
    server = Server(Virtual(), failure)

    with pytest.raises(type(failure)):
        play(server)

    assert ["a/m"] == server.models
    assert [] == server.runtime.slept


def test_the_budget_ends_the_tries_and_the_error_lists_them() -> None:
    server = Server(Virtual(), *[ServerError("x", status=503) for _ in range(9)], seconds=1.0)

    with pytest.raises(ServerError) as caught:
        play(server, retries=3)

    assert 4 == len(server.models)
    assert [("a", "m", "ServerError", 503, 1.0)] * 4 == [
        (attempt.provider, attempt.model, attempt.error, attempt.status, attempt.seconds) for attempt in caught.value.attempts
    ]


def test_backoff_grows_and_stays_under_its_limit() -> None:
    server = Server(Virtual(), *[ServerError("x", status=500) for _ in range(20)])

    play(server, retries=20)

    for place, seconds in enumerate(server.runtime.slept):
        assert 0 <= seconds <= min(8.0, 0.5 * 2**place)


def test_retry_after_is_honoured() -> None:
    server = Server(Virtual(), RateLimited("x", status=429, retry_after=7.5))

    play(server)

    assert [7.5] == server.runtime.slept


@pytest.mark.parametrize(("retry_after", "total"), [(61.0, 600.0), (30.0, 20.0)])
def test_a_wait_beyond_patience_or_deadline_goes_elsewhere_at_once(retry_after: float, total: float) -> None:
    server = Server(Virtual(), RateLimited("x", status=429, retry_after=retry_after))

    assert ANSWER == play(server, models=("a/m", "b/n"), total=total)
    assert ["a/m", "b/n"] == server.models
    assert [] == server.runtime.slept


def test_retries_and_models_share_one_budget() -> None:
    """Two retries over three models are five tries, not nine."""
    server = Server(Virtual(), *[ServerError("x", status=500) for _ in range(20)])

    with pytest.raises(ServerError) as caught:
        play(server, models=("a/m", "b/n", "c/o"), retries=2)

    assert ["a/m", "a/m", "a/m", "b/n", "c/o"] == server.models
    assert 5 == len(caught.value.attempts)


@pytest.mark.parametrize(
    "failure",
    [MissingKey("a"), AuthenticationError("x", status=401), ContextLengthExceeded("x", status=400), QuotaExhausted("x", status=429)],
)
def test_what_another_model_may_not_share_is_tried_there(failure: LLMKitError) -> None:
    server = Server(Virtual(), failure)

    assert ANSWER == play(server, models=("a/m", "b/n"))
    assert ["a/m", "b/n"] == server.models


@pytest.mark.parametrize("failure", [BadRequest("x", status=400), InvalidRequest("x")])
def test_a_request_that_is_wrong_in_itself_is_not_tried_elsewhere(failure: LLMKitError) -> None:
    server = Server(Virtual(), failure)

    with pytest.raises(type(failure)):
        play(server, models=("a/m", "b/n"))

    assert ["a/m"] == server.models
