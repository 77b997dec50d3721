"""Send requests from plain threads, over connections that are kept and shared."""

from __future__ import annotations

import os
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Unpack
from weakref import WeakSet

from llmkit.errors import ConnectionFailed
from llmkit.transport.blocking_pool import CLOSED, Pool
from llmkit.transport.body import respond
from llmkit.transport.deadlines import earliest, expired, nearest
from llmkit.transport.policy import check_credential
from llmkit.transport.settings import EngineOptions
from llmkit.transport.setup import Setup
from llmkit.types.http import HttpRequest, HttpResponse, Origin

if TYPE_CHECKING:
    from llmkit.transport.websocket_blocking import BlockingWebSocket


class BlockingTransport:
    """HTTP/1.1 in the caller's own thread: its coroutines never suspend. Threads share it, and a forked child starts afresh."""

    def __init__(self, **options: Unpack[EngineOptions]) -> None:
        self._setup = Setup(options)
        self._pools: dict[Origin, Pool] = {}
        self._lock = Lock()
        self._closed = False
        self._sockets: WeakSet[BlockingWebSocket] = WeakSet()
        _living.add(self)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send `request` and return when the head of the response is there."""
        check_credential(request)
        pool = self._pools.get(request.origin) or self._pool(request.origin)
        pool.heads.check(request)
        timeouts = request.timeouts
        total = earliest(timeouts.total, monotonic(), request.deadline)
        connection = pool.acquire(request, total)
        try:
            deadline, phase = nearest(timeouts.write, "write", total)
            done = connection.start(request, pool.heads, deadline)
            if done:
                deadline, phase = nearest(timeouts.first_event, "first_event", total)
                done = connection.exchange.head_done or await connection.more(deadline)
            if not done:
                raise expired(phase, timeouts)
        except BaseException:
            connection.abort()
            raise
        return respond(connection, connection.exchange, request, total, pool.limits)

    async def connect(self, request: HttpRequest, /) -> BlockingWebSocket | HttpResponse:
        """Open a WebSocket by `request`, or return what the server answered instead."""
        from llmkit.transport.websocket_blocking import connect  # few clients talk that way

        if self._closed:
            raise ConnectionFailed(CLOSED)
        return connect(request, self._setup, self._sockets.add)

    async def aclose(self) -> None:
        """Close every connection; calls under way in other threads fail."""
        self._closed = True
        for sock in list(self._sockets):
            sock.abort()
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def _pool(self, origin: Origin) -> Pool:
        if self._closed:
            raise ConnectionFailed(CLOSED)
        self._setup.policy.check_origin(origin)
        with self._lock:
            pool = self._pools.get(origin)
            if pool is None:
                pool = self._pools[origin] = Pool(origin, self._setup)
            return pool

    def _after_fork(self) -> None:
        """Leave the parent's connections alone."""
        self._lock = Lock()
        self._setup.after_fork()
        for pool in self._pools.values():
            pool.drop()
        self._pools = {}
        for sock in list(self._sockets):
            sock.drop()
        self._sockets = WeakSet()


_living: WeakSet[BlockingTransport] = WeakSet()


def _after_fork_in_child() -> None:
    for transport in _living:
        transport._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
