"""One connection in a thread: moves bytes between a blocking caller and an exchange."""

from __future__ import annotations

import socket
import sys
from contextlib import closing, suppress
from time import monotonic
from typing import Protocol

from llmkit.errors import LLMKitError
from llmkit.transport.exchange import Exchange
from llmkit.transport.failures import translate
from llmkit.transport.head import Heads
from llmkit.transport.policy import Limits
from llmkit.transport.readiness import Watch, wait_for
from llmkit.transport.uploads import checked_pieces
from llmkit.types.http import HttpRequest, Upload

_JOINED = 64 * 1024
_READ = 64 * 1024


class Owner(Protocol):
    """The pool a connection belongs to."""

    def lost(self, connection: Connection) -> None:
        """Note that the connection is closed."""
        ...

    def give_back(self, connection: Connection) -> bool:
        """Take a connection that can be used again; False when it is not wanted."""
        ...


class Connection:
    """Serves one request at a time. The socket never blocks: waiting is done by `wait_for`, which knows the deadline."""

    __slots__ = ("_again", "_failure", "_owner", "_partial", "_tls", "_watch", "_where", "closed", "exchange", "idle_since", "sock")

    def __init__(self, owner: Owner, where: str, limits: Limits, sock: socket.socket, tls: bool) -> None:
        self._owner = owner
        self._where = where
        self._tls = tls
        self._again: tuple[type[Exception], ...] = (BlockingIOError,)
        if tls:
            ssl = sys.modules["ssl"]
            self._again = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
        self._failure: LLMKitError | None = None
        self._watch = Watch(sock)
        self._partial = False
        self.exchange = Exchange(limits)
        self.sock = sock
        self.closed = False
        self.idle_since = 0.0

    def usable(self) -> bool:
        """Tell whether an idle connection is still open, as far as can be seen."""
        if self.closed:
            return False
        if not self._watch.readable():
            return True
        if not self._tls:
            return False  # closed, or bytes nobody asked for
        try:
            self.sock.recv(1)
        except self._again:
            return True  # it was TLS's own, a session ticket
        except OSError:
            return False
        return False

    def start(self, request: HttpRequest, heads: Heads, deadline: float | None) -> bool:
        """Write `request`; False when `deadline` passed first. No name here outlives the call: the head holds a key."""
        body = request.body
        data: bytes | memoryview = b""
        try:
            if request.upload is not None:
                data = heads.write(request)
                self.exchange.begin(request.method)
                return self._write(data, deadline) and self._write_pieces(request.upload, deadline)
            if len(body) <= _JOINED:
                data = heads.write(request) + body
                self.exchange.begin(request.method)
                return self._write(data, deadline)
            data = heads.write(request) + body[:_JOINED]
            self.exchange.begin(request.method)
            return self._write(data, deadline) and self._write(memoryview(body)[_JOINED:], deadline)
        finally:
            data = b""

    async def more(self, deadline: float | None) -> bool:
        """Wait for the head, or for more of the body; False when `deadline` passed first."""
        try:
            # TLS may hold bytes it has read already, so it is asked before the socket is.
            data = self._receive() if self._tls else None
            while self._failure is None:
                if data is not None:
                    self._take(data)
                    if self.exchange.head_done:
                        return True
                elif not self._watch.wait(deadline):
                    return False
                data = self._receive()
        except BaseException:
            self.abort()
            raise
        self.abort()
        raise self._failure

    def release(self) -> None:
        """Give the connection back to its pool, or close it where it cannot serve again."""
        if self.closed:
            return
        self.idle_since = monotonic()
        if not self.exchange.keep or self._partial or self._failure is not None or not self._owner.give_back(self):
            self.abort()

    def abort(self) -> None:
        """Close the socket at once."""
        if self.closed:
            return
        self.closed = True
        self.wake()
        self.sock.close()
        self.exchange.close()
        self._owner.lost(self)

    def wake(self) -> None:
        """End what another thread waits for on this socket."""
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # not the TLS object's own, which would part from its state

    def _write_pieces(self, upload: Upload, deadline: float | None) -> bool:
        """Send a body piece by piece, as far as the server wants it."""
        with closing(checked_pieces(upload)) as pieces:
            for piece in pieces:
                if self._partial:
                    return True
                if not self._write(piece, deadline):
                    return False
        return True

    def _write(self, data: bytes | memoryview, deadline: float | None) -> bool:
        """Send all of `data`, or as much as a server wants that answers before it has read everything."""
        try:
            while True:
                sent = self._send(data)
                if sent == len(data) or sent < 0:
                    return True
                data = memoryview(data)[sent:]
                if sent:
                    continue
                if not wait_for(self.sock, deadline, both=True):
                    return False
                early = self._receive()
                if early is not None:
                    self._take(early)
                if self._failure is not None or self.exchange.head_done:
                    self._partial = True
                    return True
        finally:
            data = b""

    def _send(self, data: bytes | memoryview) -> int:
        """Return how much was sent; -1 when the connection is broken, which the next read will tell with the server's last words."""
        try:
            return self.sock.send(data)
        except self._again:
            return 0
        except OSError:
            self._partial = True
            return -1
        finally:
            data = b""

    def _receive(self) -> bytes | None:
        """Return what the socket has, empty at its end, None when there is nothing yet."""
        try:
            return self.sock.recv(_READ)
        except self._again:
            return None
        except OSError as error:
            self._failure = translate(error, self._where)
        return None

    def _take(self, data: bytes) -> None:
        failure: LLMKitError | None = None
        try:
            if data:
                self.exchange.feed(data)
            else:
                self.exchange.eof()
        except LLMKitError as error:
            failure = error
        if failure is not None:
            self._failure = failure.with_traceback(None)
