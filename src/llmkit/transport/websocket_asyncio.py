"""A WebSocket on an event loop: bytes are taken as they come, also while nobody reads."""

from __future__ import annotations

import asyncio
import socket
from time import monotonic
from typing import TYPE_CHECKING, cast

from llmkit.errors import ConnectionFailed, InvalidRequest, LLMKitError, Timeout
from llmkit.transport.asyncio_dial import dial
from llmkit.transport.deadlines import expired, nearest
from llmkit.transport.failures import translate
from llmkit.transport.head import Heads
from llmkit.transport.policy import check_credential, proxy_for
from llmkit.transport.websocket import NORMAL, Link, check_extra
from llmkit.types.websocket import Close

if TYPE_CHECKING:
    from llmkit.transport.asyncio_pool import LoopPools
    from llmkit.transport.setup import Setup
    from llmkit.types.http import HttpRequest, HttpResponse

PING_AFTER = 20.0
"""Seconds of silence after which the peer is asked whether it is there; after as many again it is not."""
GOODBYE = 1.0
"""Seconds that the peer has to close, too."""


async def connect(request: HttpRequest, setup: Setup, pools: LoopPools) -> AsyncioWebSocket | HttpResponse:
    """Open a WebSocket, or return what the server answered instead."""
    check_extra()
    check_credential(request)
    setup.policy.check_origin(request.origin)
    heads = Heads(request.origin.netloc)
    heads.check(request)
    found = await _dialled(request, setup, pools)
    try:
        await found.begin(heads, request)
        refusal = found.link.refusal(request)
    except BaseException:
        found.abort()
        raise
    if refusal is not None:
        found.abort()
        return refusal
    return found


async def _dialled(request: HttpRequest, setup: Setup, pools: LoopPools) -> AsyncioWebSocket:
    deadline, phase = nearest(request.timeouts.connect, "connect", request.deadline)
    loop = asyncio.get_running_loop()
    scope = asyncio.timeout_at(None if deadline is None else loop.time() + max(deadline - monotonic(), 0.0))
    failure: LLMKitError
    try:
        async with scope:
            return await _connected(request, setup, pools)
    except OSError as error:
        failure = expired(phase, request.timeouts) if scope.expired() else translate(error, str(request.origin))
    raise failure


async def _connected(request: HttpRequest, setup: Setup, pools: LoopPools) -> AsyncioWebSocket:
    origin = request.origin
    https = origin.scheme == "https"
    context = setup.tls() if https else None
    sock = await dial(origin, proxy_for(origin, setup.proxy), setup.check_addresses)
    found = AsyncioWebSocket(str(origin), sock, Link(setup.limits), setup.limits.high_water, pools)
    # From here on the loop owns the socket and closes it on every way out.
    await pools.loop.create_connection(lambda: found, sock=sock, ssl=context, server_hostname=origin.host if https else None)
    pools.live.add(found)
    return found


class AsyncioWebSocket(asyncio.Protocol):
    """One task reads, any may send. Where nobody reads for long, the socket is left to fill up."""

    def __init__(self, where: str, sock: socket.socket, link: Link, high_water: int, pools: LoopPools) -> None:
        self.link = link
        self.sock = sock
        self._where, self._high_water, self._pools = where, high_water, pools
        self._loop = pools.loop
        self._reader: asyncio.Future[bool] | None = None
        self._writers: list[asyncio.Future[None]] = []
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._blocked = self._paused = False
        self._heard = self._asked = monotonic()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def closed(self) -> Close | None:
        """Return how the peer closed, None before."""
        return self.link.closed

    async def begin(self, heads: Heads, request: HttpRequest) -> None:
        """Ask for the WebSocket and wait for the answer."""
        self._transport.write(self.link.write(heads, request))
        deadline, phase = nearest(request.timeouts.first_event, "first_event", request.deadline)
        while self.link.waits:
            if not await self._wait(deadline):
                raise expired(phase, request.timeouts)
        if self.link.failure is not None:
            raise self.link.failure
        self._timer = self._loop.call_later(PING_AFTER, self._ask)

    async def send(self, message: str | bytes, deadline: float | None = None) -> None:
        """Send a message."""
        data = self.link.message(message)
        if self._transport.is_closing():
            raise ConnectionFailed("The WebSocket is closed.")
        self._transport.write(data)
        if not await self._drained(deadline):
            self.abort()
            raise Timeout("write")

    async def receive(self, deadline: float | None = None, phase: str = "idle") -> str | bytes | Close:
        """Return the next message, or how the peer closed; one task at a time."""
        if self._reader is not None:
            raise InvalidRequest("Another task is reading from this WebSocket.", parameter="session")
        while True:
            if self.link.messages:
                return self._taken()
            if self.link.closed is not None:
                return self.link.closed
            if self.link.failure is not None:
                raise self.link.failure
            if not await self._wait(deadline):
                raise Timeout(phase)

    async def aclose(self, code: int = NORMAL, reason: str = "") -> None:
        """Close, also while another task reads: its wait ends."""
        if not self._transport.is_closing():
            data = self.link.close(code, reason)
            if data:
                self._transport.write(data)
                self._resume()
            timer = self._loop.call_later(GOODBYE, self.abort)
            try:
                await self._gone()
            finally:
                timer.cancel()
        self.abort()
        await self._gone()

    def abort(self, failure: LLMKitError | None = None) -> None:
        """Close the socket at once and tell who waits."""
        if failure is not None and not self.link.over:
            self.link.failure = failure
        self._transport.abort()

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class
        self._transport.set_write_buffer_limits(high=256 * 1024, low=64 * 1024)

    def data_received(self, data: bytes) -> None:
        self._heard = monotonic()
        self.link.feed(data)
        if answer := self.link.outgoing():
            self._transport.write(answer)
        if self.link.over:
            self._transport.close()  # after what is to be sent
        elif self.link.buffered > self._high_water and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def pause_writing(self) -> None:
        self._blocked = True

    def resume_writing(self) -> None:
        self._blocked = False
        self._release()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.link.over and exc is not None:
            self.link.failure = translate(exc, self._where)
        self.link.eof()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._wake()
        self._release()
        if not self._ended.done():
            self._ended.set_result(None)
        self._pools.ended(self)

    # Below.

    def _taken(self) -> str | bytes:
        message = self.link.take()
        if self._paused and self.link.buffered <= self._high_water // 2:
            self._resume()
        return message

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            self._transport.resume_reading()

    async def _wait(self, deadline: float | None) -> bool:
        """Wait until something has come, or the end; False when `deadline` passed first."""
        reader = self._reader = self._loop.create_future()
        timer = None if deadline is None else self._loop.call_later(max(deadline - monotonic(), 0.0), self._wake, False)
        try:
            there: bool = await reader
            return there
        finally:
            self._reader = None
            if timer is not None:
                timer.cancel()

    async def _drained(self, deadline: float | None) -> bool:
        while self._blocked and not self.link.over:
            writer: asyncio.Future[None] = self._loop.create_future()
            self._writers.append(writer)
            timer = None if deadline is None else self._loop.call_later(max(deadline - monotonic(), 0.0), self._release)
            try:
                await writer
            finally:
                if timer is not None:
                    timer.cancel()
            if deadline is not None and self._blocked and monotonic() >= deadline:
                return False
        return True

    async def _gone(self) -> None:
        """Wait until the loop has let go of the socket; several may."""
        await asyncio.shield(self._ended)

    def _wake(self, there: bool = True) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(there)

    def _release(self) -> None:
        writers, self._writers = self._writers, []
        for writer in writers:
            if not writer.done():
                writer.set_result(None)

    def _ask(self) -> None:
        """Ask a silent peer whether it is there; who does not answer in time is gone."""
        now = monotonic()
        quiet = now - self._heard
        if self._asked > self._heard and now - self._asked >= PING_AFTER:
            self.abort(ConnectionFailed(f"{self._where} was silent for {quiet:.0f} s, and answers no ping."))
            return
        if quiet >= PING_AFTER and not self._paused:
            self._asked = now
            self.link.ask()
            self._transport.write(self.link.outgoing())
        self._timer = self._loop.call_later(PING_AFTER, self._ask)
