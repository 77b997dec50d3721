"""The connections of one event loop, origin by origin."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress
from time import monotonic
from typing import Protocol

from llmkit.errors import ConnectionFailed, LLMKitError
from llmkit.transport.asyncio_connection import Connection
from llmkit.transport.asyncio_dial import dial
from llmkit.transport.deadlines import expired, nearest
from llmkit.transport.failures import translate
from llmkit.transport.head import Heads
from llmkit.transport.policy import proxy_for
from llmkit.transport.setup import Setup
from llmkit.transport.slots import Slots, Turn
from llmkit.types.http import HttpRequest, Origin

CLOSED = "The transport was closed."


class Held(Protocol):
    """What the loop holds a socket for: a connection of a pool, or a WebSocket."""

    sock: socket.socket

    def abort(self, failure: LLMKitError | None = None) -> None:
        """Close the socket at once and tell who waits."""
        ...


class LoopPools:
    """Every connection made on one loop. `live` are those the loop still knows."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.origins: dict[Origin, Pool] = {}
        self.live: set[Held] = set()
        self._watch: AsyncGenerator[None, None] | None = None
        self._empty: asyncio.Future[None] | None = None

    def follow(self) -> None:
        """Close with the loop: `asyncio.run` closes the async generators of its loop at the end, and this is one."""
        if self._watch is None:
            self._watch = _until_shutdown(self)
            with suppress(StopIteration):
                self._watch.asend(None).send(None)

    def close(self) -> None:
        """Close every connection; calls under way fail."""
        for connection in list(self.live):
            connection.abort(ConnectionFailed(CLOSED))
        for pool in self.origins.values():
            pool.close()

    def close_from_outside(self) -> None:
        """Close from another thread or after the loop's end."""
        try:
            self.loop.call_soon_threadsafe(self.close)
        except RuntimeError:  # the loop is closed
            self.drop()

    async def aclose(self) -> None:
        """Close, and return when the loop has let go of every socket."""
        self.close()
        if self._watch is not None:
            await self._watch.aclose()
        if self.live:
            self._empty = self.loop.create_future()
            await self._empty

    def drop(self) -> None:
        """Close the sockets of a loop that cannot do it any more."""
        for connection in self.live:
            descriptor = connection.sock.detach()
            if descriptor >= 0:
                os.close(descriptor)

    def ended(self, connection: Held) -> None:
        """Note that the loop is done with a connection."""
        self.live.discard(connection)
        if self._empty is not None and not self.live and not self._empty.done():
            self._empty.set_result(None)


async def _until_shutdown(pools: LoopPools) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        pools.close()


class Pool:
    """The connections to one origin."""

    def __init__(self, origin: Origin, setup: Setup, pools: LoopPools) -> None:
        self.origin = origin
        self.limits = setup.limits
        self.heads = Heads(origin.netloc)
        self._setup = setup
        self._pools = pools
        self._proxy = proxy_for(origin, setup.proxy)
        self._slots: Slots[Connection] = Slots(setup.max_connections, setup.max_idle)
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False

    def ready(self, now: float) -> Connection | None:
        """Return an idle connection that is still open."""
        idle = self._slots.idle
        while idle:
            connection = idle.pop()
            if connection.usable(now):
                return connection
            connection.abort()
        return None

    async def acquire(self, request: HttpRequest, total: float | None) -> Connection:
        """Return a connection: an idle one, a new one, or the one this call waited for."""
        while True:
            self._check_open()
            connection = self.ready(monotonic())
            if connection is not None:
                return connection
            if not self._slots.may_open():
                connection = await self._wait(request, total)
                if connection is not None:
                    if connection.usable(monotonic()):
                        return connection
                    connection.abort()
                    continue
            try:
                return await self._open(request, total)
            except BaseException:
                self._slots.lost()
                raise

    def lost(self, connection: Connection) -> None:
        if connection in self._pools.live:  # else it was still being made, and `acquire` gives the place back
            self._slots.forget(connection)
            self._slots.lost()

    def ended(self, connection: Connection) -> None:
        self._pools.ended(connection)

    def give_back(self, connection: Connection) -> bool:
        if self._sweep is None:
            self._sweep = self._pools.loop.call_later(self._setup.idle_expiry, self._expire)
        return self._slots.give(connection)

    def close(self) -> None:
        self._closed = True
        self._slots.close()
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None

    def _expire(self) -> None:
        """Close what was idle too long. One timer for all: it costs a call nothing."""
        self._sweep = None
        expiry = self._setup.idle_expiry
        oldest = monotonic() - expiry
        idle = self._slots.idle
        for connection in [one for one in idle if one.idle_since <= oldest]:
            connection.abort()
        if idle:
            first = min(one.idle_since for one in idle)
            self._sweep = self._pools.loop.call_later(max(first - oldest, 0.001), self._expire)

    async def _wait(self, request: HttpRequest, total: float | None) -> Connection | None:
        """Wait for a connection, or for the right to open one (None)."""
        loop = self._pools.loop
        waiter: asyncio.Future[None] = loop.create_future()
        turn = self._slots.wait(lambda: None if waiter.done() else waiter.set_result(None))
        deadline, phase = nearest(request.timeouts.pool, "pool", total)
        timer = None if deadline is None else loop.call_later(max(deadline - monotonic(), 0.0), waiter.cancel)
        try:
            await waiter
        except asyncio.CancelledError:
            if self._slots.leave(turn):
                self._return(turn)
            task = asyncio.current_task()
            late = deadline is not None and monotonic() >= deadline and not (task is not None and task.cancelling())
            if not late:
                raise
        else:
            if not turn.granted:
                self._check_open()
            return turn.connection
        finally:
            if timer is not None:
                timer.cancel()
        raise expired(phase, request.timeouts)

    def _return(self, turn: Turn[Connection]) -> None:
        """Give back what a turn brought to a call that is gone."""
        if turn.connection is None:
            self._slots.lost()
        else:
            turn.connection.release()

    async def _open(self, request: HttpRequest, total: float | None) -> Connection:
        deadline, phase = nearest(request.timeouts.connect, "connect", total)
        loop = self._pools.loop
        failure: LLMKitError | None = None
        when = None if deadline is None else loop.time() + max(deadline - monotonic(), 0.0)
        scope = asyncio.timeout_at(when)
        try:
            async with scope:
                return await self._connect()
        except OSError as error:
            failure = expired(phase, request.timeouts) if scope.expired() else translate(error, str(self.origin))
        raise failure

    async def _connect(self) -> Connection:
        origin = self.origin
        https = origin.scheme == "https"
        context = self._setup.tls() if https else None
        sock = await dial(origin, self._proxy, self._setup.check_addresses)
        connection = Connection(self, str(origin), self.limits, sock)
        # From here on the loop owns the socket and closes it on every way out.
        await self._pools.loop.create_connection(lambda: connection, sock=sock, ssl=context, server_hostname=origin.host if https else None)
        if self._closed:
            connection.abort()
            self._check_open()
        self._pools.live.add(connection)
        return connection

    def _check_open(self) -> None:
        if self._closed:
            raise ConnectionFailed(CLOSED)
