"""A job from its beginning to its end as one operation: begin, ask on, return what it made."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import msgspec

from llmkit.errors import JobInterrupted, LLMKitError, Overloaded, ProviderError, ServerError, Timeout, TLSError, TransportError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.job import JobState, JobSteps
from llmkit.types.reply import Reply

MOST_POLLS = 20_000
GROWTH, LONGEST = 1.1, 20.0
"""Each wait is so much longer than the one before, up to so many seconds, or as long as the format says where that is more."""
_NOT_SENT = ("connect", "pool")
_MAYBE = "It may have begun and be paid for: look at the provider before it is started again."


def whole_job(start: Callable[[Any, Place], JobSteps], poll: Callable[[JobState, Place], JobSteps], request: Any, place: Place) -> Steps:
    """Do the job and return its reply.

    A failure after its beginning is a `JobInterrupted` that says how to take it up again: to begin anew would pay for it twice.
    """
    state = yield from start(request, place)
    for looks in range(MOST_POLLS):
        if state.over:
            return ended(state)
        try:
            state = yield from paused(poll(state, place), grown(state.delay, looks))
        except LLMKitError as error:
            raise JobInterrupted(state.handle, error) from None
    raise JobInterrupted(state.handle, None)


def grown(delay: float, looks: int) -> float:
    """Return the seconds to wait before the next look, after `looks` of them: a job that takes long is asked for less often."""
    return min(max(delay, LONGEST), delay * GROWTH ** min(looks, 100))


def paused(steps: JobSteps, delay: float) -> JobSteps:
    """Wait before the first question of `steps`; each that only looks may be asked again where it fails in passing."""
    try:
        ask = next(steps)
    except StopIteration as end:
        early: JobState = end.value
        return early
    first = True
    while True:
        try:
            answer = yield msgspec.structs.replace(ask, pause=delay if first else ask.pause, again=ask.again or ask.method == "GET")
        except LLMKitError as error:
            try:
                ask = steps.throw(error)
            except StopIteration as end:
                told: JobState = end.value
                return told
            continue
        first = False
        try:
            ask = steps.send(answer)
        except StopIteration as end:
            state: JobState = end.value
            return state


def begun(ask: Ask, *, repeatable: bool = False) -> Generator[Ask, Answer, Answer]:
    """Ask the question that begins a job, at most once: where its answer is lost nobody knows whether the job runs.

    `repeatable`: the provider recognises a repetition (the row has an `idempotency_header`), and it may be tried again as all else.
    Raises `JobInterrupted` without a handle then, which no layer tries again. A refusal (4xx, 429, 503) is raised as it is: nothing began.
    """
    try:
        return (yield ask)
    except LLMKitError as error:
        if repeatable or not may_have_begun(error):
            raise
        lost = error
    raise uncertain(lost)


def uncertain(cause: LLMKitError) -> JobInterrupted:
    """Return the error for a job that may run although `cause` kept us from learning its name."""
    failure = JobInterrupted("", cause)
    failure.hint = _MAYBE
    failure.args = (f"{failure.message} {_MAYBE}",)
    return failure


def may_have_begun(error: LLMKitError) -> bool:
    """Tell whether the request may have been acted upon although `error` came back."""
    if isinstance(error, Timeout):
        return error.phase not in _NOT_SENT
    if isinstance(error, TransportError):
        return not isinstance(error, TLSError)
    return isinstance(error, ServerError) and not isinstance(error, Overloaded)


def ended(state: JobState) -> Reply:
    """Return what the job made, or raise why it made nothing: never tried again by itself, as every beginning may cost."""
    if state.status == "succeeded" and state.reply is not None:
        reply: Reply = state.reply
        return reply
    failure = state.failure or ProviderError(f"The job {state.handle} has {state.status}.")
    failure.retryable = False
    if isinstance(failure, ProviderError):
        failure.should_retry = False
    raise failure
