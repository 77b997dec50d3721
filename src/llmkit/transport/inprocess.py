"""Answer requests by a function of this process: it runs in a thread of its own, its bytes come back as a server's would."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Any
from weakref import WeakSet

from llmkit.errors import ConnectionFailed, LLMKitError, ProtocolError
from llmkit.transport.deadlines import earliest, expired, nearest
from llmkit.transport.policy import Limits
from llmkit.types.http import Headers, HttpRequest, HttpResponse, Timeouts

SLICE = 1.0  # seconds; on Windows Ctrl-C interrupts a wait only at its end
CLOSING = 10.0  # seconds that `aclose` gives the threads


class Cancelled(Exception):
    """Raised in a handler that writes to a reader who has gone."""


class Pipe:
    """What a handler writes and a body reads. The writer waits while `high_water` bytes are unread."""

    def __init__(self, *, blocking: bool, high_water: int) -> None:
        self.status = 0
        self.fields: tuple[tuple[str, str], ...] = ()
        self.failure: LLMKitError | None = None
        self.ended = False
        self._blocking = blocking
        self._high_water = high_water
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._closed = False
        self._changed = Condition(Lock())
        self._wake: Callable[[], Any] | None = None

    @property
    def cancelled(self) -> bool:
        """Return whether nobody reads any more: stop working."""
        return self._closed

    def head(self, status: int, fields: Iterable[tuple[str, str]] = ()) -> None:
        """Say the status and the header fields, before the first byte; said again, it changes nothing."""
        with self._changed:
            self.status, self.fields = self.status or status, self.fields or tuple(fields)
            self._signal()

    def write(self, data: bytes) -> None:
        """Give `data` to the reader. Raises `Cancelled` when it has gone."""
        with self._changed:
            while self._size >= self._high_water and not self._closed:
                self._changed.wait(SLICE)
            if self._closed:
                raise Cancelled
            if data:
                self._chunks.append(data)
                self._size += len(data)
                self._signal()

    def end(self, failure: LLMKitError | None = None) -> None:
        """Say that nothing more comes, and why if it is not the end of the answer."""
        with self._changed:
            self.ended, self.failure = True, failure
            self._signal()

    def take(self) -> bytes:
        """Return what is there."""
        with self._changed:
            data = b"".join(self._chunks)
            self._drop()
            return data

    def close(self) -> None:
        """Stop the handler at its next look or write, and throw away what it wrote."""
        with self._changed:
            self._closed = True
            self._drop()
            self._signal()

    async def wait(self, deadline: float | None, *, head: bool = False) -> bool:
        """Wait for the head, or for bytes or the end; False when `deadline` passed first."""
        return self._block(deadline, head) if self._blocking else await self._suspend(deadline, head)

    def _there(self, head: bool) -> bool:
        return bool((self.status if head else self._chunks) or self.ended or self._closed)

    def _block(self, deadline: float | None, head: bool) -> bool:
        with self._changed:
            while not self._there(head):
                left = SLICE if deadline is None else deadline - monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, SLICE))
        return True

    async def _suspend(self, deadline: float | None, head: bool) -> bool:
        loop = asyncio.get_running_loop()
        while True:
            with self._changed:
                if self._there(head):
                    return True
                left = None if deadline is None else deadline - monotonic()
                if left is not None and left <= 0:
                    return False
                future = loop.create_future()
                self._wake = lambda future=future: loop.call_soon_threadsafe(_resolve, future)
            timer = None if left is None else loop.call_later(left, _resolve, future)
            try:
                await future
            finally:
                self._wake = None
                if timer is not None:
                    timer.cancel()

    def _drop(self) -> None:
        self._chunks.clear()
        self._size = 0
        self._changed.notify_all()

    def _signal(self) -> None:
        self._changed.notify_all()
        wake, self._wake = self._wake, None
        if wake is not None:
            try:
                wake()
            except RuntimeError:  # the loop was closed under the reader: there is none any more
                self._closed = True


Handler = Callable[[HttpRequest, Pipe], None]


class InProcessBody:
    """The bytes that a handler wrote."""

    def __init__(self, pipe: Pipe, timeouts: Timeouts, total: float | None, limit: int) -> None:
        self._pipe = pipe
        self._timeouts = timeouts
        self._total = total
        self._limit = limit
        self._over: str | None = None

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        """Return the next bytes, empty at the end. Without a deadline `timeouts.idle` counts from now."""
        if deadline is None:
            deadline, phase = nearest(self._timeouts.idle, phase, self._total)
        elif self._total is not None and self._total < deadline:
            deadline, phase = self._total, "total"
        return await self._next(deadline, phase)

    async def read_all(self, deadline: float | None = None, limit: int = 0) -> bytes:
        """Return all that is left; more than `limit` bytes is a `ProtocolError`. Only the whole call is timed."""
        limit = limit or self._limit
        ends = [reading for reading in (deadline, self._total) if reading is not None]
        whole = bytearray()
        while data := await self._next(min(ends, default=None), "total"):
            whole += data
            if len(whole) > limit:
                await self.aclose()
                raise ProtocolError(f"The body of the response is larger than {limit} bytes.")
        return bytes(whole)

    async def aclose(self) -> None:
        """Stop the handler, if it still runs."""
        if self._over is None and not self._pipe.ended:
            self._over = "The body was closed before its end."
        self._pipe.close()

    async def _next(self, deadline: float | None, phase: str) -> bytes:
        if self._over is not None:
            raise ConnectionFailed(self._over)
        pipe = self._pipe
        self._over = "The body could not be read to its end."
        if not await _waited(pipe, deadline):
            raise expired(phase, self._timeouts)
        self._over = None
        data = pipe.take()
        if data:
            return data
        if pipe.failure is not None:
            raise pipe.failure
        if not pipe.ended:
            raise ConnectionFailed("The transport was closed.")
        return b""


class InProcessTransport:
    """Answers each request by `handler(request, pipe)` in a thread; the same pipe serves blocking readers and event loops.

    `blocking` says which of the two sends; None looks for a running loop, which is wrong for a sync client inside one (a
    notebook). `on_close` runs once, when every handler has ended.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        blocking: bool | None = None,
        limits: Limits | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self._handler = handler
        self._blocking = blocking
        self._limits = limits or Limits()
        self._on_close = on_close
        self._running: dict[Pipe, Thread] = {}
        self._lock = Lock()
        self._closed = False
        _living.add(self)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Start the handler and return when it has said its head."""
        total = earliest(request.timeouts.total, monotonic(), request.deadline)
        deadline, phase = nearest(request.timeouts.first_event, "first_event", total)
        pipe = Pipe(blocking=self._is_blocking(), high_water=self._limits.high_water)
        thread = Thread(target=self._work, args=(request, pipe), name="llmkit-inprocess", daemon=True)
        with self._lock:
            if self._closed:
                raise ConnectionFailed("The transport is closed.")
            self._running[pipe] = thread
        thread.start()
        if not await _waited(pipe, deadline, head=True):
            raise expired(phase, request.timeouts)
        if not pipe.status:
            raise pipe.failure or ConnectionFailed("The transport was closed.")
        body = InProcessBody(pipe, request.timeouts, total, self._limits.body)
        return HttpResponse(status=pipe.status, headers=Headers(pipe.fields), body=body)

    async def aclose(self) -> None:
        """Stop every handler and wait for their threads."""
        if self._is_blocking():
            self._settle()
        else:
            await asyncio.get_running_loop().run_in_executor(None, self._settle)

    def _settle(self) -> None:
        with self._lock:
            first, self._closed = not self._closed, True
            running = list(self._running.items())
        for pipe, _ in running:
            pipe.close()
        end = monotonic() + CLOSING
        for _, thread in running:
            if thread.ident is not None:
                thread.join(max(end - monotonic(), 0.0))
        if first and self._on_close is not None:
            self._on_close()

    def _is_blocking(self) -> bool:
        return asyncio._get_running_loop() is None if self._blocking is None else self._blocking

    def _work(self, request: HttpRequest, pipe: Pipe) -> None:
        failure: LLMKitError | None = None
        try:
            self._handler(request, pipe)
            if not pipe.status:
                failure = ProtocolError("The handler ended without an answer.")
        except Cancelled:
            failure = ConnectionFailed("The body was closed before its end.")
        except LLMKitError as error:
            failure = error
        except BaseException as error:  # carried to the reader, which raises it
            failure = ProtocolError(f"The handler failed: {type(error).__name__}: {error}")
            failure.__cause__ = error
        with self._lock:
            self._running.pop(pipe, None)
        pipe.end(failure)

    def _after_fork(self) -> None:
        """Forget the parent's threads: they do not exist here."""
        self._lock = Lock()
        self._running = {}


async def _waited(pipe: Pipe, deadline: float | None, *, head: bool = False) -> bool:
    """Wait, and close the pipe when that is in vain or broken off."""
    there = False
    try:
        there = await pipe.wait(deadline, head=head)
    finally:
        if not there:
            pipe.close()
    return there


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


_living: WeakSet[InProcessTransport] = WeakSet()


def _after_fork_in_child() -> None:
    for transport in _living:
        transport._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
