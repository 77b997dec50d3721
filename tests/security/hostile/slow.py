"""Servers that are never done: a byte now and then, at every stage of a call, so that no pause is ever long."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from llmkit.errors import LLMKitError
from llmkit.types.http import Timeouts, Transport
from tests.faults.chaos import Damage
from tests.faults.connections import drip, first_words
from tests.faults.material import AWS, LINES, Material, chunk
from tests.transport.engines import Engine, request_to, whole
from tests.transport.servers import Peer, Server

TOTAL = 0.3
LATE = 1.0
"""Seconds past the deadline that a busy machine may need."""
HASTE = Timeouts(connect=10, write=10, pool=10, first_event=10, idle=10, total=TOTAL)


def dripping(begin: Callable[[Material], bytes], forever: bytes) -> Damage:
    """Return the damage that says something at once and then `forever`, a little every few milliseconds."""

    def damage(m: Material, peer: Peer) -> None:
        peer.send(begin(m))
        drip(peer, b"", forever)

    return damage


def words(m: Material, peer: Peer) -> None:
    """An answer that goes on and on, a real event at a time."""
    if not m.streams:
        peer.send(m.head() + chunk(m.begun))  # in chunks: a body of a told length would come to its end
        drip(peer, b"", chunk(b" "))
        return
    event = next((event for event in m.events if b"brown" in event), m.events[1])
    first_words(m, peer)
    drip(peer, b"", chunk(event))


def comments(m: Material, peer: Peer) -> None:
    """Signs of life, in the words of the format."""
    first_words(m, peer)
    sign = m.event(b"{}", "ping") if m.dialect in AWS else b"\n" if m.dialect in LINES else b": keep-alive\n\n"
    drip(peer, b"", chunk(sign))


def after_the_end(m: Material, peer: Peer) -> None:
    """The whole answer, in a body that never ends."""
    peer.send(m.head() + chunk(m.payload))
    drip(peer, b"", chunk(b"\n" if m.dialect not in AWS else m.event(b"{}", "ping")))


def no_close(m: Material, peer: Peer) -> None:
    """The whole answer, whose end is the end of the connection, which never comes."""
    peer.send(m.head(framing="Connection: close") + m.payload)
    peer.wait_until_gone()


STAGES: dict[str, Damage] = {
    "a status line by bytes": dripping(lambda m: b"HTTP/1.1 200 ", b"K"),
    "a header by bytes": dripping(lambda m: m.head()[:-2] + b"X: ", b"y"),
    "headers one by one": dripping(lambda m: m.head()[:-2], b"X: y\r\n"),
    "interim answers one by one": dripping(lambda m: b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "the size of a chunk by bytes": dripping(lambda m: m.head(), b"0"),
    "an extension by bytes": dripping(lambda m: m.head() + b"1;", b"x"),
    "blanks": dripping(lambda m: m.head(), chunk(b" ")),
    "a body by bytes": dripping(lambda m: m.head(framing="Content-Length: 100000") + m.begun, b" "),
    "signs of life": comments,
    "words without an end": words,
    "trailers one by one": dripping(lambda m: m.head() + chunk(m.begun) + b"0\r\n", b"X: y\r\n"),
    "an error by bytes": dripping(lambda m: m.head("500 No") + b"", chunk(b" ")),
    "a refusal by bytes": dripping(lambda m: m.head("401 No") + b"", chunk(b" ")),
    "what follows the end": after_the_end,
    "no end of the connection": no_close,
}


@dataclass(frozen=True)
class Ended:
    """How long a call took that cannot succeed, and how it ended."""

    name: str
    seconds: float
    outcome: str


def stalled(engine: Engine, stage: str) -> Ended:
    """Ask a server that does not get past `stage`: connecting, TLS, or a TLS that says a byte now and then."""
    begun = time.monotonic()
    with _STALLS[stage]() as port:
        outcome = engine.play(lambda transport: _outcome(transport, port, "http" if stage == "connecting" else "https"))
        return Ended(f"{engine.name}: {stage}", time.monotonic() - begun, outcome)


async def _outcome(transport: Transport, port: int, scheme: str) -> str:
    try:
        await whole(transport, request_to(port, scheme=scheme, timeouts=HASTE))
    except LLMKitError as error:
        return type(error).__name__
    return "answer"


@contextmanager
def _full() -> Iterator[int]:
    """Yield the port of a listener whose queue is full, so that nobody gets a connection."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(listener.getsockname())
            yield listener.getsockname()[1]
        finally:
            for one in waiting:
                one.close()


@contextmanager
def _mute() -> Iterator[int]:
    with Server(lambda peer: peer.wait_until_gone()) as server:
        yield server.port


@contextmanager
def _babble() -> Iterator[int]:
    """Yield the port of a server that begins a TLS record of the largest length and says it byte by byte."""
    with Server(lambda peer: drip(peer, b"\x16\x03\x03\x3f\xff", b"\x02")) as server:
        yield server.port


_STALLS = {"connecting": _full, "TLS in silence": _mute, "TLS by bytes": _babble}
STALLS = tuple(_STALLS)
