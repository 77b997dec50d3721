"""Send requests from an event loop, over connections that are kept and shared."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Unpack
from weakref import WeakSet

from llmkit.errors import ConnectionFailed
from llmkit.transport.asyncio_connection import Connection
from llmkit.transport.asyncio_pool import CLOSED, LoopPools, Pool
from llmkit.transport.body import respond
from llmkit.transport.deadlines import earliest, expired
from llmkit.transport.policy import check_credential
from llmkit.transport.settings import EngineOptions
from llmkit.transport.setup import Setup
from llmkit.transport.uploads import checked_pieces
from llmkit.types.http import HttpRequest, HttpResponse, Origin, Upload

if TYPE_CHECKING:
    from llmkit.transport.websocket_asyncio import AsyncioWebSocket


class AsyncioTransport:
    """HTTP/1.1 over `asyncio`, on any event loop.

    Connections belong to the loop they were made on: another loop gets its own, and a loop that ends closes what it had.
    """

    def __init__(self, **options: Unpack[EngineOptions]) -> None:
        self._setup = Setup(options)
        self._loops: dict[int, LoopPools] = {}
        self._current: LoopPools | None = None
        self._lock = Lock()
        self._closed = False
        _living.add(self)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send `request` and return when the head of the response is there."""
        if request.credential is not None:
            check_credential(request)
        pool = self._pool(request.origin)
        timeouts = request.timeouts
        now = monotonic()
        total = earliest(timeouts.total, now, request.deadline)
        connection = pool.ready(now)
        if connection is None:
            pool.heads.check(request)
            connection = await pool.acquire(request, total)
            now = monotonic()
        exchange = connection.exchange
        try:
            if connection.start(request, pool.heads):
                now = await self._written(connection, request, total)
            if request.upload is not None:
                now = await self._uploaded(connection, request, request.upload, total)
            deadline = earliest(timeouts.first_event, now, total)
            while not exchange.head_done:
                if not await connection.wait(deadline):
                    raise expired("total" if deadline == total else "first_event", timeouts)
                connection.check()
        except BaseException:
            connection.abort()
            raise
        return respond(connection, exchange, request, total, pool.limits)

    async def connect(self, request: HttpRequest, /) -> AsyncioWebSocket | HttpResponse:
        """Open a WebSocket by `request`, or return what the server answered instead."""
        from llmkit.transport.websocket_asyncio import connect  # few clients talk that way

        return await connect(request, self._setup, self._entered())

    async def _written(self, connection: Connection, request: HttpRequest, total: float | None) -> float:
        """Wait until the request has left, or the server answers all the same; return when that was."""
        deadline = earliest(request.timeouts.write, monotonic(), total)
        while connection.writing:
            if not await connection.wait(deadline):
                raise expired("total" if deadline == total else "write", request.timeouts)
        return monotonic()

    async def _uploaded(self, connection: Connection, request: HttpRequest, upload: Upload, total: float | None) -> float:
        """Send a body piece by piece, the next one when the one before has left; return when that was."""
        deadline = earliest(request.timeouts.write, monotonic(), total)
        with closing(checked_pieces(upload)) as pieces:
            for piece in pieces:
                if connection.unwanted:
                    connection.cut()
                    break
                connection.write(piece)
                await asyncio.sleep(0)  # others have their turn, and an early answer is heard, however fast the network is
                while connection.writing:
                    if not await connection.wait(deadline):
                        raise expired("total" if deadline == total else "write", request.timeouts)
                if deadline is not None and monotonic() >= deadline:
                    raise expired("total" if deadline == total else "write", request.timeouts)
        return monotonic()

    async def aclose(self) -> None:
        """Close every connection; calls under way fail."""
        self._closed = True
        with self._lock:
            loops, self._loops, self._current = list(self._loops.values()), {}, None
        running = asyncio.get_running_loop()
        for pools in loops:
            if pools.loop is running:
                await pools.aclose()
            else:
                pools.close_from_outside()

    def _pool(self, origin: Origin) -> Pool:
        pools = self._entered()
        pool = pools.origins.get(origin)
        if pool is None:
            self._setup.policy.check_origin(origin)
            pool = pools.origins[origin] = Pool(origin, self._setup, pools)
        return pool

    def _entered(self) -> LoopPools:
        """Return the connections of the running loop."""
        loop = asyncio.get_running_loop()
        pools = self._current
        return pools if pools is not None and pools.loop is loop else self._enter(loop)

    def _enter(self, loop: asyncio.AbstractEventLoop) -> LoopPools:
        """Make `loop` the current one; forget loops that are closed."""
        if self._closed:
            raise ConnectionFailed(CLOSED)
        with self._lock:
            for key, pools in list(self._loops.items()):
                if pools.loop.is_closed():
                    del self._loops[key]
                    pools.drop()
            pools = self._loops.setdefault(id(loop), LoopPools(loop))
            self._current = pools
        pools.follow()
        return pools

    def _after_fork(self) -> None:
        """Leave the parent's connections alone: close our copies of the sockets without a byte on them."""
        self._lock = Lock()
        self._setup.after_fork()
        for pools in self._loops.values():
            pools.drop()
            _inherited.append(pools)  # kept, so that finalisers that belong to the parent never run here
        self._loops = {}
        self._current = None


_living: WeakSet[AsyncioTransport] = WeakSet()
_inherited: list[LoopPools] = []


def _after_fork_in_child() -> None:
    for transport in _living:
        transport._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
