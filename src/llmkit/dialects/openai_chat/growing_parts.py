"""Blocks and sounds of a stream while they grow."""

from __future__ import annotations

from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.growth import grow
from llmkit.dialects.openai_chat.media import bytes_of
from llmkit.dialects.openai_chat.reasoning import reasoning_block
from llmkit.dialects.openai_chat.wire import Object, dumps, loads, name_of, text_of
from llmkit.types.events import Event, MediaDelta, PartEnd, PartStart, ReasoningDelta
from llmkit.types.parts import Audio, Provenance, Reasoning


class GrowingBlock:
    """A block of thinking inside the content."""

    def __init__(self, index: int, kind: str, *, candidate: int, origin: Provenance) -> None:
        self.kind = kind
        self._index = index
        self._candidate = candidate
        self._origin = origin
        self._block: Object = {}

    def add(self, piece: Object, found: list[Event]) -> None:
        """Add a piece of the block."""
        if not self._block:
            found.append(PartStart(index=self._index, part=Reasoning(origin=self._origin), candidate=self._candidate))
        words = reasoning_block(piece, origin=None).text
        grow(self._block, loads(dumps(piece)))
        if words:
            found.append(ReasoningDelta(index=self._index, reasoning=words))

    def end(self) -> Event:
        """Return the end of the block."""
        return PartEnd(index=self._index, part=reasoning_block(self._block, origin=self._origin))


class GrowingAudio:
    """The spoken answer."""

    def __init__(self, index: int, *, candidate: int, origin: Provenance) -> None:
        self._index = index
        self._candidate = candidate
        self._origin = origin
        self._begun = False
        self._id: str | None = None
        self._data: list[bytes] = []
        self._transcript: list[str] = []
        self._rest = ""

    def add(self, wire: Object, found: list[Event]) -> None:
        """Add a piece: bytes, words, or the name."""
        self._id = name_of(wire.get("id")) or self._id
        if not self._begun:
            self._begun = True
            found.append(PartStart(index=self._index, part=Audio(id=self._id, origin=self._origin), candidate=self._candidate))
        text = self._rest + text_of(wire.get("data"))
        whole = len(text) - len(text) % 4
        data, self._rest = bytes_of(text[:whole]) or b"", text[whole:]
        words = text_of(wire.get("transcript"))
        if data or words:
            self._data.append(data)
            self._transcript.append(words)
            found.append(MediaDelta(index=self._index, data=data, transcript=words))

    def end(self) -> Event:
        """Return the end of the sound."""
        data = b"".join(self._data)
        part = Audio(
            id=self._id,
            data=data or None,
            media_type=media_type_of(data) if data else None,
            transcript="".join(self._transcript) or None,
            origin=self._origin,
        )
        return PartEnd(index=self._index, part=part)
