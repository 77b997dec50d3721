"""A job from its beginning to its end as one operation: begin, ask on, return what it made."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import msgspec

from llmkit.errors import JobInterrupted, LLMKitError, ProviderError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.job import JobState, JobSteps
from llmkit.types.reply import Reply

MOST_POLLS = 20_000


def whole_job(start: Callable[[Any, Place], JobSteps], poll: Callable[[JobState, Place], JobSteps], request: Any, place: Place) -> Steps:
    """Do the job and return its reply.

    A failure after its beginning is a `JobInterrupted` that says how to take it up again: to begin anew would pay for it twice.
    """
    state = yield from start(request, place)
    for _ in range(MOST_POLLS):
        if state.over:
            return ended(state)
        try:
            state = yield from paused(poll(state, place), state.delay)
        except LLMKitError as error:
            raise JobInterrupted(state.handle, error) from None
    raise JobInterrupted(state.handle, None)


def paused(steps: JobSteps, delay: float) -> JobSteps:
    """Wait before the first question of `steps`; each may be asked again where it fails in passing."""
    ask = next(steps)
    first = True
    while True:
        try:
            answer = yield msgspec.structs.replace(ask, pause=delay if first else ask.pause, again=ask.method == "GET")
        except LLMKitError as error:
            ask = steps.throw(error)
            continue
        first = False
        try:
            ask = steps.send(answer)
        except StopIteration as end:
            state: JobState = end.value
            return state


def ended(state: JobState) -> Reply:
    """Return what the job made, or raise why it made nothing."""
    if state.status == "succeeded" and state.reply is not None:
        reply: Reply = state.reply
        return reply
    raise state.failure or ProviderError(f"The job {state.handle} has {state.status}.")


Questions = Generator[Ask, Answer, Any]
