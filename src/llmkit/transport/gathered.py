"""Keep a large body while it comes, so that its memory goes back to the system as soon as it is joined."""

from __future__ import annotations

from mmap import mmap

SEGMENT = 4 << 20


class Gathered:
    """Pieces in, the whole out.

    A buffer that grows leaves its former places behind, and small pieces leave theirs: up to three times the body. What is in mapped
    segments leaves nothing.
    """

    __slots__ = ("_pieces", "_segments", "_waiting", "size")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._segments: list[mmap] = []
        self._waiting = self.size = 0

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._pieces.append(piece)
        self._waiting += len(piece)
        self.size += len(piece)
        if self._waiting >= SEGMENT:
            segment = mmap(-1, self._waiting)
            for one in self._pieces:
                segment.write(one)
            self._segments.append(segment)
            self._pieces.clear()
            self._waiting = 0

    def whole(self) -> bytes:
        """Return all pieces as one, once."""
        segments, self._segments = self._segments, []
        found = b"".join([*segments, *self._pieces])
        for segment in segments:
            segment.close()
        self._pieces.clear()
        return found
