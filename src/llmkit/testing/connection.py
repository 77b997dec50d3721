"""One connection to the fake: read requests, write replies, byte by byte as told."""

from __future__ import annotations

import selectors
import socket
import struct
from collections.abc import Callable
from http import HTTPStatus
from io import BufferedReader
from typing import TypeAlias

from llmkit.testing.received import Received
from llmkit.testing.replies import Cut, Hold, Pause, Reply
from llmkit.types.http import Headers

Handler: TypeAlias = Callable[[Received], Reply]


class Gate:
    """What holds a reply back; `open` lets it go, also when called before."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()

    def open(self) -> None:
        """Let every holder go."""
        self._writer.close()

    def wait(self, connection: socket.socket, seconds: float | None = None) -> bool:
        """Wait until the gate opens or `seconds` pass; False when the peer of `connection` left meanwhile."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._reader, selectors.EVENT_READ)
            selector.register(connection, selectors.EVENT_READ)
            ready = [key.fileobj for key, _ in selector.select(seconds)]
        # A client that waits for its answer sends nothing, so anything to read from it is its end.
        return connection not in ready

    def close(self) -> None:
        """Release the sockets."""
        self._writer.close()
        self._reader.close()


class _Broken(Exception):
    """The script says to close here."""


class Connection:
    """Serves the requests of one socket until either side has had enough."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        self._socket = sock
        self._number = number

    def serve(self, handler: Handler) -> None:
        """Answer requests until the connection ends."""
        with self._socket.makefile("rb") as reader:
            while (request := self._read(reader)) is not None:
                reply = handler(request)
                try:
                    self._write(request, reply)
                except _Broken:
                    return
                except OSError:
                    request.left.set()
                    return
                finally:
                    if request.gate is not None:
                        request.gate.close()
                if reply.framing in ("close", "raw") or request.headers.get("connection", "").lower() == "close":
                    return

    def _read(self, reader: BufferedReader) -> Received | None:
        line = reader.readline(65_536)
        if not line.endswith(b"\r\n"):
            return None
        method, target, _ = line.decode("latin-1").split(" ", 2)
        pairs: list[tuple[str, str]] = []
        while (line := reader.readline(65_536)) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            pairs.append((name, value.strip()))
        headers = Headers(pairs)
        if headers.get("expect", "").lower() == "100-continue":
            self._socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return Received(method, target, headers, _read_body(reader, headers), self._number)

    def _write(self, request: Received, reply: Reply) -> None:
        head = b"" if reply.framing == "raw" else _head(reply)
        for piece in reply.pieces:
            match piece:
                case Hold():
                    self._wait(request, None)
                case Pause(seconds=seconds):
                    self._wait(request, seconds)
                case Cut(reset=reset):
                    if head:
                        self._socket.sendall(head)
                    self._cut(reset=reset)
                case _ if piece or head:
                    data = _chunk(piece) if reply.framing == "chunked" and piece else piece
                    self._socket.sendall(head + data)
                    head = b""
        self._socket.sendall(head + (b"0\r\n\r\n" if reply.framing == "chunked" else b""))

    def _wait(self, request: Received, seconds: float | None) -> None:
        if not request.gate.wait(self._socket, seconds):
            request.left.set()
            raise _Broken

    def _cut(self, *, reset: bool) -> None:
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _Broken


def _read_body(reader: BufferedReader, headers: Headers) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while size := int(reader.readline().split(b";")[0], 16):
            body += reader.read(size)
            reader.readline()
        while reader.readline() not in (b"\r\n", b""):
            pass
        return body
    return reader.read(int(headers.get("content-length", "0")))


def _head(reply: Reply) -> bytes:
    phrase = HTTPStatus(reply.status).phrase if reply.status in HTTPStatus._value2member_map_ else "Unknown"
    headers = list(reply.headers)
    match reply.framing:
        case "length":
            headers.append(("Content-Length", str(reply.length)))
        case "chunked":
            headers.append(("Transfer-Encoding", "chunked"))
        case "close":
            headers.append(("Connection", "close"))
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)
