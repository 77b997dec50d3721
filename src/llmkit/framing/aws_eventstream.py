"""Cut the binary event stream of AWS (`application/vnd.amazon.eventstream`) into its messages."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import TypeAlias
from zlib import crc32

import msgspec

from llmkit.errors import ProtocolError
from llmkit.framing.weight import check_weight

MAX_HEADERS = 128 * 1024
MAX_PAYLOAD = 24 * 1024 * 1024
"""The format's own limits (Smithy's specification of the event stream, read 2026-11-22)."""
Value: TypeAlias = bool | int | bytes | str
"""A header's value: integers of every size and timestamps (milliseconds) are numbers, a UUID its sixteen bytes."""
_PRELUDE = Struct(">III")
_FRAME = 16  # prelude and the checksum at the end
_KNOWN = 64
_SHORT = 512


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message: its headers by name, and its payload."""

    headers: dict[str, Value]
    payload: bytes

    def text(self, name: str) -> str:
        """Return a header that is a string; empty for anything else."""
        value = self.headers.get(name)
        return value if isinstance(value, str) else ""


class EventStreamMessages:
    """Bytes in, in any split; out comes every complete message, both of its checksums checked.

    The headers of a stream repeat: those seen lately are not read again.
    """

    __slots__ = ("_failure", "_headers", "_headers_size", "_limit", "_pending", "_size")

    def __init__(self, *, max_payload: int = MAX_PAYLOAD) -> None:
        self._limit = max_payload
        self._pending = bytearray()
        self._size = self._headers_size = 0
        self._headers: dict[bytes, dict[str, Value]] = {}
        self._failure: ProtocolError | None = None

    def feed(self, data: bytes, /) -> list[Message]:
        """Return the messages that `data` completes.

        Raises `ProtocolError` for damaged bytes and past a limit; where good messages came before the bad one they are returned and
        the next call raises, so that the split does not matter.
        """
        if self._failure is not None:
            raise self._failure
        self._pending += data
        found: list[Message] = []
        try:
            self._cut(found)
        except ProtocolError as failure:
            self._failure = failure
            self._pending.clear()
            if not found:
                raise
        return found

    def close(self) -> list[Message]:
        """Return nothing: a message that is not whole is dropped. Raises what `feed` kept back."""
        if self._failure is not None:
            raise self._failure
        self._pending.clear()
        return []

    def _cut(self, found: list[Message]) -> None:
        pending, start = self._pending, 0
        try:
            while True:
                if not self._size and not self._prelude(start):
                    return
                end = start + self._size
                if len(pending) < end:
                    return
                found.append(self._message(bytes(memoryview(pending)[start:end])))
                start, self._size = end, 0
        finally:
            del pending[:start]

    def _prelude(self, start: int) -> bool:
        """Read the lengths of the message that begins at `start`, if they are there."""
        pending = self._pending
        if len(pending) - start < _PRELUDE.size:
            return False
        size, headers, checksum = _PRELUDE.unpack_from(pending, start)
        if crc32(bytes(pending[start : start + 8])) != checksum:
            raise ProtocolError("The event stream is damaged: the checksum of a message's lengths does not fit.")
        payload = size - headers - _FRAME
        if payload < 0:
            raise ProtocolError("The event stream is damaged: a message is shorter than its headers.")
        if headers > MAX_HEADERS or payload > self._limit:
            raise ProtocolError("The event stream holds a message longer than the limit.")
        self._size, self._headers_size = size, headers
        return True

    def _message(self, frame: bytes) -> Message:
        if crc32(memoryview(frame)[:-4]) != int.from_bytes(frame[-4:], "big"):
            raise ProtocolError("The event stream is damaged: the checksum of a message does not fit.")
        end = 12 + self._headers_size
        check_weight(frame)
        return Message(self._known(frame[12:end]), frame[end:-4])

    def _known(self, block: bytes) -> dict[str, Value]:
        headers = self._headers.get(block)
        if headers is None:
            headers = read_headers(block)
            if len(block) <= _SHORT and len(self._headers) < _KNOWN:
                self._headers[block] = headers
        return headers


def read_headers(block: bytes) -> dict[str, Value]:
    """Return the headers of a message. Raises `ProtocolError` for a block that is not a list of headers."""
    headers: dict[str, Value] = {}
    place = 0
    try:
        while place < len(block):
            name, place = _name(block, place)
            if name in headers:
                raise ProtocolError("The event stream is damaged: a header stands there twice.")
            read = _VALUES[block[place]]
            headers[name], place = read(block, place + 1)
    except (IndexError, UnicodeDecodeError):
        raise ProtocolError("The event stream is damaged: a header cannot be read.") from None
    return headers


def _name(block: bytes, place: int) -> tuple[str, int]:
    size = block[place]
    return _taken(block, place + 1, size).decode(), place + 1 + size


def _taken(block: bytes, place: int, size: int) -> bytes:
    taken = block[place : place + size]
    if len(taken) < size:
        raise IndexError
    return taken


def _constant(value: bool) -> Callable[[bytes, int], tuple[Value, int]]:
    return lambda block, place: (value, place)


def _number(size: int) -> Callable[[bytes, int], tuple[Value, int]]:
    return lambda block, place: (int.from_bytes(_taken(block, place, size), "big", signed=True), place + size)


def _sized(block: bytes, place: int) -> tuple[bytes, int]:
    size = int.from_bytes(_taken(block, place, 2), "big")
    return _taken(block, place + 2, size), place + 2 + size


def _text(block: bytes, place: int) -> tuple[str, int]:
    value, place = _sized(block, place)
    return value.decode(), place


def _uuid(block: bytes, place: int) -> tuple[bytes, int]:
    return _taken(block, place, 16), place + 16


_VALUES: tuple[Callable[[bytes, int], tuple[Value, int]], ...] = (
    _constant(True),
    _constant(False),
    _number(1),
    _number(2),
    _number(4),
    _number(8),
    _sized,
    _text,
    _number(8),
    _uuid,
)
"""How a header's value is read, by the number of its type."""
