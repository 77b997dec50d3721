"""Answers that never end or that swell: below any format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from tests.faults.chaos import Damage
from tests.faults.material import AWS, LINES, Material, chunk
from tests.security.hostile.endless import BLOCK, bombs, filled, send, send_chunks
from tests.transport.servers import Peer

ENDLESS = 300_000_000
"""Bytes after which a client that still reads has taken too many."""
TEN_GB = 10_000
"""Times a million bytes."""
MILLION = 1_000_000


def raw(begin: bytes, unit: bytes) -> Damage:
    """Return the damage that says `begin` and then `unit` without an end."""
    return lambda m, peer: send(peer, chain([begin], filled(unit, ENDLESS)))


def behind_head(begin: bytes, unit: bytes, *headers: str, framing: str = "Transfer-Encoding: chunked") -> Damage:
    """Return the damage that says the head of the format, and then as `raw`."""
    return lambda m, peer: send(peer, chain([m.head("200 OK", *headers, framing=framing), begin], filled(unit, ENDLESS)))


def chunked(pieces: Callable[[], Iterable[bytes]], *headers: str, status: str = "200 OK", kind: str | None = None) -> Damage:
    """Return the damage that sends chunks."""

    def damage(m: Material, peer: Peer) -> None:
        peer.send(m.head(status, *headers, kind=kind))
        send_chunks(peer, pieces())

    return damage


def bomb(coding: str = "gzip", unit: bytes = bytes(MILLION), *, wbits: int = 31, status: str = "200 OK", members: bool = False) -> Damage:
    """Return the damage that means ten gigabytes."""
    times = TEN_GB * MILLION // len(unit)
    return chunked(lambda: bombs(unit, times, wbits=wbits, members=members), f"Content-Encoding: {coding}", status=status)


def layered() -> Iterable[bytes]:
    """Return a bomb within a bomb."""
    return bombs(b"".join(bombs(bytes(MILLION), 1000)), TEN_GB)


def one_byte_chunks(m: Material, peer: Peer) -> None:
    send(peer, chain([m.head()], filled(chunk(b" "), 6 * MILLION)))


HEAD = b"HTTP/1.1 200 OK\r\n"
WIRE: dict[str, Damage] = {
    "a header without an end": raw(HEAD + b"X: ", b"y"),
    "a header's name without an end": raw(HEAD, b"y"),
    "headers without an end": raw(HEAD, b"X: y\r\n"),
    "a status without an end": raw(b"HTTP/1.1 200 ", b"K"),
    "a version without an end": raw(b"HTTP/1.", b"1"),
    "blank lines before the head": raw(b"", b"\r\n"),
    "interim answers without an end": raw(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "nothing but zeros": raw(b"", b"\x00"),
    "the size of a chunk without an end": behind_head(b"", b"0"),
    "an extension without an end": behind_head(b"1;", b"x"),
    "an extension for each byte": behind_head(b"", b"1;" + b"x" * 60_000 + b"\r\n \r\n"),
    "a trailer without an end": behind_head(b"0\r\nX: ", b"y"),
    "trailers without an end": behind_head(b"0\r\n", b"X: y\r\n"),
    "a million chunks of a byte": one_byte_chunks,
    "a body of a known length": behind_head(b"", b"x" * BLOCK, framing="Content-Length: 1000000000000"),
    "a body until the end": behind_head(b"", b"x" * BLOCK, framing="Connection: close"),
    "a body in chunks": chunked(lambda: filled(b"x" * BLOCK, ENDLESS)),
    "an error of any length": chunked(lambda: filled(b"x" * BLOCK, ENDLESS), status="500 No"),
    "a refusal of any length": chunked(lambda: filled(b"x" * BLOCK, ENDLESS), status="401 No"),
    "gzip": bomb(),
    "gzip of many members": bomb(members=True),
    "gzip of empty members": chunked(lambda: bombs(b"", 5 * MILLION, members=True), "Content-Encoding: gzip"),
    "deflate": bomb("deflate", wbits=15),
    "deflate without a head": bomb("deflate", wbits=-15),
    "gzip in gzip": chunked(layered, "Content-Encoding: gzip"),
    "gzip in gzip, as it says": chunked(layered, "Content-Encoding: gzip, gzip"),
    "gzip a hundred times": chunked(layered, "Content-Encoding: " + ", ".join(["gzip"] * 100)),
    "brotli": chunked(lambda: filled(b"\x5b\xff\xff\x2f" * 1024, ENDLESS), "Content-Encoding: br"),
    "zstd": chunked(lambda: filled(b"\x28\xb5\x2f\xfd" * 1024, ENDLESS), "Content-Encoding: zstd"),
    "gzip in an error": bomb(status="500 No"),
    "gzip in a refusal": bomb(status="401 No"),
    "gzip when there is too much": bomb(status="429 No"),
}


def framed(m: Material, pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Return the beginning of a good stream, and then `pieces`."""
    return chain([m.begun], pieces)


def in_stream(unit: bytes, begin: bytes = b"", count: int = ENDLESS) -> Damage:
    """Return the damage that begins an answer and then says `unit` without an end."""

    def damage(m: Material, peer: Peer) -> None:
        peer.send(m.head())
        send_chunks(peer, framed(m, chain([begin], filled(unit, min(ENDLESS, count * len(unit))))))

    return damage


def again(m: Material, peer: Peer) -> None:
    """The event with the most words, a million times."""
    event = next((event for event in m.events if b"brown" in event), m.events[len(m.events) // 2])
    peer.send(m.head())
    send_chunks(peer, framed(m, filled(event, MILLION * len(event))))


def unknown(m: Material, peer: Peer) -> None:
    """An event that nobody has heard of, a million times."""
    event = m.event(b'{"type":"what.is.this","x":1}', "whatIsThis")
    peer.send(m.head())
    send_chunks(peer, framed(m, filled(event, MILLION * len(event))))


def empty_objects(m: Material, peer: Peer) -> None:
    event = m.event(b"{}")
    peer.send(m.head())
    send_chunks(peer, framed(m, filled(event, MILLION * len(event))))


def line(m: Material, peer: Peer) -> None:
    """One event that never ends: a line, or a message of the largest length that can be said."""
    peer.send(m.head())
    begin = b"\xff\xff\xff\xff\x00\x00\x00\x00" if m.dialect in AWS else b'{"a":"' if m.dialect in LINES else b'data: {"a":"'
    send_chunks(peer, framed(m, chain([begin], filled(b"x" * BLOCK, ENDLESS))))


def bomb_of_comments(m: Material, peer: Peer) -> None:
    peer.send(m.head("200 OK", "Content-Encoding: gzip"))
    send_chunks(peer, bombs(b": \n\n" * 250_000, TEN_GB))


STREAM: dict[str, Damage] = {
    "a line without an end": line,
    "an event of many lines": in_stream(b"data: x\n"),
    "an event of empty lines": in_stream(b"data\n"),
    "comments": in_stream(b":\n"),
    "blank lines": in_stream(b"\n"),
    "returns": in_stream(b"\r"),
    "names of events": in_stream(b"event: x\n"),
    "its own words again": again,
    "unknown events": unknown,
    "empty events": empty_objects,
    "a bomb of comments": bomb_of_comments,
    "halves of characters": in_stream(b"data: \xf0\x9f\n\n"),
}
