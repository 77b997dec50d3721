"""HTTP as it comes from the wire: heads, fields, chunks, compressed bodies; whole or in pieces it means the same."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Hashable, Iterator

from llmkit.errors import ConnectionFailed, LLMKitError, ProtocolError
from llmkit.transport.body import WireBody
from llmkit.transport.decompression import decompressor
from llmkit.transport.exchange import Exchange
from llmkit.transport.fields import Fields
from llmkit.transport.policy import Limits
from llmkit.types.http import Timeouts
from tests.security.fuzz.mutation import pieces
from tests.security.fuzz.target import Target, hold

LIMITS = Limits(head=4096, fields=20, interim=3, body=64 * 1024, expansion_grace=16 * 1024)
SEEDS = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;a=b\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    b"\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n\r\nHTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
    b"HTTP/1.0 500 Oops\r\nServer: x\r\n\r\nuntil the end",
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"data: 1\n\n" * 50, mtime=0),
    b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 12\r\n\r\n" + zlib.compress(bytes(2000)),
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(1 << 20), mtime=0),
    b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\nbytes",
)
WORDS = (
    b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\x00", b": ", b"\x0b", b"\x1f\x8b",
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 C\r\n\r\n", b"Content-Length: 5\r\n", b"Content-Length: +5\r\n", b"chunked",
    b"Transfer-Encoding: chunked\r\n", b"transfer-encoding:gzip\r\n", b"Transfer-Encoding : chunked\r\n", b"Content-Length: 5, 5\r\n",
    b"Content-Encoding: gzip\r\n", b"ffffffffffffffff\r\n", b"0\r\n\r\n", b"0x5\r\n", b"-1", b"+5", b"HTTP/2 200\r\n", b" folded\r\n",
    b"99999999999999999999", b"Connection: close\r\n", b"X: " + b"y" * 500 + b"\r\n", b"\xff\xfe", b"a: b\r\n" * 30,
)  # fmt: skip
_METHODS = ("POST", "HEAD", "GET")


def targets() -> Iterator[Target]:
    """Return the exchange, its head alone, its chunks alone, and what unpacks bodies."""
    yield Target(name="http", run=_exchange, seeds=lambda: [b"P" + seed for seed in SEEDS], words=lambda: WORDS, longest=8000)
    yield Target(
        name="http.head", run=_head, seeds=lambda: (SEEDS[0][15:], b"A: b\r\nSet-Cookie: c\r\nset-cookie:\td \r\n\r\n"), words=lambda: WORDS
    )
    yield Target(name="http.chunks", run=_chunks, seeds=lambda: (SEEDS[1][47:],), words=lambda: WORDS, longest=800)
    packed = (
        gzip.compress(b"hello" * 9, mtime=0) * 2,
        zlib.compress(bytes(999)),
        zlib.compress(b"x")[2:-4],
        gzip.compress(bytes(1 << 20), mtime=0),
    )
    yield Target(
        name="http.unpack", run=_unpacked, seeds=lambda: [bytes([kind]) + data for kind in (0, 1) for data in packed], longest=4000
    )


def drive(cut: Iterator[bytes], method: str = "POST") -> tuple[int, bytes] | str:
    """Return status and body of a response that came whole, or the name of the typed error."""
    exchange = Exchange(LIMITS)
    exchange.begin(method)
    feeder = _Feeder(exchange, cut)
    try:
        while not exchange.head_done:
            feeder.step()
        unpack = decompressor(exchange.encodings, LIMITS) if exchange.encodings is not None else None
        dict(exchange.fields)
        body = WireBody(feeder, exchange.chunks, unpack, Timeouts(), None, LIMITS)
        return exchange.status, _read(body)
    except (ConnectionFailed, ProtocolError) as error:
        return type(error).__name__


def _exchange(data: bytes) -> Hashable:
    method, data = _METHODS[data[0] % 3] if data else "POST", data[1:]
    whole = drive(iter([data]), method)
    parts = drive(iter(pieces(data)), method)
    # A surplus or an early refusal may depend on where the pieces end; two whole responses must be the same.
    hold(isinstance(whole, str) or isinstance(parts, str) or whole == parts, "a split changes the response")
    return (whole, parts) if isinstance(whole, str) and isinstance(parts, str) else (isinstance(whole, str), isinstance(parts, str))


def _head(data: bytes) -> Hashable:
    exchange = Exchange(LIMITS)
    exchange.begin("POST")
    exchange.feed(b"HTTP/1.1 200 OK\r\n" + data)
    if not exchange.head_done:
        return "no end"
    fields = exchange.fields
    assert isinstance(fields, Fields)
    for name in ("content-length", "set-cookie", "x", "retry-after"):
        joined = ", ".join([value for key, value in fields.pairs if key.lower() == name])
        hold((fields.get(name) or "") == joined, "two ways to read a field differ")
    return len(fields.pairs), exchange.encodings is not None, exchange.complete


def _chunks(data: bytes) -> Hashable:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    whole, parts = drive(iter([head + data])), drive(iter([head, *pieces(data)]))
    hold(isinstance(whole, str) or isinstance(parts, str) or whole == parts, "a split changes the body")
    if isinstance(whole, tuple):
        hold(whole[1] == _reference(data), "a reading of the standard gives another body")
    return whole if isinstance(whole, str) else len(whole[1])


def _reference(data: bytes) -> bytes:
    """Return the body by the grammar of RFC 9112, 7.1, for what was accepted."""
    body = b""
    while True:
        line, _, data = data.partition(b"\r\n")
        size = int(line.partition(b";")[0].strip(b" \t"), 16)
        if not size:
            return body
        body, data = body + data[:size], data[size + 2 :]


def _unpacked(data: bytes) -> Hashable:
    kind, data = ("gzip", "deflate")[data[0] % 2] if data else "gzip", data[1:]
    whole, parts = _unpack(kind, [data]), _unpack(kind, pieces(data))
    hold(isinstance(whole, str) or isinstance(parts, str) or whole == parts, "a split changes what is unpacked")
    return whole if isinstance(whole, str) else (len(whole) > 100, len(whole) > 100_000)


def _unpack(kind: str, cut: list[bytes]) -> bytes | str:
    unpack = decompressor([kind], LIMITS)
    assert unpack is not None
    made = b""
    try:
        for piece in cut:
            unpack.feed(piece)
            while more := unpack.read():
                made += more
                hold(len(made) <= LIMITS.expansion_grace + LIMITS.expansion * sum(map(len, cut)), "it grows beyond the limit")
        unpack.finish()
    except LLMKitError as error:
        return type(error).__name__
    return made


def _read(body: WireBody) -> bytes:
    try:
        body.read_all().send(None)
    except StopIteration as stop:
        whole: bytes = stop.value
        return whole
    raise AssertionError("the body suspended")


class _Feeder:
    """A connection whose bytes are a list."""

    def __init__(self, exchange: Exchange, cut: Iterator[bytes]) -> None:
        self.exchange = exchange
        self._pieces = cut

    def step(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            self.exchange.eof()
        else:
            self.exchange.feed(piece)

    async def more(self, deadline: float | None) -> bool:
        self.step()
        return True

    def release(self) -> None: ...

    def abort(self) -> None: ...
