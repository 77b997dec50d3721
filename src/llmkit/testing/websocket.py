"""A WebSocket host that runs in your test: real sockets on loopback, and a script that talks at the other end."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeAlias

from llmkit.testing.received import Received
from llmkit.testing.server import Server
from llmkit.types.http import Headers

Script: TypeAlias = "Callable[[Talk], object]"
PATIENCE = 10.0
"""Seconds after which a script that waits for a message has failed."""
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


class Gone(Exception):
    """The client has closed the connection; `code` is how, None where it said nothing."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__(f"The client is gone ({code}).")
        self.code = code


class Talk:
    """The host's end of one WebSocket. `request` is the handshake; what is received is JSON, parsed, where it is JSON."""

    def __init__(self, sock: socket.socket, request: Received, rest: bytes) -> None:
        from wsproto.connection import SERVER, Connection

        self.request = request
        self.received: list[Any] = []
        self.pongs: list[bytes] = []
        """What the client answered to pings with."""
        self._sock = sock
        self._frames = Connection(SERVER, trailing_data=rest)
        self._waiting: list[Any] = []
        self._text = ""
        self._bytes = b""

    def send(self, *messages: Any) -> None:
        """Send messages: text and bytes as they are, anything else as JSON."""
        from wsproto.events import BytesMessage, TextMessage

        for message in messages:
            if isinstance(message, bytes):
                self._out(BytesMessage(data=message))
            else:
                self._out(TextMessage(data=message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)))

    def receive(self) -> Any:
        """Return the next message. Raises `Gone` where the client closes instead."""
        while not self._waiting:
            self._more()
        return self._waiting.pop(0)

    def ping(self, payload: bytes = b"") -> None:
        """Ask whether the client is there; its answer is taken with the next message."""
        from wsproto.events import Ping

        self._out(Ping(payload=payload))

    def raw(self, data: bytes) -> None:
        """Send bytes that no frame was made of."""
        self._sock.sendall(data)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close, and wait for the client to close too."""
        from wsproto.events import CloseConnection

        self._out(CloseConnection(code=code, reason=reason))
        with contextlib.suppress(Gone):
            while True:
                self._more()

    def cut(self, *, reset: bool = False) -> None:
        """End the connection without a word; `reset` sends RST in place of an orderly end."""
        if reset:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()
        raise Gone

    def until_gone(self) -> int | None:
        """Take what comes until the client closes, and return its code."""
        try:
            while True:
                self._more()
        except Gone as gone:
            return gone.code

    def play(self, frames: list[tuple[str, Any]]) -> None:
        """Say what was recorded: `received` frames are sent, at each `sent` one the client's next message is waited for."""
        for direction, data in frames:
            if direction == "received":
                self.send(data)
            elif direction == "sent":
                self.receive()

    def _out(self, event: Any) -> None:
        try:
            self._sock.sendall(self._frames.send(event))
        except OSError:
            raise Gone from None

    def _more(self) -> None:
        from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage

        try:
            data = self._sock.recv(65_536)
        except OSError:
            data = b""
        if not data:
            raise Gone
        self._frames.receive_data(data)
        for event in self._frames.events():
            if isinstance(event, TextMessage):
                self._text += event.data
                if event.message_finished:
                    self._take(self._text)
                    self._text = ""
            elif isinstance(event, BytesMessage):
                self._bytes += bytes(event.data)
                if event.message_finished:
                    self._take(self._bytes)
                    self._bytes = b""
            elif isinstance(event, Ping):
                self._out(event.response())
            elif isinstance(event, Pong):
                self.pongs.append(bytes(event.payload))
            elif isinstance(event, CloseConnection):
                with contextlib.suppress(Exception):  # the client may have closed the socket already, or began it
                    self._sock.sendall(self._frames.send(event.response()))
                raise Gone(event.code)

    def _take(self, message: str | bytes) -> None:
        found: Any = message
        if isinstance(message, str):
            with contextlib.suppress(ValueError):
                found = json.loads(message)
        self.received.append(found)
        self._waiting.append(found)


class FakeSocket:
    """Accepts WebSockets and lets `script` talk on each; `refusal` (status and body) answers the handshake instead.

    Use it in a `with` block and point a client at `url`. A script that fails fails the block at its end.

    Example:
        >>> def echo(talk: Talk) -> None:
        ...     talk.send({"heard": talk.receive()})
        >>> with FakeSocket(echo) as host:
        ...     ...
    """

    def __init__(self, *scripts: Script, refusal: tuple[int, Any] | None = None, context: ssl.SSLContext | None = None) -> None:
        self._scripts = list(scripts)
        self._refusal, self._context = refusal, context
        self._server: _SocketServer | None = None
        self.talks: list[Talk] = []
        self.handshakes: list[Received] = []
        self.failures: list[BaseException] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Return `http://127.0.0.1:port`, or `https://`."""
        if self._server is None:
            raise RuntimeError("The host is not running: use it in a `with` block.")
        return f"http{'s' if self._context else ''}://127.0.0.1:{self._server.port}"

    @property
    def received(self) -> list[Any]:
        """Return the messages that came, of all connections in turn."""
        return [message for talk in self.talks for message in talk.received]

    def __enter__(self) -> Self:
        self._server = _SocketServer(self._talk, self._context)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._server is not None:
            self._server.close()
        if kind is None and self.failures:
            raise AssertionError(f"The script of the fake failed: {self.failures[0]!r}") from self.failures[0]

    def _talk(self, sock: socket.socket, request: Received, rest: bytes) -> None:
        with self._lock:
            self.handshakes.append(request)
            script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0] if self._scripts else Talk.until_gone
        if self._refusal is not None:
            status, body = self._refusal
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            head = b"HTTP/1.1 %d Refused\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(data))
            sock.sendall(head + data)
            return
        sock.sendall(accepted(request))
        talk = Talk(sock, request, rest)
        self.talks.append(talk)
        try:
            script(talk)
        except Gone:
            pass
        except BaseException as error:
            self.failures.append(error)


def accepted(request: Received) -> bytes:
    """Return the head that accepts a handshake."""
    key = request.headers.get("sec-websocket-key", "").encode()
    accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    return b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %b\r\n\r\n" % accept


class _SocketServer(Server):
    """Hands each connection with its request to the host."""

    def __init__(self, talk: Callable[[socket.socket, Received, bytes], None], context: ssl.SSLContext | None) -> None:
        self._talk = talk
        super().__init__(lambda request: None, context)  # type: ignore[arg-type,return-value]  # no plain request is ever answered

    def _serve(self, sock: socket.socket, number: int) -> None:
        try:
            with contextlib.suppress(OSError, ValueError):  # a client may leave or talk nonsense at any point
                sock.settimeout(PATIENCE)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if isinstance(sock, ssl.SSLSocket):
                    sock.do_handshake()
                request, rest = _read(sock, number)
                self._talk(sock, request, rest)
        finally:
            with self._lock:
                self._open.pop(sock, None)
            sock.close()


def _read(sock: socket.socket, number: int) -> tuple[Received, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65_536)
        if not piece:
            raise OSError("gone")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    pairs = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    return Received(method, target, Headers(pairs), b"", number), rest


__all__ = ["FakeSocket", "Gone", "Talk", "accepted"]
