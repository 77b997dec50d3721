"""Faults of connections and of HTTP itself."""

from __future__ import annotations

import gzip
import zlib
from functools import lru_cache

from llmkit import Timeouts
from tests.faults.chaos import Damage, reset
from tests.faults.material import SSE, Material, chunk
from tests.faults.row import Row, Way
from tests.transport.servers import Gone, Peer

GONE = "ConnectionFailed*"
CUT = f"cut ({GONE})"
BAD = "ProtocolError"
BROKEN = f"cut ({BAD})"
EVERY = 0.004
"""Seconds between the bytes of a trickle."""
SHORT = 0.02


def first_words(m: Material, peer: Peer) -> None:
    """Begin an answer: whole events with words in them, or half a body."""
    head = m.head() if m.streams else m.head(framing=f"Content-Length: {len(m.body)}")
    peer.send(head + (chunk(m.begun) if m.streams else m.begun))


def rst(m: Material, peer: Peer) -> None:
    reset(peer)


def nothing(m: Material, peer: Peer) -> None:
    pass


def half_a_head(m: Material, peer: Peer) -> None:
    peer.send(m.head()[:40])


def half_open(m: Material, peer: Peer) -> None:
    peer.wait_until_gone()


def stall(m: Material, peer: Peer) -> None:
    first_words(m, peer)
    peer.wait_until_gone()


def drip(peer: Peer, data: bytes, forever: bytes = b"") -> None:
    """Send `data` byte by byte, then `forever` without an end, until the client leaves."""
    peer.sock.settimeout(EVERY)
    for place in range(1 << 20):
        piece = data[place : place + 1] or forever
        if not piece:
            break
        peer.send(piece)
        try:
            if not peer.sock.recv(1):
                raise Gone
        except TimeoutError:
            pass


def comments(m: Material, peer: Peer) -> None:
    first_words(m, peer)
    drip(peer, b"", chunk(b": keep-alive\n\n"))


def blanks(m: Material, peer: Peer) -> None:
    """Some gateways send blanks before the body, so that proxies wait."""
    peer.send(m.head(kind="application/json"))
    drip(peer, b"", chunk(b" "))


def slow_head(m: Material, peer: Peer) -> None:
    drip(peer, m.head())


def slow_body(m: Material, peer: Peer) -> None:
    first_words(m, peer)
    drip(peer, m.rest if not m.streams else b"%x\r\n" % len(m.rest) + m.rest)


def clean_end(m: Material, peer: Peer) -> None:
    peer.send(m.chunked(m.begun))


def closed_end(m: Material, peer: Peer) -> None:
    peer.send(m.head(framing="Connection: close") + m.begun)


def in_a_chunk(m: Material, peer: Peer) -> None:
    peer.send(m.head() + chunk(m.begun) + b"400\r\nabc")


def in_a_size(m: Material, peer: Peer) -> None:
    peer.send(m.head() + chunk(m.begun) + b"40")


def reset_after_words(m: Material, peer: Peer) -> None:
    first_words(m, peer)
    reset(peer)


def longer_than_said(m: Material, peer: Peer) -> None:
    peer.send(m.head(framing=f"Content-Length: {len(m.begun) + 3}") + m.payload)


def shorter_than_said(m: Material, peer: Peer) -> None:
    peer.send(m.head(framing=f"Content-Length: {len(m.payload) + 20}") + m.payload)


def half_of_what_was_said(m: Material, peer: Peer) -> None:
    peer.send(m.head(framing=f"Content-Length: {len(m.payload)}") + m.begun)


def bytes_behind(m: Material, peer: Peer) -> None:
    peer.send(m.sized(m.payload) + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother")


@lru_cache(maxsize=1)
def bomb() -> bytes:
    """Return 8 MB of blanks, packed."""
    return gzip.compress(b" " * 8_000_000, 9)


def gzip_bomb(m: Material, peer: Peer) -> None:
    peer.send(m.sized(bomb(), "Content-Encoding: gzip"))


def packed(m: Material) -> bytes:
    """Return the answer as gzip."""
    return gzip.compress(m.payload, 1)


def wrong_checksum(m: Material, peer: Peer) -> None:
    data = packed(m)
    peer.send(m.sized(data[:-8] + bytes(byte ^ 0xFF for byte in data[-8:]), "Content-Encoding: gzip"))


def cut_gzip(m: Material, peer: Peer) -> None:
    data = zlib.compressobj(wbits=31)
    peer.send(m.sized(data.compress(m.begun) + data.flush(zlib.Z_SYNC_FLUSH), "Content-Encoding: gzip"))


def with_encoding(name: str) -> Damage:
    """Return the damage that says of a good body that it is packed."""
    return lambda m, peer: peer.send(m.sized(m.payload, f"Content-Encoding: {name}"))


def twice_packed(m: Material, peer: Peer) -> None:
    peer.send(m.sized(gzip.compress(packed(m)), "Content-Encoding: gzip, gzip"))


def with_head(*lines: str) -> Damage:
    """Return the damage that adds header fields to a good answer."""
    return lambda m, peer: peer.send(m.chunked(m.payload, *lines))


def written(*pieces: bytes) -> Damage:
    """Return the damage that answers with exactly this."""
    return lambda m, peer: peer.send(b"".join(pieces))


def interim(count: int) -> Damage:
    """Return the damage that sends early hints before a good answer."""
    return lambda m, peer: peer.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * count + m.good())


def both_lengths(m: Material, peer: Peer) -> None:
    peer.send(m.head("200 OK", f"Content-Length: {len(m.payload)}") + chunk(m.payload) + b"0\r\n\r\n")


def two_lengths(m: Material, peer: Peer) -> None:
    peer.send(m.head("200 OK", "Content-Length: 5", framing=f"Content-Length: {len(m.payload)}") + m.payload)


def bare_lf(m: Material, peer: Peer) -> None:
    peer.send(m.sized(m.payload).replace(b"\r\n", b"\n", 3))


def odd_chunk(m: Material, peer: Peer) -> None:
    peer.send(m.head() + b"0x%x\r\n%b\r\n0\r\n\r\n" % (len(m.payload), m.payload))


IDLE = Timeouts(connect=10, pool=5, first_event=10, idle=SHORT, total=20)
FIRST = Timeouts(connect=10, pool=5, first_event=SHORT, idle=10, total=20)
ALL = Timeouts(connect=10, pool=5, first_event=10, idle=10, total=0.04)
FRAMES = ("openai_chat", "gemini", "ollama", "bedrock_converse")
"""One of each kind of framing: what is below it is the same for all."""
STALLED = "Timeout idle*"
LATE = "Timeout total*"
SILENT = "Timeout first_event*"

ROWS = (
    Row(4, "reset before the request is read", (Way("RST on accept", rst, GONE, GONE, early=True),)),
    Row(
        5,
        "reset or end after the whole request",
        (Way("RST", rst, GONE, GONE), Way("FIN", nothing, GONE, GONE), Way("FIN in the head", half_a_head, GONE, GONE)),
    ),
    Row(7, "half-open connection: no end and no byte", (Way("silence", half_open, SILENT, SILENT, timeouts=FIRST),)),
    Row(8, "stall in the middle", (Way("stall", stall, STALLED, f"cut ({STALLED})", timeouts=IDLE),)),
    Row(
        9,
        "signs of life without an answer",
        (
            Way("comments", comments, None, f"cut ({STALLED})", only=SSE, timeouts=IDLE),
            Way("blanks", blanks, LATE, LATE, timeouts=ALL),
        ),
        note="only events count as life in a stream; blanks before a plain answer are taken until the whole time is over",
    ),
    Row(10, "head byte by byte", (Way("trickle", slow_head, SILENT, SILENT, timeouts=FIRST),)),
    Row(11, "body byte by byte", (Way("trickle", slow_body, LATE, f"cut ({LATE})", timeouts=ALL),)),
    Row(12, "the chunks end in order, the answer does not", (Way("clean", clean_end, BAD, "cut"),)),
    Row(13, "the connection ends in order, the answer does not", (Way("close", closed_end, BAD, "cut"),)),
    Row(14, "cut inside a chunk", (Way("data", in_a_chunk, GONE, CUT), Way("size", in_a_size, GONE, CUT))),
    Row(15, "reset in the middle", (Way("RST", reset_after_words, GONE, CUT),)),
    Row(
        16,
        "Content-Length larger than the body",
        (Way("whole answer", shorter_than_said, GONE, "complete"), Way("half an answer", half_of_what_was_said, GONE, CUT)),
        note="a stream is complete with its last event",
    ),
    Row(
        17,
        "Content-Length smaller, or bytes behind the body",
        (Way("smaller", longer_than_said, BAD, "cut"), Way("bytes behind", bytes_behind, "complete", "complete")),
        ("tests/transport::test_a_connection_that_cannot_serve_again_is_closed",),
        note="bytes behind the end spoil the connection, which is closed, and not the answer",
    ),
    Row(
        32,
        "gzip bomb",
        (Way("8 MB of blanks", gzip_bomb, BAD, BAD, only=FRAMES),),
        ("tests/transport::test_a_decompression_bomb_is_defused_in_little_memory",),
    ),
    Row(
        33,
        "damaged gzip",
        (
            Way("checksum", wrong_checksum, BAD, BAD),
            Way("cut", cut_gzip, BAD, BROKEN),
            Way("not packed at all", with_encoding("gzip"), BAD, BAD),
        ),
    ),
    Row(
        34,
        "Content-Encoding doubled or unknown",
        (Way("doubled", twice_packed, BAD, BAD), Way("unknown", with_encoding("x-secret"), BAD, BAD)),
    ),
    Row(46, "interim responses", (Way("3 of them", interim(3), "complete", "complete"), Way("1,000 of them", interim(1000), BAD, BAD))),
    Row(
        49,
        "header bomb",
        (
            Way("10,000 fields", with_head(*(f"X-{place}: y" for place in range(10_000))), BAD, BAD),
            Way("1 MB in one", with_head("X-A: " + "y" * 1_000_000), BAD, BAD),
        ),
    ),
    Row(
        50,
        "a head that two readers would read differently",
        (
            Way("length and chunks", both_lengths, BAD, BAD),
            Way("two lengths", two_lengths, BAD, BAD),
            Way("bare LF", bare_lf, BAD, BAD),
            Way("chunk size 0x", odd_chunk, BAD, BAD),
        ),
        ("tests/transport::test_what_is_not_http_is_a_protocol_error",),
    ),
    Row(
        51,
        "HTTP/2",
        (Way("SETTINGS frame", written(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00" + bytes(60)), BAD, BAD),),
        ("tests/transport::test_only_http_1_1_is_offered",),
        note="HTTP/2 is not spoken, so that its faults cannot happen",
    ),
)
