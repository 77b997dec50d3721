"""One running stream for many readers: each gets everything from its beginning, at its own pace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import copy
from functools import partial

from llmkit.caching.mark import as_shared
from llmkit.errors import LLMKitError, StreamInterrupted, Timeout
from llmkit.runtime.protocol import Group, Runtime
from llmkit.runtime.signal import Signal
from llmkit.stream import StreamCore
from llmkit.types.events import Event
from llmkit.types.http import Timeouts
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost

_FORSAKEN = 30.0
"""Seconds without anybody reading after which nobody new joins: the server may have given the stream up."""


class Broadcast:
    """The readers of `source`. Whoever needs more reads on for all; the last who leaves ends the call.

    The events are kept once, in the source. `home` says where the source can be read; the readers are all there.
    """

    def __init__(self, home: object, forget: Callable[[], None]) -> None:
        self.home = home
        self.opened = Signal()
        self.failure: LLMKitError | None = None
        self.complete = False
        self._forget = forget
        self._source: StreamCore | None = None
        self._whole: CompletionResponse | None = None
        self._lock = threading.Lock()
        self._readers = 0
        self._over = False
        self._step: Signal | None = None
        self._group: Group[None] | None = None
        self._touched = 0.0

    @property
    def events(self) -> list[Event]:
        """Return all that has come."""
        return [] if self._source is None else self._source.events

    @property
    def shared(self) -> bool:
        """Return whether there is a stream."""
        return self._source is not None

    @property
    def cost(self) -> Cost | None:
        """Return what the answer cost; None where that is not known, or not yet."""
        return None if self._whole is None else self._whole.cost

    def join(self, now: float) -> bool:
        """Take a place; False where the stream is over or nobody reads it any more."""
        with self._lock:
            forsaken = self._source is not None and self._step is None and now - self._touched > _FORSAKEN
            if self._over or forsaken:
                return False
            self._readers += 1
            return True

    def open(self, source: StreamCore, now: float) -> None:
        """Begin to share `source`."""
        self._source, self._touched = source, now
        self.opened.give()

    def fail(self, failure: LLMKitError | None) -> None:
        """Say that there is no stream, because of `failure` or because whoever opened it was cancelled."""
        self.failure = failure
        self._end()
        self.opened.give()

    async def leave(self) -> None:
        """Give the place back; the last one ends the call."""
        with self._lock:
            self._readers -= 1
            if self._readers > 0:
                return
            self._over = True
            group, source = self._group, self._source
        self._forget()
        if group is not None:
            await group.aclose()
        if source is not None:
            await source.aclose()

    def reader(self, runtime: Runtime, timeouts: Timeouts, deadline: float | None, *, paying: bool) -> StreamCore:
        """Return the stream of one who has joined; its costs are told to the one who is `paying`."""
        seat = _Seat(self, runtime, deadline)
        core = StreamCore(seat, seat, runtime=runtime, timeouts=timeouts, deadline=deadline)
        core.finish_with(lambda folded: self._finished(folded, paying))
        return core

    def _finished(self, folded: CompletionResponse, paying: bool) -> CompletionResponse:
        whole = self._whole
        if whole is None or folded.finish.unified == "interrupted":
            assert self._source is not None
            now = self._source.response()
            named = {name: getattr(now, name) for name in ("provider", "output_mode", "request_id", "attempts")}
            return folded.replace(**named, model=folded.model or now.model)
        return whole if paying else as_shared(whole)

    async def more(self, seen: int, runtime: Runtime, deadline: float | None, phase: str) -> bool:
        """Return whether there is more than `seen` events, when it is known. Raises what cut the stream."""
        while True:
            with self._lock:
                if seen < len(self.events):
                    return True
                if self._over:
                    break
                step = self._step
                if mine := step is None:
                    step = self._step = Signal()
                    # A group's work outlives the one who waits for it: to cancel one reader is not to cancel the others.
                    self._group = runtime.group([partial(self._advance, step, runtime)])
            assert step is not None
            if mine:
                assert self._group is not None
                await self._group.next()
            elif not await runtime.wait(step, None if deadline is None else max(0.0, deadline - runtime.now())):
                raise Timeout(phase)
        if self.failure is not None:
            raise copy(self.failure)
        return False

    async def _advance(self, step: Signal, runtime: Runtime) -> None:
        assert self._source is not None
        more = False
        failure: LLMKitError | None = StreamInterrupted("Whoever read the shared stream was stopped.")
        try:
            more = await self._source.fill()
            failure = None
        except LLMKitError as error:  # told to every reader
            failure = (error.cause or error) if isinstance(error, StreamInterrupted) else error
        finally:
            with self._lock:
                self._step = None
                self._touched = runtime.now()
            if not more:
                self.failure = failure
                self.complete = failure is None
                self._whole = self._source.response() if failure is None else None
                self._end()
            step.give()

    def _end(self) -> None:
        with self._lock:
            self._over = True
        self._forget()


class _Seat:
    """One reader's place: a body without bytes, and a decoder that gives out what has come for all."""

    error: LLMKitError | None = None

    def __init__(self, broadcast: Broadcast, runtime: Runtime, deadline: float | None) -> None:
        self._broadcast, self._runtime = broadcast, runtime
        self._seen = 0
        self._taken = True
        self.done = False
        """All of a complete answer has been given out."""

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        """Return a sign that there is more, nothing at the end."""
        return b"more" if await self._broadcast.more(self._seen, self._runtime, deadline, phase) else b""

    async def read_all(self, deadline: float | None = None, limit: int | None = None) -> bytes:
        """Return nothing: there are no bytes."""
        return b""

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that have come since."""
        events = self._broadcast.events[self._seen :]
        self._seen += len(events)
        self.done = self._over()
        return events

    def close(self) -> list[Event]:
        """Return nothing: all was given out."""
        self.done = self._over()
        return []

    async def aclose(self) -> None:
        """Leave, once."""
        if self._taken:
            self._taken = False
            await self._broadcast.leave()

    def _over(self) -> bool:
        return self._broadcast.complete and self._seen == len(self._broadcast.events)
