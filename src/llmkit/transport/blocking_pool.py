"""The connections to one origin, shared by the threads of a process."""

from __future__ import annotations

from threading import Lock
from time import monotonic

from llmkit.errors import ConnectionFailed, LLMKitError
from llmkit.transport.blocking_connection import Connection
from llmkit.transport.blocking_dial import Late, dial
from llmkit.transport.deadlines import expired, nearest
from llmkit.transport.failures import translate
from llmkit.transport.head import Heads
from llmkit.transport.policy import proxy_for
from llmkit.transport.setup import Setup
from llmkit.transport.slots import Slots, Turn
from llmkit.types.http import HttpRequest, Origin

CLOSED = "The transport was closed."


class Pool:
    """Threads take a connection and give it back; the lock is held for a few lines, never while a thread waits."""

    def __init__(self, origin: Origin, setup: Setup) -> None:
        self.origin = origin
        self.limits = setup.limits
        self.heads = Heads(origin.netloc)
        self.live: set[Connection] = set()
        self._setup = setup
        self._proxy = proxy_for(origin, setup.proxy)
        self._slots: Slots[Connection] = Slots(setup.max_connections, setup.max_idle)
        self._lock = Lock()
        self._closed = False

    def acquire(self, request: HttpRequest, total: float | None) -> Connection:
        """Return a connection: an idle one, a new one, or the one this call waited for."""
        while True:
            self._check_open()
            connection = self._ready()
            if connection is not None:
                return connection
            with self._lock:
                opening = self._slots.may_open()
            if not opening:
                connection = self._wait(request, total)
                if connection is not None:
                    if connection.usable():
                        return connection
                    connection.abort()
                    continue
            try:
                return self._open(request, total)
            except BaseException:
                with self._lock:
                    self._slots.lost()
                raise

    def lost(self, connection: Connection) -> None:
        """Note that a connection is closed."""
        with self._lock:
            self.live.discard(connection)
            self._slots.forget(connection)
            self._slots.lost()

    def give_back(self, connection: Connection) -> bool:
        """Take back a connection that can be used again."""
        with self._lock:
            return self._slots.give(connection)

    def close(self) -> None:
        """Close idle connections, and end the calls that use the others."""
        with self._lock:
            self._closed = True
            self._slots.close()
            idle = list(self._slots.idle)
            busy = self.live.difference(idle)
        for connection in idle:
            connection.abort()
        for connection in busy:
            connection.wake()

    def drop(self) -> None:
        """Close this process's copies of the sockets, without a word to the peer."""
        for connection in self.live:
            connection.sock.close()

    def _ready(self) -> Connection | None:
        while True:
            with self._lock:
                idle = self._slots.idle
                if not idle:
                    return None
                connection = idle.pop()
            if monotonic() - connection.idle_since < self._setup.idle_expiry and connection.usable():
                return connection
            connection.abort()

    def _wait(self, request: HttpRequest, total: float | None) -> Connection | None:
        """Wait for a connection, or for the right to open one (None)."""
        gate = Lock()
        gate.acquire()
        with self._lock:
            turn = self._slots.wait(gate.release)
        deadline, phase = nearest(request.timeouts.pool, "pool", total)
        try:
            came = gate.acquire(timeout=-1 if deadline is None else max(deadline - monotonic(), 0.0))
        except BaseException:
            self._leave(turn)
            raise
        if came:
            if not turn.granted:
                self._check_open()
            return turn.connection
        self._leave(turn)
        raise expired(phase, request.timeouts)

    def _open(self, request: HttpRequest, total: float | None) -> Connection:
        deadline, phase = nearest(request.timeouts.connect, "connect", total)
        https = self.origin.scheme == "https"
        failure: LLMKitError | None = None
        try:
            sock = dial(self.origin, self._proxy, self._setup.tls() if https else None, deadline, self._setup.check_addresses)
        except Late:
            failure = expired(phase, request.timeouts)
        except OSError as error:
            failure = translate(error, str(self.origin))
        if failure is not None:
            raise failure
        connection = Connection(self, str(self.origin), self.limits, sock, https)
        with self._lock:
            if not self._closed:
                self.live.add(connection)
                return connection
        sock.close()
        raise ConnectionFailed(CLOSED)

    def _check_open(self) -> None:
        if self._closed:
            raise ConnectionFailed(CLOSED)

    def _leave(self, turn: Turn[Connection]) -> None:
        """Leave the queue; give back what the turn brought meanwhile."""
        with self._lock:
            came = self._slots.leave(turn)
            if came and turn.connection is None:
                self._slots.lost()
        if came and turn.connection is not None:
            turn.connection.release()
