"""What decoders of text frames have in common: cut the bytes, read frame by frame, stop at the end or at a fault."""

from __future__ import annotations

from typing import Protocol

from llmkit.errors import LLMKitError, ProtocolError
from llmkit.types.events import Event


class Frames(Protocol):
    """Bytes in any split, whole frames out."""

    def feed(self, data: bytes, /) -> list[bytes]:
        """Return the frames that `data` completes."""
        ...

    def close(self) -> list[bytes]:
        """Return what is left."""
        ...


class FramedDecoder:
    """The shell of a stream decoder; a format's own says in `_take` what one frame means, and sets `done` or `error`."""

    __slots__ = ("_closing", "_frames", "_started", "done", "error")

    def __init__(self, frames: Frames) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._frames = frames
        self._started = False
        self._closing = False
        """The bytes are at their end: a frame may be cut in the middle."""

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        if self.done or self.error is not None:
            return []
        try:
            return self._read(self._frames.feed(data))
        except ProtocolError as failure:
            self.error = failure
            return []

    def close(self) -> list[Event]:
        """Return what is left at the end of the bytes."""
        if self.done or self.error is not None:
            return []
        self._closing = True
        try:
            found = self._read(self._frames.close())
        except ProtocolError as failure:
            self.error = failure
            return []
        if not self._started and self.error is None:
            self.error = ProtocolError("The stream ended without an answer.")
        return found

    def _read(self, frames: list[bytes]) -> list[Event]:
        found: list[Event] = []
        for frame in frames:
            self._take(frame, found)
            if self.done or self.error is not None:
                break
        return found

    def _take(self, frame: bytes, found: list[Event], /) -> None:
        """Add the events of one frame to `found`."""
        raise NotImplementedError
