"""How much of a running answer is kept, all of which stays in memory, before it is too much for any answer."""

from __future__ import annotations

from collections.abc import Sequence

from llmkit.errors import ProtocolError
from llmkit.types.events import ArgumentsDelta, Event, ReasoningDelta, RefusalDelta, TextDelta

WORDS = 48 << 20
"""Bytes of an answer in words; pictures and sound come in answers of their own kind, or as a few large events."""
MEDIA = 256 << 20
MOST = 350_000
"""Small events of one answer: more than twice what the longest ones have (128,000 tokens)."""
_SMALL = 256
"""Bytes on the wire that an ordinary event has around its words, and that are not kept."""
_LIGHT = frozenset[type]((TextDelta, ReasoningDelta, ArgumentsDelta, RefusalDelta))
_HEAVY = 4
"""How many events of words weigh as much as one of another kind."""
_WIDE = 4
"""Bytes of a character, where some characters of a string are outside of the first plane."""


class Room:
    """Counts what one answer takes."""

    __slots__ = ("_bytes", "_events", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = self._events = 0

    def left(self, data: bytes, events: Sequence[Event]) -> ProtocolError | None:
        """Return what is wrong once `data`, which meant `events`, is too much."""
        for event in events:
            self._events += 1 if type(event) in _LIGHT else _HEAVY
        large = len(data) - _SMALL * len(events)
        if large > 0:
            large *= 1 if data.isascii() and b"\\u" not in data else _WIDE
        self._bytes = max(0, self._bytes + large)
        if self._bytes > self._most or self._events > MOST:
            return ProtocolError("The stream goes on far beyond what any answer holds.")
        return None
