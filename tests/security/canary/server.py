"""A server on loopback that answers as it is told and keeps every byte that it was sent. It needs the standard library alone."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """Return a header's value; nothing where it is not there."""
        return next((value for other, value in self.headers if other.lower() == name.lower()), "")


Answering = Callable[[Received], bytes]
"""Returns the answer to a request, byte for byte, its head included."""


class Server:
    """Answers every request with `answering`, which may be set anew at any time, and closes the connection behind it."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.received: list[Received] = []
        server = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = 10

            def handle(self) -> None:
                server._handle(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="canary server", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the address, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def _handle(self, connection: socketserver.StreamRequestHandler) -> None:
        try:
            request = _read(connection)
            if request is None:
                return
            self.received.append(request)
            connection.wfile.write(self.answering(request))
        except OSError:
            return  # the client went away

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _read(connection: socketserver.StreamRequestHandler) -> Received | None:
    head: list[bytes] = []
    while (line := connection.rfile.readline(1 << 20)) not in (b"\r\n", b"\n", b""):
        head.append(line)
    if not head:
        return None
    method, _, rest = head[0].decode("latin-1").strip().partition(" ")
    pairs = [line.decode("latin-1").strip().partition(":") for line in head[1:]]
    headers = tuple((name, value.strip()) for name, _, value in pairs)
    body = _body(connection, {name.lower(): value for name, value in headers})
    return Received(method, rest.rpartition(" ")[0], headers, body, b"".join(head) + b"\r\n" + body)


def _body(connection: socketserver.StreamRequestHandler, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        pieces = []
        while size := int(connection.rfile.readline().split(b";")[0] or b"0", 16):
            pieces.append(connection.rfile.read(size))
            connection.rfile.readline()
        connection.rfile.readline()
        return b"".join(pieces)
    return connection.rfile.read(int(headers.get("content-length", 0) or 0))


def response(status: int, body: str | bytes, kind: str = "application/json", *headers: tuple[str, str]) -> bytes:
    """Return a whole answer that closes its connection."""
    data = body.encode() if isinstance(body, str) else body
    told = (("content-type", kind), ("content-length", str(len(data))), ("connection", "close"), *headers)
    head = f"HTTP/1.1 {status} Said\r\n" + "".join(f"{name}: {value}\r\n" for name, value in told) + "\r\n"
    return head.encode("latin-1") + data
