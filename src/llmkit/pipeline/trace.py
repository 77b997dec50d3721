"""Watch a call from its beginning to its end: the whole answer or the stream, and the failure."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import msgspec

from llmkit.pipeline.call import Call, Next
from llmkit.types.reply import Attempt

if TYPE_CHECKING:
    from llmkit.errors import LLMKitError
    from llmkit.types.events import Event
    from llmkit.types.responses import CompletionResponse

LOGGER = logging.getLogger("llmkit")
Work: TypeAlias = Callable[[], None]
"""What an end leaves to be done where waiting holds up nobody."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a call ended. Neither complete nor an error: the reader of the stream went away."""

    response: Any = None
    """The answer; of a stream as far as it came."""
    error: BaseException | None = None
    complete: bool = True
    seconds: float
    attempts: tuple[Attempt, ...] = ()


class Witness(Protocol):
    """Sees one call."""

    def event(self, event: Event, seconds: float, /) -> None:
        """See an event of a stream, so many seconds after the call began."""
        ...

    def end(self, outcome: Outcome, /) -> Work | None:
        """See the end, once. Writing to a disk is returned as work."""
        ...


async def observed(call: Call, next: Next[Any], witness: Witness) -> Any:
    """Return the reply to `call`, seen by `witness`. A witness that fails is logged and changes nothing."""
    begun = call.runtime.now()
    try:
        reply = await next(call)
    except BaseException as error:  # a cancelled call ends too; it is raised again at once
        outcome = Outcome(error=error, complete=False, seconds=call.runtime.now() - begun, attempts=_attempts(call, error))
        work = _end(witness, outcome)
        if isinstance(error, Exception):
            await _do(work, call)
        elif work is not None:
            _try(work)  # a call that is being cancelled can wait for nothing
        raise
    if call.stream:
        reply.watch(_Watcher(witness, call, begun))
        return reply
    await _do(_end(witness, Outcome(response=reply, seconds=call.runtime.now() - begun, attempts=_attempts(call, reply))), call)
    return reply


class _Watcher:
    """A witness at a stream."""

    def __init__(self, witness: Witness, call: Call, begun: float) -> None:
        self._witness, self._call, self._begun = witness, call, begun

    def event(self, event: Event) -> None:
        """Tell the witness."""
        try:
            self._witness.event(event, self._call.runtime.now() - self._begun)
        except Exception as error:  # whoever watches may not break what is watched
            _failed(self._witness, error)

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool) -> None:
        """Tell the witness, and let its work be done."""
        seconds = self._call.runtime.now() - self._begun
        attempts = response.attempts or _attempts(self._call, error)
        outcome = Outcome(response=response, error=error, complete=complete, seconds=seconds, attempts=attempts)
        await _do(_end(self._witness, outcome), self._call)


def _attempts(call: Call, end: Any) -> tuple[Attempt, ...]:
    return getattr(end, "attempts", ()) or tuple(call.budget.attempts)


def _end(witness: Witness, outcome: Outcome) -> Work | None:
    try:
        return witness.end(outcome)
    except Exception as error:  # as above
        _failed(witness, error)
        return None


async def _do(work: Work | None, call: Call) -> None:
    if work is not None:
        await call.runtime.call(lambda: _try(work))


def _try(work: Work) -> None:
    try:
        work()
    except Exception as error:  # a full disk ends no call
        _failed(work, error)


def _failed(who: object, error: Exception) -> None:
    LOGGER.warning("%s could not record a call: %s", type(who).__qualname__, type(error).__name__)
