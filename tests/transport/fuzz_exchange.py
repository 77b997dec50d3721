"""Throw broken responses at the exchange: `python -m tests.transport.fuzz_exchange --seconds 30`.

Whatever comes in whatever pieces, the result is a response or a typed error; never another exception, never a hang, never memory
without bound.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import time
import zlib
from collections.abc import Iterator

from llmkit.errors import ConnectionFailed, ProtocolError
from llmkit.transport.body import WireBody
from llmkit.transport.decompression import decompressor
from llmkit.transport.exchange import Exchange
from llmkit.transport.policy import Limits
from llmkit.types.http import Timeouts

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
    b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\x00", b": ",
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 C\r\n\r\n", b"Content-Length: 5\r\n", b"chunked",
    b"Transfer-Encoding: chunked\r\n", b"transfer-encoding:gzip\r\n",
    b"Content-Encoding: gzip\r\n", b"ffffffffffffffff\r\n", b"0\r\n\r\n", b"-1",
    b"99999999999999999999", b"Connection: close\r\n", b"X: " + b"y" * 500 + b"\r\n", b"\xff\xfe", b"a: b\r\n" * 30,
)  # fmt: skip


def mutated(source: random.Random) -> bytes:
    """Return a seed with a few wounds."""
    data = bytearray(source.choice(SEEDS))
    for _ in range(source.randrange(6)):
        where = source.randrange(len(data) + 1)
        match source.randrange(6):
            case 0:
                data[where : where + source.randrange(1, 9)] = b""
            case 1:
                data[where:where] = source.choice(WORDS)
            case 2:
                data[where : where + 1] = bytes([source.randrange(256)])
            case 3:
                other = source.choice(SEEDS)
                data[where:] = other[source.randrange(len(other)) :]
            case 4:
                data += source.choice(SEEDS)
            case _:
                data[where:where] = source.randbytes(source.randrange(20))
    return bytes(data)


def split(data: bytes, source: random.Random) -> Iterator[bytes]:
    """Cut `data` anywhere."""
    while data:
        size = source.choice((1, 2, 7, 64, len(data)))
        yield data[:size]
        data = data[size:]


def drive(pieces: Iterator[bytes], method: str = "POST") -> tuple[int, bytes] | str:
    """Return status and body of a response that came whole, or the name of the typed error."""
    exchange = Exchange(LIMITS)
    exchange.begin(method)
    feeder = _Feeder(exchange, pieces)
    try:
        while not exchange.head_done:
            feeder.step()
        unpack = decompressor(exchange.encodings, LIMITS) if exchange.encodings is not None else None
        dict(exchange.fields)
        body = WireBody(feeder, exchange.chunks, unpack, Timeouts(), None, LIMITS)
        return exchange.status, _read(body)
    except (ConnectionFailed, ProtocolError) as error:
        return type(error).__name__


def _read(body: WireBody) -> bytes:
    try:
        body.read_all().send(None)
    except StopIteration as stop:
        whole: bytes = stop.value
        return whole
    raise AssertionError("the body suspended")


class _Feeder:
    """A connection whose bytes are a list."""

    def __init__(self, exchange: Exchange, pieces: Iterator[bytes]) -> None:
        self.exchange = exchange
        self._pieces = pieces

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


def main() -> None:
    """Fuzz until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    arguments = parser.parse_args()
    source = random.Random(arguments.seed)
    counts: dict[str, int] = {}
    end = time.monotonic() + arguments.seconds
    while time.monotonic() < end:
        state = source.getstate()
        data = mutated(source)
        begun = time.monotonic()
        try:
            whole = drive(iter([data]))
            result = drive(split(data, source))
            # A surplus or an early refusal may depend on where the pieces end; two whole responses must be the same.
            assert isinstance(whole, str) or isinstance(result, str) or whole == result, (whole, result)
        except BaseException:
            print(f"seed {arguments.seed}, input {data!r}", file=sys.stderr)
            source.setstate(state)
            raise
        assert time.monotonic() - begun < 1.0, data
        name = result if isinstance(result, str) else "response"
        counts[name] = counts.get(name, 0) + 1
    print(f"{sum(counts.values())} inputs with seed {arguments.seed}: {counts}")


if __name__ == "__main__":
    main()
