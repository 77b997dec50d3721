"""A stream behind another: who watches the first (a cache, a meter) sees it as it came, not as the guard leaves it."""

from __future__ import annotations

from llmkit.errors import LLMKitError, StreamInterrupted
from llmkit.runtime.protocol import Runtime
from llmkit.stream import StreamCore
from llmkit.types.events import Event, Finish
from llmkit.types.http import Timeouts
from llmkit.types.model import NO_NATIVE
from llmkit.types.responses import CompletionResponse


class Relay:
    """The inner stream as a body and as its decoder."""

    def __init__(self, core: StreamCore) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._core, self._seen = core, 0

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        """Return a byte when there are new events. The inner stream keeps its own deadlines."""
        try:
            there = self._seen < len(self._core.events) or await self._core.fill()
        except StreamInterrupted as failure:
            failure.partial = None  # what came is told by the outer stream, as far as it may be seen
            raise
        return b"." if there else b""

    async def read_all(self, deadline: float | None = None, limit: int | None = None) -> bytes:
        """Return nothing: it is only read in pieces."""
        return b""

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the new events."""
        events = self._core.events[self._seen :]
        self._seen += len(events)
        self.done = self.done or any(isinstance(event, Finish) for event in events)
        return events

    def close(self) -> list[Event]:
        """Return what is left."""
        return self.feed(b"")

    async def aclose(self) -> None:
        """End the inner stream."""
        await self._core.aclose()


def relayed(core: StreamCore, *, runtime: Runtime, timeouts: Timeouts) -> StreamCore:
    """Return a stream of what `core` says, with an answer of its own."""
    relay = Relay(core)
    outer = StreamCore(relay, relay, runtime=runtime, timeouts=timeouts, deadline=None)
    outer.finish_with(lambda folded: _finished(core.response(), folded))
    return outer


def _finished(inner: CompletionResponse, folded: CompletionResponse) -> CompletionResponse:
    added = tuple([warning for warning in folded.warnings if warning not in inner.warnings])
    same = inner.content == folded.content and inner.candidates == folded.candidates
    return inner.replace(
        content=folded.content,
        candidates=folded.candidates,
        logprobs=folded.logprobs,
        finish=folded.finish,
        warnings=(*inner.warnings, *added),
        raw=inner.raw if same else NO_NATIVE,
    )
