"""A WebSocket in plain threads: one reads, any may send, and no thread of ours runs beside them."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from llmkit.errors import ConnectionFailed, InvalidRequest, LLMKitError, Timeout
from llmkit.transport.blocking_dial import Late, dial
from llmkit.transport.deadlines import expired, nearest
from llmkit.transport.failures import translate
from llmkit.transport.head import Heads
from llmkit.transport.policy import check_credential, proxy_for
from llmkit.transport.readiness import wait_for
from llmkit.transport.websocket import NORMAL, Link, check_extra
from llmkit.types.websocket import Close

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmkit.transport.setup import Setup
    from llmkit.types.http import HttpRequest, HttpResponse, Origin

PING_AFTER = 20.0
"""Seconds of silence after which the peer is asked whether it is there; after as many again it is not."""
GOODBYE = 1.0
"""Seconds that the peer has to close, too."""
_READ = 64 * 1024


def connect(request: HttpRequest, setup: Setup, opened: Callable[[BlockingWebSocket], None]) -> BlockingWebSocket | HttpResponse:
    """Open a WebSocket, or return what the server answered instead."""
    check_extra()
    check_credential(request)
    origin = request.origin
    setup.policy.check_origin(origin)
    heads = Heads(origin.netloc)
    heads.check(request)
    sock = _dialled(request, setup)
    found = BlockingWebSocket(sock, origin, Link(setup.limits))
    try:
        found.begin(heads, request)
        refusal = found.link.refusal(request)
    except BaseException:
        found.abort()
        raise
    if refusal is not None:
        found.abort()
        return refusal
    opened(found)
    return found


def _dialled(request: HttpRequest, setup: Setup) -> socket.socket:
    origin, timeouts = request.origin, request.timeouts
    deadline, phase = nearest(timeouts.connect, "connect", request.deadline)
    context = setup.tls() if origin.scheme == "https" else None
    failure: LLMKitError
    try:
        return dial(origin, proxy_for(origin, setup.proxy), context, deadline, setup.check_addresses)
    except Late:
        failure = expired(phase, timeouts)
    except OSError as error:
        failure = translate(error, str(origin))
    raise failure


class BlockingWebSocket:
    """Its coroutines never suspend. The socket never blocks: waiting is done outside of every lock that sending needs."""

    def __init__(self, sock: socket.socket, origin: Origin, link: Link) -> None:
        self.link = link
        self.sock = sock
        self._where = str(origin)
        self._again: tuple[type[Exception], ...] = (BlockingIOError,)
        if origin.scheme == "https":
            ssl = sys.modules["ssl"]
            self._again = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
        self._touching = Lock()
        """Around every use of the socket and of the link, a few lines: TLS takes no two threads at once."""
        self._sending, self._reading = Lock(), Lock()
        self._heard = self._asked = monotonic()
        self._gone = False

    @property
    def closed(self) -> Close | None:
        """Return how the peer closed, None before."""
        return self.link.closed

    def begin(self, heads: Heads, request: HttpRequest) -> None:
        """Ask for the WebSocket and wait for the answer."""
        deadline, phase = nearest(request.timeouts.write, "write", request.deadline)
        if not self._written(self.link.write(heads, request), deadline):
            raise expired(phase, request.timeouts)
        deadline, phase = nearest(request.timeouts.first_event, "first_event", request.deadline)
        while self.link.waits:
            if not self._more(deadline):
                raise expired(phase, request.timeouts)
        if self.link.failure is not None:
            raise self.link.failure

    async def send(self, message: str | bytes, deadline: float | None = None) -> None:
        """Send a message; several threads may."""
        with self._sending:
            with self._touching:
                data = self.link.message(message)
            if not self._written(data, deadline):
                self.abort()
                raise Timeout("write")
        self._answer()

    async def receive(self, deadline: float | None = None, phase: str = "idle") -> str | bytes | Close:
        """Return the next message, or how the peer closed; one thread at a time."""
        if not self._reading.acquire(blocking=False):
            raise InvalidRequest("Another thread is reading from this WebSocket.", parameter="session")
        try:
            return self._received(deadline, phase)
        finally:
            self._reading.release()

    async def aclose(self, code: int = NORMAL, reason: str = "") -> None:
        """Close, also while another thread reads: its wait ends."""
        if self._gone:
            return
        deadline = monotonic() + GOODBYE
        with self._touching:
            data = self.link.close(code, reason)
        if data and self._sending.acquire(timeout=GOODBYE):
            try:
                self._written(data, deadline)
            except ConnectionFailed:
                deadline = 0.0  # the peer is gone
            finally:
                self._sending.release()
            self._see_off(deadline)
        self.abort()

    def abort(self) -> None:
        """Close the socket at once."""
        self._gone = True
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # wakes who waits; not the TLS object's own, which would block
        with self._touching:
            self.link.eof()
            self.sock.close()

    def drop(self) -> None:
        """Close this process's copy of the socket, without a word to the peer: a child of `fork` does."""
        self._gone, self._touching = True, Lock()
        self.sock.close()

    def _see_off(self, deadline: float) -> None:
        """Wait for the peer's own close; what else comes is nobody's."""
        if self._reading.acquire(timeout=max(0.0, deadline - monotonic())):
            try:
                while not self.link.over and self._more(deadline):
                    pass
            finally:
                self._reading.release()

    def _received(self, deadline: float | None, phase: str) -> str | bytes | Close:
        while True:
            with self._touching:
                if self.link.messages:
                    return self.link.take()
                if self.link.closed is not None:
                    return self.link.closed
                if self.link.failure is not None:
                    raise self.link.failure
            if not self._more(deadline):
                raise Timeout(phase)

    def _more(self, deadline: float | None) -> bool:
        """Wait for bytes and take them, asking a silent peer whether it is there; False when `deadline` passed first."""
        while not self._taken():
            alive = None if self.link.waits else max(self._heard, self._asked) + PING_AFTER
            until = deadline if alive is None or (deadline is not None and deadline < alive) else alive
            if self._ready(until):
                continue
            if deadline is not None and monotonic() >= deadline:
                return False
            self._ask()
        self._answer()
        return True

    def _ready(self, until: float | None, *, write: bool = False) -> bool:
        try:
            return wait_for(self.sock, until, write=write)
        except (OSError, ValueError):  # another thread closed it
            return True

    def _taken(self) -> bool:
        """Take what the socket has; False when it has nothing yet."""
        failure: LLMKitError | None = None
        with self._touching:
            if self.link.over or self._gone:
                return True
            try:
                data = self.sock.recv(_READ)
            except self._again:
                return False
            except OSError as error:
                failure = translate(error, self._where)
            if failure is not None:
                self.link.failure = self.link.failure or failure
            elif data:
                self._heard = monotonic()
                self.link.feed(data)
            else:
                self.link.eof()
        return True

    def _ask(self) -> None:
        """Ask whether the peer is there; who does not answer in time is gone."""
        if self._asked > self._heard:
            self.link.failure = ConnectionFailed(f"{self._where} was silent for {2 * PING_AFTER:g} s, and answers no ping.")
            return
        self._asked = monotonic()
        with self._touching:
            self.link.ask()
        self._answer()

    def _answer(self) -> None:
        """Send what must be sent by itself; a thread that is sending does it when it is done, so that nobody waits for another."""
        while self.link.owes and self._sending.acquire(blocking=False):
            try:
                with self._touching:
                    data = self.link.outgoing()
                if not self._written(data, monotonic() + PING_AFTER):
                    self.link.failure = self.link.failure or ConnectionFailed(f"{self._where} takes no more bytes.")
            except ConnectionFailed:
                return  # reading tells why, with the peer's last words
            finally:
                self._sending.release()

    def _written(self, data: bytes, deadline: float | None) -> bool:
        """Send all of `data`; False when `deadline` passed first."""
        left = memoryview(data)
        failure: LLMKitError | None = None
        while left:
            sent = 0
            with self._touching:
                try:
                    sent = self.sock.send(left)
                except self._again:
                    sent = 0
                except (OSError, ValueError) as error:
                    failure = translate(error, self._where)
            if failure is not None:
                raise failure
            left = left[sent:]
            if left and not sent and not self._ready(deadline, write=True):
                return False
        return True
