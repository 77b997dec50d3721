"""A raw TCP server whose every byte is written by the test: one thread a connection, one script for all."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PATIENCE = 10.0
"""Seconds after which a wait in a test has failed."""


@dataclass
class Received:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    head: bytes
    connection: int


class Gone(Exception):
    """The client closed the connection."""


@dataclass
class Peer:
    """The server's end of one connection."""

    sock: socket.socket
    number: int
    server: Server
    buffer: bytes = b""
    facts: dict[str, object] = field(default_factory=dict)

    def request(self) -> Received:
        """Read one whole request."""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        while len(self.buffer) < length:
            self._more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        received = Received(method, path, headers, body, head, self.number)
        self.server.requests.append(received)
        return received

    def _more(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            raise Gone
        self.server.bytes_seen += len(data)
        self.buffer += data

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def chunk(self, data: bytes) -> None:
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def start_tls(self, context: ssl.SSLContext) -> None:
        self.sock = context.wrap_socket(self.sock, server_side=True)

    def wait_until_gone(self) -> None:
        """Return when the client has closed the connection."""
        with suppress(OSError):
            while self.sock.recv(65536):
                pass

    def close(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()


Script = Callable[[Peer], None]


class Server:
    """Listens on the loopback and runs `script` for each connection."""

    def __init__(self, script: Script, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self.tls = tls
        self.host = host
        self.requests: list[Received] = []
        self.bytes_seen = 0
        self.accepted = 0
        self.open = 0
        self.most_open = 0
        self.failures: list[BaseException] = []
        self._state = threading.Condition()
        self._peers: list[Peer] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, 0), family=family, backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in list(self._peers):
            with suppress(OSError):
                socket.socket.shutdown(peer.sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in self._threads)
        if error is None and self.failures:
            raise self.failures[0]

    def wait_open(self, count: int) -> None:
        """Wait until exactly `count` connections are open."""
        with self._state:
            assert self._state.wait_for(lambda: self.open == count, PATIENCE), f"{self.open} connections open, not {count}"

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._state:
                self.accepted += 1
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                peer = Peer(sock, self.accepted, self)
                self._state.notify_all()
            self._peers.append(peer)
            self._start(lambda peer=peer: self._serve(peer))  # type: ignore[misc]

    def _serve(self, peer: Peer) -> None:
        try:
            if self.tls is not None:
                peer.start_tls(self.tls)
            self.script(peer)
        except (OSError, Gone):
            pass
        except BaseException as error:
            self.failures.append(error)
        finally:
            peer.close()
            with self._state:
                self.open -= 1
                self._state.notify_all()


def answering(response: bytes = OK) -> Script:
    """Answer every request with the same bytes."""

    def script(peer: Peer) -> None:
        while True:
            peer.request()
            peer.send(response)

    return script


def answering_once(response: bytes) -> Script:
    """Answer one request and close."""

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(response)

    return script


def silent(peer: Peer) -> None:
    """Read and never answer."""
    peer.wait_until_gone()


def stalling(peer: Peer) -> None:
    """Send a beginning and no more."""
    peer.request()
    peer.send(CHUNKED)
    peer.chunk(b"first")
    peer.wait_until_gone()
