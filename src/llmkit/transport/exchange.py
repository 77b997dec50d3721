"""Read HTTP/1.1 responses from bytes, within limits; no socket, no clock."""

from __future__ import annotations

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from llmkit.errors import ConnectionFailed, ProtocolError
from llmkit.transport.fields import Fields
from llmkit.transport.policy import Limits


class Exchange:
    """The responses of one connection, one after the other: `begin`, `feed` until `complete`, `begin` again.

    The parser decides where the head ends and what is body; the fields are split from the bytes it has accepted only when somebody
    looks at them. `chunks` are the unread pieces of the body as they came, `buffered` their size. The names that start with `on_`
    are called by the parser.
    """

    __slots__ = (
        "_feed",
        "_head",
        "_head_only",
        "_head_over",
        "_interim",
        "_limits",
        "_parser",
        "_quiet",
        "_until_close",
        "_versed",
        "buffered",
        "chunks",
        "complete",
        "encodings",
        "fields",
        "head_done",
        "keep",
        "status",
    )

    _quiet: int
    fields: Fields
    encodings: list[str] | None

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parser = HttpResponseParser(self)
        self._feed = self._parser.feed_data
        self._versed = False
        self.complete = self.keep = True
        self._head_over = self.head_done = False
        self.buffered = self.status = 0

    def begin(self, method: str) -> None:
        """Expect the response to a request with `method`."""
        self._head = b""
        self._head_only = method == "HEAD"
        self._interim = 0
        self.chunks: list[bytes] = []
        self.buffered = 0
        self._head_over = self.head_done = self.complete = False

    def feed(self, data: bytes) -> None:
        """Take bytes from the wire; raise `ProtocolError` when they are not an acceptable response."""
        if self.complete:
            self.keep = False
            return
        before = self.buffered
        begun = self.head_done
        failure = None
        try:
            self._feed(data)
        except HttpParserUpgrade:
            failure = "it switches protocols"
        except HttpParserError as error:
            # What comes after a complete response spoils the connection, not the response.
            if self.complete:
                self.keep = False
            else:
                failure = _words(error)
        if failure is not None:
            raise ProtocolError(f"The response is not HTTP/1.1: {failure}.")
        if not begun:
            self._take_head(data)
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
        if self.head_done and self._until_close:
            self.complete = True
            return
        where = "in the middle of the body" if self.head_done else "before a response came"
        raise ConnectionFailed(f"The server closed the connection {where}.")

    def close(self) -> None:
        """Part from the parser, which otherwise keeps this object alive in a cycle."""
        del self._parser, self._feed

    def _take_head(self, data: bytes) -> None:
        limits = self._limits
        head = self._head + data if self._head else data
        if not self._head_over:
            if len(head) > limits.head:
                raise self._too_large()
            self._head = head
            return
        start = self._start(head) if self._interim or head[:1] != b"H" else 0
        end = head.find(b"\r\n\r\n", start)
        if end > limits.head:
            raise self._too_large()
        head = head[start:end]
        # The parser also speaks RTSP and ICE, and takes any byte in the words behind the status.
        if head[:7] != b"HTTP/1." or b"\0" in head:
            raise ProtocolError("The response is not HTTP/1.1: its head is another protocol's, or holds a zero byte.")
        lower = head.lower()
        self._head = b""
        self._quiet = 0
        self._until_close = False
        self.encodings = None
        self.fields = Fields(head, lower)
        if lower.count(b"\n") > limits.fields:
            raise ProtocolError(f"The response has more than {limits.fields} header fields.")
        if b"-encoding:" in lower or not self.keep:
            self._check_framing(self.fields)
        if self._head_only:
            self.chunks.clear()  # what came behind the head is no body (RFC 9110, 9.3.2), however the bytes were cut
            self.buffered = 0
            self.complete = True
            self.keep = False
        self.head_done = True

    def _start(self, head: bytes) -> int:
        """Return where the status line begins: after interim responses, and after empty lines, which the parser skips too."""
        start = 0
        for left in range(self._interim, -1, -1):
            while head[start : start + 1] in (b"\r", b"\n"):
                start += 1
            if left:
                start = head.index(b"\r\n\r\n", start) + 4
        return start

    def _check_framing(self, fields: Fields) -> None:
        chunked = [value.lower() for value in fields.values_of(b"transfer-encoding")]
        if chunked and chunked != ["chunked"]:
            raise ProtocolError("The response has a transfer encoding other than chunked.")
        # A response that can be followed by another has told where it ends.
        self._until_close = not self.keep and not chunked and not fields.values_of(b"content-length")
        self.encodings = fields.values_of(b"content-encoding") or None

    def _too_large(self) -> ProtocolError:
        return ProtocolError(f"The head of the response is larger than {self._limits.head} bytes.")

    def on_message_begin(self) -> None:
        if self.complete:
            raise _Surplus

    def on_headers_complete(self) -> None:
        parser = self._parser
        self.status = status = parser.get_status_code()
        if status < 200:
            self._interim += 1
            if status == 101 or status < 100 or self._interim > self._limits.interim:
                raise _Refused("an interim response that was not asked for")
            return
        self.keep = parser.should_keep_alive()
        if not self._versed:
            if parser.get_http_version() not in ("1.1", "1.0"):
                raise _Refused("another version of HTTP")
            self._versed = True
        self._head_over = True

    def on_body(self, data: bytes) -> None:
        self.chunks.append(data)
        self.buffered += len(data)

    def on_message_complete(self) -> None:
        self.complete = self._head_over  # else it was an interim response


class _Surplus(Exception):
    """A second response where one was asked for."""


class _Refused(Exception):
    """The response is well-formed and yet not acceptable."""


def _words(error: HttpParserError) -> str:
    """Say what is wrong without repeating bytes of the response."""
    cause = error.__context__
    return str(cause) if isinstance(cause, _Refused) else str(error).rstrip(".")
