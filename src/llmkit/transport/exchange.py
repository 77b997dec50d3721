"""Read HTTP/1.1 responses from bytes, within limits; no socket, no clock."""

from __future__ import annotations

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from llmkit.errors import ConnectionFailed, ProtocolError
from llmkit.transport.policy import Limits

_CONTENT_LENGTH, _CONTENT_ENCODING, _TRANSFER_ENCODING = (
    b"content-length",
    b"content-encoding",
    b"transfer-encoding",
)
_WATCHED_LENGTHS = frozenset(map(len, (_CONTENT_LENGTH, _CONTENT_ENCODING, _TRANSFER_ENCODING)))


class Exchange:
    """The responses of one connection, one after the other: `begin`, `feed` until `complete`, `begin` again.

    `chunks` are the unread pieces of the body as they came, `buffered` their size. The names that start with `on_` are called by the parser.
    """

    __slots__ = (
        "_count",
        "_feed",
        "_head_bytes",
        "_head_only",
        "_interim",
        "_limits",
        "_parser",
        "_quiet",
        "_sink",
        "_until_close",
        "buffered",
        "chunks",
        "complete",
        "encodings",
        "fields",
        "head_done",
        "keep",
        "status",
    )

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parser = HttpResponseParser(self)
        self._feed = self._parser.feed_data
        self._count = 0
        self.complete = True
        self.keep = True
        self.buffered = 0

    def begin(self, method: str) -> None:
        """Expect the response to a request with `method`."""
        self._count += 1
        self._head_only = method == "HEAD"
        self._head_bytes = self._quiet = self._interim = 0
        self._until_close = False
        self.fields: list[tuple[bytes, bytes]] = []
        self._sink = self.fields
        self.chunks: list[bytes] = []
        self.encodings: list[str] | None = None
        self.buffered = 0
        self.status = 0
        self.head_done = self.complete = False
        self.keep = True

    def feed(self, data: bytes) -> None:
        """Take bytes from the wire; raise `ProtocolError` when they are not an acceptable response."""
        if self.complete:
            self.keep = False
            return
        before = self.buffered
        failure = None
        try:
            self._feed(data)
        except HttpParserUpgrade:
            failure = "it switches protocols"
        except HttpParserError as error:
            # What comes after a complete response spoils the connection, not the response.
            if self.complete:
                self.keep = False
                return
            failure = _words(error)
        if failure is not None:
            raise ProtocolError(f"The response is not HTTP/1.1: {failure}.")
        if not self.head_done:
            self._count_head(len(data))
        elif self.buffered == before and not self.complete:
            self._quiet += len(data)
            if self._quiet > self._limits.head:
                raise ProtocolError("The response holds too much framing without content.")
        else:
            self._quiet = 0

    def eof(self) -> None:
        """Take the end of the connection: the end of a body that has no other, else a `ConnectionFailed`."""
        self.keep = False
        if self.complete:
            return
        if self._until_close:
            self.complete = True
            return
        where = "in the middle of the body" if self.head_done else "before a response came"
        raise ConnectionFailed(f"The server closed the connection {where}.")

    def close(self) -> None:
        """Part from the parser, which otherwise keeps this object alive in a cycle."""
        del self._parser, self._feed

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self._limits.head:
            raise ProtocolError(f"The head of the response is larger than {self._limits.head} bytes.")
        if len(self.fields) > self._limits.fields:
            raise ProtocolError(f"The response has more than {self._limits.fields} header fields.")

    def on_message_begin(self) -> None:
        if self.complete:
            raise _Surplus

    def on_header(self, name: bytes, value: bytes) -> None:
        self._sink.append((name, value))

    def on_headers_complete(self) -> None:
        parser = self._parser
        self.status = status = parser.get_status_code()
        if status < 200:
            self._interim += 1
            if status == 101 or status < 100 or self._interim > self._limits.interim:
                raise _Refused("an interim response that was not asked for")
            return
        self.keep = parser.should_keep_alive()
        if self._count == 1 and parser.get_http_version() not in ("1.1", "1.0"):
            raise _Refused("another version of HTTP")
        self._check_fields()
        self._sink = []
        self.head_done = True
        if self._head_only:
            self.complete = True
            self.keep = False

    def _check_fields(self) -> None:
        fields = self.fields
        framed = False
        size = 0
        for name, value in fields:
            size += len(name) + len(value)
            if len(name) in _WATCHED_LENGTHS:
                lower = name.lower()
                if lower == _CONTENT_LENGTH:
                    framed = True
                elif lower == _TRANSFER_ENCODING:
                    if framed or value.strip().lower() != b"chunked":
                        raise _Refused("a transfer encoding other than chunked")
                    framed = True
                elif lower == _CONTENT_ENCODING:
                    self.encodings = [*(self.encodings or ()), value.decode("latin-1")]
        if len(fields) > self._limits.fields or size + 4 * len(fields) > self._limits.head:
            raise _Refused("a head past the limits")
        self._until_close = not framed

    def on_body(self, data: bytes) -> None:
        self.chunks.append(data)
        self.buffered += len(data)

    def on_message_complete(self) -> None:
        if not self.head_done:  # an interim response
            self._head_bytes += sum(len(name) + len(value) for name, value in self.fields)
            self.fields.clear()
            return
        self.complete = True


class _Surplus(Exception):
    """A second response where one was asked for."""


class _Refused(Exception):
    """The response is well-formed and yet not acceptable."""


def _words(error: HttpParserError) -> str:
    """Say what is wrong without repeating bytes of the response."""
    cause = error.__context__
    return str(cause) if isinstance(cause, _Refused) else str(error).rstrip(".")
