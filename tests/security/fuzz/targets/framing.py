"""Bytes into frames: any split gives the frames of the whole."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, Protocol

from llmkit.errors import LLMKitError
from llmkit.framing.aws_eventstream import EventStreamMessages
from llmkit.framing.json_array import JsonArray
from llmkit.framing.ndjson import JsonLines
from llmkit.framing.sse import ServerSentEvents
from llmkit.testing.aws_eventstream import frame
from tests.security.fuzz.mutation import pieces
from tests.security.fuzz.target import Target, hold


class Framer(Protocol):
    """What cuts bytes into frames."""

    def feed(self, data: bytes, /) -> list[Any]: ...

    def close(self) -> list[Any]: ...


def framed(make: Callable[[], Framer], cut: list[bytes]) -> tuple[list[Any], str]:
    """Return all frames, and the name of the refusal that ends them."""
    framer, found = make(), []
    try:
        for piece in cut:
            found += framer.feed(piece)
        found += framer.close()
    except LLMKitError as error:
        return found, type(error).__name__
    return found, ""


def _runs(make: Callable[[], Framer]) -> Callable[[bytes], Hashable]:
    def run(data: bytes) -> Hashable:
        whole = framed(make, [data])
        hold(whole == framed(make, pieces(data)), "a split changes the frames")
        return len(whole[0]) > 3 or len(whole[0]), whole[1], len(whole[0][0]) > 8 if whole[0] and isinstance(whole[0][0], bytes) else 0

    return run


def targets() -> Iterator[Target]:
    """Return the four framings, their limits lowered so that short inputs pass them."""
    sse = (
        b'data: {"a":1}\n\ndata: [DONE]\n\n',
        b"event: x\r\ndata: a\r\ndata: b\r\n\r\n: c\r\rid: 1\ndata:z\n\n",
        b"\xef\xbb\xbfdata: \xc3\xa9\n\n",
    )
    yield Target(
        name="sse",
        run=_runs(lambda: ServerSentEvents(max_event=96, max_line=64)),
        seeds=lambda: sse,
        words=lambda: (
            b"data:",
            b"data: ",
            b"\n",
            b"\r",
            b"\r\n",
            b"\n\n",
            b": ",
            b"event: ",
            b"\xef\xbb\xbf",
            b"\xc3",
            b"\xa9",
            b"a" * 70,
        ),
        longest=400,
    )
    yield Target(
        name="ndjson",
        run=_runs(lambda: JsonLines(max_line=48)),
        seeds=lambda: (b'{"a":1}\n{"b":[2]}\r\n\n"c"', b"\xef\xbb\xbf1\n2"),
        words=lambda: (b"\n", b"\r\n", b"\r", b" ", b"\t", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"{", b"a" * 60),
        longest=300,
    )
    yield Target(
        name="json_array",
        run=_runs(lambda: JsonArray(max_element=64)),
        seeds=lambda: (b'[{"a":"}\\""},\n[1,{"b":[]}] , {"c":"\xc3\xa9"}]x', b" [ ]"),
        words=lambda: (b"[", b"]", b"{", b"}", b'"', b"\\", b",", b" ", b"\n", b'{"a":1}', b"\xc3", b"a" * 70),
        longest=300,
    )
    messages = (
        frame({":event-type": "chunk", ":message-type": "event"}, b'{"a":1}') * 2,
        frame({":exception-type": "x"}, b"") + frame({}, b"p" * 20)[:-3],
    )
    yield Target(
        name="eventstream",
        run=_runs(lambda: EventStreamMessages(max_payload=512)),
        seeds=lambda: messages,
        words=lambda: (
            b"\x00\x00\x00\x10",
            b"\x00\x00\x00\x00",
            b"\x05\xca\xaf",
            b":event-type",
            b"\x07",
            b"\x08",
            b"\x09",
            b"\xff\xff\xff\xff",
        ),
        longest=600,
    )
    yield Target(
        name="eventstream.headers", run=_headers, seeds=_blocks, words=lambda: (b"\x01a", b"\x00\x01", b"\x07\x00\x01b"), longest=200
    )


def _headers(data: bytes) -> Hashable:
    from llmkit.framing.aws_eventstream import read_headers

    return tuple(sorted({type(value).__name__ for value in read_headers(data).values()}))


def _blocks() -> list[bytes]:
    """Return a header of each of the ten types."""
    sizes = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
    plain = [b"\x01" + bytes([97 + kind, kind]) + bytes(size) for kind, size in sizes.items()]
    return [*plain, b"".join(plain), b"\x01x\x06\x00\x02ab\x01y\x07\x00\x02\xc3\xa9"]
