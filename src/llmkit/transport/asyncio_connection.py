"""One connection on an event loop: moves bytes between a socket and an exchange."""

from __future__ import annotations

import asyncio
import socket
from time import monotonic
from typing import Protocol, cast

from llmkit.errors import ConnectionFailed, LLMKitError
from llmkit.transport.exchange import Exchange
from llmkit.transport.failures import translate
from llmkit.transport.head import Heads
from llmkit.transport.policy import Limits
from llmkit.types.http import HttpRequest

_JOINED = 64 * 1024
"""A body up to this size leaves in one write with its head."""

_PEEK_AFTER = 0.05
"""Seconds of idleness after which the socket is asked whether the server has closed it: before that the loop has surely told us."""


class Owner(Protocol):
    """The pool a connection belongs to."""

    def lost(self, connection: Connection) -> None:
        """Note that the connection is closed."""
        ...

    def give_back(self, connection: Connection) -> bool:
        """Take a connection that can be used again; False when it is not wanted."""
        ...

    def ended(self, connection: Connection) -> None:
        """Note that the loop is done with the connection."""
        ...


class Connection(asyncio.Protocol):
    """Serves one request at a time; `busy` from `start` to `release`."""

    __slots__ = (
        "_blocked",
        "_deadline",
        "_failure",
        "_high_water",
        "_loop",
        "_owner",
        "_paused",
        "_timer",
        "_timer_at",
        "_transport",
        "_waiter",
        "_where",
        "busy",
        "closed",
        "exchange",
        "idle_since",
        "sock",
    )

    def __init__(self, owner: Owner, where: str, limits: Limits, sock: socket.socket) -> None:
        self._owner = owner
        self._where = where
        self._high_water = limits.high_water
        self._loop = asyncio.get_running_loop()
        self._failure: LLMKitError | None = None
        self._waiter: asyncio.Future[bool] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = self._deadline = 0.0
        self._paused = self._blocked = False
        self.exchange = Exchange(limits)
        self.sock = sock
        self.busy = self.closed = False
        self.idle_since = 0.0

    # What the pool and the engine call.

    def usable(self, now: float) -> bool:
        """Tell whether an idle connection is still open, as far as can be seen."""
        if self.closed or self._transport.is_closing():
            return False
        if now - self.idle_since < _PEEK_AFTER:
            return True
        try:
            self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False  # closed, or bytes nobody asked for

    def start(self, request: HttpRequest, heads: Heads) -> bool:
        """Write `request`; True when some of it could not leave at once. No name here outlives the call: the head holds a key."""
        body = request.body
        if request.upload is not None:
            data = heads.write(request)
            rest = None
        elif len(body) <= _JOINED:
            data = heads.write(request) + body
            rest = None
        else:
            data = heads.write(request) + body[:_JOINED]
            rest = memoryview(body)[_JOINED:]
        self.busy = True
        self.exchange.begin(request.method)
        try:
            self._transport.write(data)
            if rest is not None:
                self._transport.write(rest)
        finally:
            data = b""
        return self._blocked

    def write(self, piece: bytes) -> None:
        """Write a piece of the body; `writing` then tells whether some of it still waits."""
        if not self.closed:
            self._transport.write(piece)

    @property
    def unwanted(self) -> bool:
        """Tell whether the server has answered, or is gone, before it got the whole request."""
        return self.exchange.head_done or self._failure is not None or self.closed

    def cut(self) -> None:
        """Note that the request was not sent to its end: the connection serves no other."""
        self.exchange.keep = False

    @property
    def writing(self) -> bool:
        """Tell whether bytes of the request still wait while no response has begun."""
        return self._blocked and not self.exchange.head_done and self._failure is None

    def wait(self, deadline: float | None) -> asyncio.Future[bool]:
        """Return what becomes True when the exchange knows more, and False when `deadline` passes first."""
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        waiter = self._waiter = self._loop.create_future()
        if self._failure is not None:
            self._wake()
        elif deadline is not None:
            self._deadline = deadline
            if self._timer is None or self._timer_at > deadline:
                self._set_timer()
        return waiter

    async def more(self, deadline: float | None) -> bool:
        """Wait until the exchange knows more; False when `deadline` passed first."""
        if self._failure is not None:
            raise self._failure
        try:
            return await self.wait(deadline)
        except BaseException:
            self.abort()
            raise

    def check(self) -> None:
        """Raise what ended the connection before a response came."""
        if self._failure is not None and not self.exchange.head_done:
            raise self._failure

    def release(self) -> None:
        """Give the connection back to its pool, or close it where it cannot serve again."""
        self.busy = False
        if self.closed:
            return
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        if self.exchange.keep and not self._blocked:
            self.idle_since = monotonic()
            if self._owner.give_back(self):
                return
        self.abort()

    def abort(self, failure: LLMKitError | None = None) -> None:
        """Close the socket at once and tell who waits."""
        if not self.closed:
            self._close()
            self._transport.abort()
        if self._failure is None:
            self._failure = failure or ConnectionFailed("The connection was closed.")
        self._wake()

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class
        # So that `pause_writing` tells of bytes that have not left; with 0 the TLS layer would pause when none is left.
        self._transport.set_write_buffer_limits(high=1, low=0)

    def data_received(self, data: bytes) -> None:
        exchange = self.exchange
        if not self.busy:
            self.abort()
            return
        failure = None
        try:
            exchange.feed(data)
        except LLMKitError as error:
            failure = error
        if failure is not None:
            self.abort(failure.with_traceback(None))
        elif exchange.head_done:
            if exchange.buffered > self._high_water and not self._paused:
                self._paused = True
                self._transport.pause_reading()
            waiter = self._waiter
            if waiter is not None:
                self._waiter = None
                if not waiter.done():
                    waiter.set_result(True)

    def pause_writing(self) -> None:
        self._blocked = True

    def resume_writing(self) -> None:
        self._blocked = False
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.busy and self._failure is None:
            if exc is None:
                self._take_eof()
            else:
                self._failure = translate(exc, self._where)
        if not self.closed:
            self._close()
        self._wake()
        self._owner.ended(self)

    # Below.

    def _take_eof(self) -> None:
        try:
            self.exchange.eof()
        except ConnectionFailed as error:
            self._failure = error.with_traceback(None)

    def _close(self) -> None:
        self.closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.exchange.close()
        self._owner.lost(self)

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(True)

    def _set_timer(self) -> None:
        """Set the connection's one timer. It is left running between calls and set anew only when it fires or comes too late."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = self._deadline
        self._timer = self._loop.call_later(max(self._deadline - monotonic(), 0.0), self._tick)

    def _tick(self) -> None:
        self._timer = None
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        if monotonic() < self._deadline:
            self._set_timer()
            return
        self._waiter = None
        waiter.set_result(False)
