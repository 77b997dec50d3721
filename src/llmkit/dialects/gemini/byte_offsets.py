"""Offsets in UTF-8 bytes, as this API counts, into offsets in characters."""

from __future__ import annotations

from typing import Any


class ByteOffsets:
    """A text whose bytes can be told from its characters."""

    __slots__ = ("_bytes", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._bytes = None if text.isascii() else text.encode("utf-8", "replace")

    def span(self, start: Any, end: Any) -> tuple[int, int] | None:
        """Return the characters from byte `start` (0 where not given) to byte `end`, None where the text has no such bytes."""
        begin = start if isinstance(start, int) else 0
        size = len(self.text) if self._bytes is None else len(self._bytes)
        if not isinstance(end, int) or not 0 <= begin <= end <= size:
            return None
        return (begin, end) if self._bytes is None else (self._characters(begin), self._characters(end))

    def _characters(self, offset: int) -> int:
        """Return how many characters begin before byte `offset`; an offset inside a character stands before it."""
        assert self._bytes is not None
        return len(self._bytes[:offset].decode("utf-8", "ignore"))
