"""Hostile answers met through every face, with what each took of memory and time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from tests.faults.chaos import DIALECTS, FACES, Cell, Chaos, Damage
from tests.faults.material import AWS, LINES, Material
from tests.security.hostile.endless import Path, around, paths, send_chunks
from tests.security.hostile.peak import MIB, Peak
from tests.security.hostile.values import Value, instead
from tests.transport.servers import Peer

SIZE = 28 * MIB - 4096
"""Just within the limit of a body."""
WRAPPED = MIB
"""Of an event whose frame says how long it is, so that it must be made before it is sent."""


@dataclass(frozen=True)
class Found:
    """One hostile answer and what came of it."""

    name: str
    growth: int
    seconds: float
    outcome: str


def met(chaos: Chaos, name: str, cell: Cell) -> Found:
    """Ask; whatever is no typed error comes out of this as it is."""
    with Peak() as peak:
        came = chaos.play(cell)
        outcome = type(came.error).__name__ if came.error is not None else "answer"
        seconds = came.seconds
        del came
    return Found(f"{cell.dialect}, {cell.face}: {name}", peak.growth, seconds, outcome)


def warmed(chaos: Chaos, dialects: Iterable[str] = DIALECTS) -> None:
    """Ask once in each way, so that what is loaded and kept is not counted."""
    for dialect in dialects:
        for face in FACES:
            chaos.play(Cell(dialect, face, lambda m, peer: peer.send(m.good())))
            chaos.play(Cell(dialect, face, lambda m, peer: peer.send(m.head("500 No", framing="Content-Length: 0"))))


def in_turns(names: Iterable[str], dialects: Iterable[str] = DIALECTS, *, stream: bool | None = None) -> Iterator[tuple[str, str, str]]:
    """Return names with formats and faces, all of each in turns."""
    faces = [face for face in FACES if stream is None or face.endswith("stream") is stream]
    formats = list(dialects)
    for number, name in enumerate(names):
        yield name, formats[number % len(formats)], faces[number % len(faces)]


class Honest:
    """What an honest server says, to be made hostile somewhere."""

    def __init__(self, chaos: Chaos, dialect: str, face: str) -> None:
        self.dialect, self.face = dialect, face
        self._body: object = None
        chaos.play(Cell(dialect, face, self._see))
        self.places: list[Path] = list(paths(self._body, (dict, list, str, int, float, type(None))))

    def _see(self, m: Material, peer: Peer) -> None:
        self._body = json.loads(_data(m))
        peer.send(m.good())

    def made(self, place: Path, value: Value, size: int = SIZE) -> Damage:
        """Return the damage that puts `value` at a place of the answer, or of one event of it."""

        def damage(m: Material, peer: Peer) -> None:
            honest = json.loads(_data(m))
            before, behind = around(honest, place)
            pieces = chain([before], instead(honest, place, value, size), [behind])
            peer.send(m.head())
            send_chunks(peer, pieces if not m.streams else _event(m, pieces, instead(honest, place, value, WRAPPED), before, behind))

        return damage


def _data(m: Material) -> bytes:
    """Return the body of an answer, or the JSON of its event of words."""
    if not m.streams:
        return m.body
    found = [data for event in m.events if (data := m._opened(event)[1])[:1] == b"{"]
    return next((data for data in found if b"brown" in data), found[0] if found else b"{}")


def _event(m: Material, pieces: Iterable[bytes], wrapped: Iterable[bytes], before: bytes, behind: bytes) -> Iterable[bytes]:
    """Return a stream of one hostile event behind the first ones."""
    if m.dialect in AWS:
        return [*m.events[:2], m.event(b"".join([before, *wrapped, behind]))]
    begin, end = (b"", b"\n") if m.dialect in LINES else (b"data: ", b"\n\n")
    return chain(m.events[:1], [begin], pieces, [end], m.events[1:])
