"""Answers that are known already, as streams: one JSON object where a stream was asked for, or an answer that was kept."""

from __future__ import annotations

from llmkit.accumulate import unfold
from llmkit.errors import LLMKitError
from llmkit.runtime.protocol import Runtime
from llmkit.stream import StreamCore
from llmkit.types.events import Event
from llmkit.types.http import Timeouts
from llmkit.types.reply import Reply
from llmkit.types.responses import CompletionResponse


class Told:
    """A decoder whose events are known already; the body behind it is empty."""

    def __init__(self, events: list[Event], *, done: bool = True, error: LLMKitError | None = None) -> None:
        self.done = False
        self.error = error
        self._events, self._complete = events, done

    def feed(self, data: bytes, /) -> list[Event]:
        """Return nothing: all has been told."""
        return []

    def close(self) -> list[Event]:
        """Return the events."""
        self.done = self._complete
        return self._events


class NoBody:
    """The body of an answer that did not come over a wire."""

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        """Return the end."""
        return b""

    async def read_all(self, deadline: float | None = None, limit: int | None = None) -> bytes:
        """Return nothing."""
        return b""

    async def aclose(self) -> None:
        """Do nothing."""


def told_again(reply: Reply, *, runtime: Runtime, timeouts: Timeouts) -> StreamCore:
    """Return the whole reply of another operation as a stream."""
    return StreamCore(NoBody(), Told(reply.pieces()), runtime=runtime, timeouts=timeouts, deadline=None, fold=lambda events: reply)


def stream_of(response: CompletionResponse, *, runtime: Runtime, timeouts: Timeouts) -> StreamCore:
    """Return a whole answer as a stream: an answer from a cache, for one."""
    core = StreamCore(NoBody(), Told(unfold(response)), runtime=runtime, timeouts=timeouts, deadline=None)
    core.finish_with(lambda folded: response)
    return core
