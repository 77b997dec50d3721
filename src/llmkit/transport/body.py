"""The body of a response, over any connection that can wait for more of it."""

from __future__ import annotations

from typing import Protocol

from llmkit.errors import ConnectionFailed, ProtocolError
from llmkit.transport.deadlines import expired, nearest
from llmkit.transport.decompression import Decompressor, decompressor
from llmkit.transport.exchange import Exchange
from llmkit.transport.gathered import Gathered
from llmkit.transport.policy import Limits
from llmkit.types.http import HttpRequest, HttpResponse, Timeouts


class Progress(Protocol):
    """How far a response has come."""

    complete: bool
    buffered: int


class Line(Protocol):
    """A connection in use."""

    @property
    def exchange(self) -> Progress:
        """Return how far the response has come."""
        ...

    async def more(self, deadline: float | None) -> bool:
        """Wait until the exchange knows more; False when `deadline` passed first. Raises what ended the connection."""
        ...

    def release(self) -> None:
        """Give the connection back after a complete response."""
        ...

    def abort(self) -> None:
        """Close the connection at once."""
        ...


def respond(line: Line, exchange: Exchange, request: HttpRequest, total: float | None, limits: Limits) -> HttpResponse:
    """Make the response of a head that is there; a body that is complete already no longer holds the line."""
    unpack = None
    if exchange.encodings is not None:
        refused = None
        try:
            unpack = decompressor(exchange.encodings, limits)
        except ProtocolError as error:
            refused = error.message
        if refused is not None:
            line.abort()
            raise ProtocolError(refused)
    body = WireBody(line, exchange.chunks, unpack, request.timeouts, total, limits)
    if exchange.complete:
        body.detach()
    return HttpResponse(status=exchange.status, headers=exchange.fields, body=body)


class WireBody:
    """Reads what the exchange has, and waits for more where it has nothing."""

    __slots__ = (
        "_chunks",
        "_failure",
        "_limits",
        "_line",
        "_timeouts",
        "_total",
        "_unpack",
    )

    def __init__(
        self,
        line: Line,
        chunks: list[bytes],
        unpack: Decompressor | None,
        timeouts: Timeouts,
        total: float | None,
        limits: Limits,
    ) -> None:
        self._line: Line | None = line
        self._chunks = chunks
        self._unpack = unpack
        self._timeouts = timeouts
        self._total = total
        self._limits = limits
        self._failure: str | None = None

    def detach(self) -> None:
        """Give the line back: all bytes are here."""
        line, self._line = self._line, None
        if line is not None:
            line.release()

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        """Return the next bytes, empty at the end. Without a deadline `timeouts.idle` counts from now."""
        while True:
            data = self._take()
            if data:
                return data
            line = self._line
            if line is None:
                return self._end()
            if line.exchange.complete:
                self.detach()
            else:
                await self._wait(line, deadline, phase)

    async def read_all(self, deadline: float | None = None, limit: int = 0) -> bytes:
        """Return all that is left, by `deadline` and with no pause beyond `timeouts.idle`.

        More than `limit` bytes (0: the policy's) is a `ProtocolError`.
        """
        limit = limit or self._limits.body
        chunks = self._chunks
        if self._line is None and self._unpack is None and len(chunks) == 1 and len(chunks[0]) <= limit:
            return chunks.pop()
        gathered = Gathered()
        total = min([end for end in (deadline, self._total) if end is not None], default=None)
        while data := await self.read(*nearest(self._timeouts.idle, "idle", total)):
            gathered.add(data)
            if gathered.size > limit:
                await self.aclose()
                raise ProtocolError(f"The body of the response is larger than {limit} bytes.")
        return gathered.whole()

    async def aclose(self) -> None:
        """Give a line back whose response is complete, close any other at once."""
        line, self._line = self._line, None
        if line is None:
            return
        if line.exchange.complete:
            line.release()
        else:
            self._failure = "The body was closed before its end."
            line.abort()
        self._chunks.clear()

    def _take(self) -> bytes:
        chunks, unpack = self._chunks, self._unpack
        if unpack is None:
            if not chunks:
                return b""
            return self._drain(chunks)
        try:
            piece = unpack.read()
            if not piece and chunks:
                unpack.feed(self._drain(chunks))
                piece = unpack.read()
        except ProtocolError:
            self._fail()
            raise
        return piece

    def _drain(self, chunks: list[bytes]) -> bytes:
        data = chunks.pop() if len(chunks) == 1 else b"".join(chunks)
        chunks.clear()
        if self._line is not None:
            self._line.exchange.buffered = 0
        return data

    def _end(self) -> bytes:
        if self._failure is not None:
            raise ConnectionFailed(self._failure)
        if self._unpack is not None:
            self._unpack.finish()
        return b""

    def _fail(self) -> None:
        line, self._line = self._line, None
        self._failure = "The body could not be read to its end."
        self._chunks.clear()
        if line is not None:
            line.abort()

    async def _wait(self, line: Line, deadline: float | None, phase: str) -> None:
        total = self._total
        if deadline is None:
            deadline, phase = nearest(self._timeouts.idle, phase, total)
        elif total is not None and total < deadline:
            deadline, phase = total, "total"
        try:
            there = await line.more(deadline)
        except BaseException:
            self._fail()
            raise
        if not there:
            self._fail()
            raise expired(phase, self._timeouts)
