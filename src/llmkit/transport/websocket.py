"""The bytes of a WebSocket: the handshake over HTTP/1.1, then messages within limits; no socket, no clock."""

from __future__ import annotations

import hashlib
import os
import re
from base64 import b64encode
from collections import deque
from typing import Any

from llmkit.errors import ConfigurationError, ConnectionFailed, LLMKitError, ProtocolError, SecurityError
from llmkit.transport.body import respond
from llmkit.transport.exchange import Exchange
from llmkit.transport.fields import Fields
from llmkit.transport.head import Heads
from llmkit.transport.policy import Limits
from llmkit.types.http import HttpRequest, HttpResponse
from llmkit.types.websocket import NO_CODE, NORMAL, Close

PIECES = 65_536
"""Fragments of one message: each costs memory, even an empty one."""
REFUSAL = 256 * 1024
"""Bytes of the body with which a handshake is refused."""
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_ACCEPTED = re.compile(rb"HTTP/1\.1 101[ \r]")
_FIELD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*")
_ENDED = "The WebSocket ended without a word."


class Link:
    """One connection from its first byte on: `write` the head, `feed` what comes, send what is `outgoing`.

    First it `waits`; then `refusal` is the server's answer, or messages come. `failure` ends it, whatever it did. Of several pings
    that could not be answered at once only the last one is (RFC 6455, 5.5.3), so that nobody can make us hoard answers.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._nonce = b64encode(os.urandom(16))
        self._offered: tuple[str, ...] = ()
        self._head = bytearray()
        self._refused: Exchange | None = None
        self._frames: Any = None
        self._pieces: list[Any] = []
        self._size = 0
        self._ping = self._pong = self._bye = b""
        self.messages: deque[str | bytes] = deque()
        self.buffered = 0
        self.closed: Close | None = None
        self.failure: LLMKitError | None = None

    @property
    def waits(self) -> bool:
        """Tell whether the server's answer to the handshake is still under way."""
        return self.failure is None and self._frames is None and not (self._refused is not None and self._refused.complete)

    @property
    def over(self) -> bool:
        """Tell whether no further message can come."""
        return self.closed is not None or self.failure is not None

    def write(self, heads: Heads, request: HttpRequest) -> bytes:
        """Return the head that asks for a WebSocket. It holds a key: let no name of it live long."""
        for name, value in request.headers:
            if name.lower().startswith("sec-websocket-") and name.lower() != "sec-websocket-protocol":
                raise SecurityError(f"Refused: header {name} is written by the transport.", parameter="headers")
            if name.lower() == "sec-websocket-protocol":
                self._offered += tuple(word.strip() for word in value.split(","))
        return heads.write(request)[:-2] + (
            b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + self._nonce + b"\r\n\r\n"
        )

    def feed(self, data: bytes) -> None:
        """Take bytes from the wire; what is wrong with them becomes the `failure`."""
        if self.over:
            return
        failure: LLMKitError | None = None
        try:
            if self._frames is not None:
                self._take(data)
            elif self._refused is not None:
                self._refuse(data)
            else:
                self._begin(data)
        except LLMKitError as error:
            failure = error
        if failure is not None:
            self.failure = failure.with_traceback(None)

    def eof(self) -> None:
        """Take the end of the connection."""
        failure: LLMKitError | None = None
        if self.failure is not None:
            return
        if self._refused is not None and not self._refused.complete:
            try:
                self._refused.eof()
            except LLMKitError as error:
                failure = error
        elif not self.over:
            failure = ConnectionFailed(_ENDED)
        if failure is not None:
            self.failure = failure.with_traceback(None)

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """Return the answer with which the server refused, None where it did not."""
        if self._refused is None:
            return None
        return respond(_Read(self._refused), self._refused, request, None, self._limits)

    def take(self) -> str | bytes:
        """Return the oldest message."""
        message = self.messages.popleft()
        self.buffered -= len(message)
        return message

    def message(self, message: str | bytes) -> bytes:
        """Return the bytes of a message, masked. Raises `ConnectionFailed` where it is too late for one."""
        from wsproto.events import BytesMessage, TextMessage

        self._check_open()
        event = TextMessage(data=message) if isinstance(message, str) else BytesMessage(data=message)
        return bytes(self._frames.send(event))

    def ask(self) -> None:
        """Ask whether the peer is there, among what is `outgoing`; where it is too late to ask, nothing is."""
        from wsproto.connection import ConnectionState
        from wsproto.events import Ping

        if self._frames is not None and self._frames.state is ConnectionState.OPEN and not self.over:
            self._ping = bytes(self._frames.send(Ping()))

    def close(self, code: int, reason: str) -> bytes:
        """Return the bytes that say it is over; none where that was said."""
        from wsproto.connection import ConnectionState
        from wsproto.events import CloseConnection

        if self._frames is None or self._frames.state is not ConnectionState.OPEN or self.over:
            return b""
        return bytes(self._frames.send(CloseConnection(code=code, reason=reason)))

    @property
    def owes(self) -> bool:
        """Tell whether something is `outgoing`."""
        return bool(self._ping or self._pong or self._bye)

    def outgoing(self) -> bytes:
        """Return what must be sent by itself, once: a ping, the answer to one, or to a close."""
        data, self._ping, self._pong, self._bye = self._ping + self._pong + self._bye, b"", b"", b""
        return data

    def _begin(self, data: bytes) -> None:
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0 and len(self._head) > self._limits.head:
            raise ProtocolError(f"The head of the response is larger than {self._limits.head} bytes.")
        if len(self._head) < 13 and end < 0:
            return
        if _ACCEPTED.match(self._head) is None:
            self._refused = Exchange(self._limits)
            self._refused.begin("GET")
            self._refuse(bytes(self._head))
        elif end >= 0:
            self._check(bytes(self._head[:end]))
            rest, self._head = bytes(self._head[end + 4 :]), bytearray()
            self._frames = _connection()
            if rest:
                self._take(rest)

    def _refuse(self, data: bytes) -> None:
        assert self._refused is not None
        self._refused.feed(data)
        if self._refused.head_done and self._refused.buffered > REFUSAL:
            raise ProtocolError(f"The WebSocket was refused (status {self._refused.status}) with more than {REFUSAL} bytes.")

    def _check(self, head: bytes) -> None:
        """Refuse an acceptance that is not one of this handshake (RFC 6455, 4.1)."""
        lines = head.split(b"\r\n")[1:]
        if len(lines) > self._limits.fields or not all(_FIELD.fullmatch(line) for line in lines):
            raise ProtocolError("The head of the WebSocket's handshake is not HTTP/1.1.")
        fields = Fields(head, head.lower())
        wanted = b64encode(hashlib.sha1(self._nonce + _GUID, usedforsecurity=False).digest()).decode()
        upgrade = ", ".join(fields.values_of(b"upgrade")).lower()
        words = [word.strip().lower() for word in ", ".join(fields.values_of(b"connection")).split(",")]
        if upgrade != "websocket" or "upgrade" not in words or fields.values_of(b"sec-websocket-accept") != [wanted]:
            raise ProtocolError("The server switches protocols, but not to this WebSocket.")
        if fields.values_of(b"sec-websocket-extensions"):
            raise ProtocolError("The server uses an extension of WebSockets that nobody asked for.")
        if not set(fields.values_of(b"sec-websocket-protocol")) <= set(self._offered):
            raise ProtocolError("The server speaks a subprotocol that nobody asked for.")

    def _take(self, data: bytes) -> None:
        from wsproto.connection import ConnectionState
        from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

        frames = self._frames
        frames.receive_data(data)
        for event in frames.events():
            if isinstance(event, TextMessage | BytesMessage):
                self._piece(event.data, event.message_finished)
            elif isinstance(event, Ping):
                self._pong = bytes(frames.send(event.response())) if frames.state is ConnectionState.OPEN else b""
            elif isinstance(event, CloseConnection):
                self._close(event.code, event.reason or "")
                return

    def _piece(self, data: Any, last: bool) -> None:
        self._pieces.append(data)
        self._size += len(data)
        if self._size > self._limits.body or len(self._pieces) > PIECES:
            raise self._broken(1009, f"A message of the WebSocket is larger than {self._limits.body} bytes.")
        if last:
            message = self._pieces[0] if len(self._pieces) == 1 else type(data)().join(self._pieces)
            self.messages.append(message if isinstance(message, str) else bytes(message))
            self.buffered += len(message)
            self._pieces, self._size = [], 0

    def _close(self, code: int, reason: str) -> None:
        """Take a close of the peer's, or the parser's verdict that what came is no WebSocket."""
        from wsproto.connection import ConnectionState
        from wsproto.events import CloseConnection

        state = self._frames.state
        if state is ConnectionState.REMOTE_CLOSING:
            self._bye = bytes(self._frames.send(CloseConnection(code=code)))
        elif state is not ConnectionState.CLOSED:
            raise self._broken(int(code), "The bytes of the WebSocket break its protocol.")
        self.closed = Close(code=int(code) if code else NO_CODE, reason=reason)

    def _broken(self, code: int, words: str) -> ProtocolError:
        self._bye = self.close(code, "")
        return ProtocolError(words)

    def _check_open(self) -> None:
        from wsproto.connection import ConnectionState

        if self.failure is not None:
            raise self.failure
        if self.closed is not None or self._frames is None or self._frames.state is not ConnectionState.OPEN:
            raise ConnectionFailed("The WebSocket is closed.")


class _Read:
    """A response that is read to its end: nobody waits for more of it."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    async def more(self, deadline: float | None) -> bool:
        """Return that there is no more."""
        raise ConnectionFailed(_ENDED)

    def release(self) -> None:
        """Do nothing: the connection is closed by whoever opened it."""

    def abort(self) -> None:
        """Do nothing, as above."""


def check_extra() -> None:
    """Raise `ConfigurationError` where the extra is not installed."""
    try:
        import wsproto  # noqa: F401 - only whether it is there
    except ImportError:
        pass
    else:
        return
    raise ConfigurationError("WebSockets need the package `wsproto`.", parameter="realtime", hint="Install llmkit[realtime].")


def _connection() -> Any:
    from wsproto.connection import CLIENT, Connection

    return Connection(CLIENT)


__all__ = ["NORMAL", "Link", "check_extra"]
