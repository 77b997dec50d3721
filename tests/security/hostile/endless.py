"""Bytes that are made while they are sent: what a hostile server says may be larger than any memory."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from tests.faults.material import chunk
from tests.transport.servers import Peer

BLOCK = 1 << 16
MARK = "<-here->"
Path = tuple[Any, ...]


def filled(unit: bytes, size: int) -> Iterator[bytes]:
    """Return whole units, again and again, `size` bytes or a little less."""
    count = max(1, BLOCK // len(unit))
    block, units = unit * count, size // len(unit)
    return chain(repeat(block, units // count), [unit * (units % count)])


def send(peer: Peer, pieces: Iterable[bytes]) -> None:
    """Send pieces as they are."""
    for piece in pieces:
        peer.send(piece)


def send_chunks(peer: Peer, pieces: Iterable[bytes], end: bytes = b"0\r\n\r\n") -> None:
    """Send each piece as a chunk, and the end."""
    for piece in pieces:
        if piece:
            peer.send(chunk(piece))
    peer.send(end)


def bombs(unit: bytes, times: int, *, wbits: int = 31, members: bool = False) -> Iterator[bytes]:
    """Return `unit`, `times` over, packed: one long member, or as many members."""
    packer = zlib.compressobj(9, wbits=wbits)
    if members:
        yield from repeat(packer.compress(unit) + packer.flush(), times)
        return
    yield packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    yield from repeat(block, times)  # blocks that begin with a full flush can be repeated


def paths(value: Any, kinds: type | tuple[type, ...], before: Path = ()) -> Iterator[Path]:
    """Return where values of some kinds stand in a JSON value, itself first."""
    if isinstance(value, kinds) and not (isinstance(value, bool) and bool not in _all(kinds)):
        yield before
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths(inner, kinds, (*before, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:2]):
            yield from paths(inner, kinds, (*before, number))


def _all(kinds: type | tuple[type, ...]) -> tuple[type, ...]:
    return kinds if isinstance(kinds, tuple) else (kinds,)


def at(value: Any, path: Path) -> Any:
    """Return what stands there."""
    for step in path:
        value = value[step]
    return value


def around(value: Any, path: Path) -> tuple[bytes, bytes]:
    """Return the JSON text before and behind the value at `path`."""
    before, _, behind = json.dumps(_replaced(value, path)).partition(json.dumps(MARK))
    return before.encode(), behind.encode()


def _replaced(value: Any, path: Path) -> Any:
    if not path:
        return MARK
    inner = _replaced(value[path[0]], path[1:])
    if isinstance(value, dict):
        return {name: inner if name == path[0] else one for name, one in value.items()}
    return [inner if number == path[0] else one for number, one in enumerate(value)]
