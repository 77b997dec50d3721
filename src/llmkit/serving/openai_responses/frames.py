"""Number and frame the events of a stream."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.openai_chat.wire import Object

_json = msgspec.json.Encoder().encode


class Frames:
    """Writes events, numbered without gaps."""

    __slots__ = ("_written", "number")

    def __init__(self) -> None:
        self.number = 0
        self._written: list[bytes] = []

    def add(self, kind: str, **fields: Any) -> None:
        """Write an event."""
        self.put({"type": kind, **fields})

    def put(self, event: Object) -> None:
        """Write an event that is there already; its number is set."""
        numbered = {**event, "sequence_number": self.number}
        self._written.append(b"event: " + str(event["type"]).encode() + b"\ndata: " + _json(numbered) + b"\n\n")
        self.number += 1

    def take(self) -> bytes:
        """Return what was written since."""
        written, self._written = b"".join(self._written), []
        return written
