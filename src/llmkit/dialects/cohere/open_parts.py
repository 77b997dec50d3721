"""Parts of a stream while they grow."""

from __future__ import annotations

from llmkit.dialects.cohere.answer import block_of, plan_of
from llmkit.dialects.openai_chat.calls import call_of
from llmkit.dialects.openai_chat.growth import grow
from llmkit.dialects.openai_chat.wire import Object, object_of, text_of
from llmkit.types.events import ArgumentsDelta, Event, PartEnd, PartStart, ReasoningDelta, TextDelta
from llmkit.types.parts import Citation, Part, Provenance, Reasoning, Text, ToolCall

WORDS = {"text": "text", "thinking": "thinking"}
"""The field of a block that holds its words."""


class OpenBlock:
    """A block of the content. It has no place before it says something: empty blocks are announced, too."""

    def __init__(self, block: Object, origin: Provenance) -> None:
        self.index = -1
        self.kind = text_of(block.get("type"))
        self._origin = origin
        self._block = dict(block)
        self._words: list[str] = []
        self._word = WORDS.get(self.kind, "")
        self._citations: list[Citation] = []
        if self._word:
            self._block.pop(self._word, None)

    def add(self, piece: Object) -> str:
        """Take in more of the block; return the words that are new."""
        words = text_of(piece.get(self._word)) if self._word else ""
        if words:
            self._words.append(words)
        more = {key: value for key, value in piece.items() if key != self._word}
        if more:
            grow(self._block, more)
        return words

    def begin(self, index: int) -> Event:
        """Return the event with which the part begins."""
        self.index = index
        part: Part = Text(text="", origin=self._origin) if self.kind == "text" else Reasoning(origin=self._origin)
        return PartStart(index=index, part=part)

    def said(self, words: str) -> Event:
        """Return the event that tells `words`."""
        if self.kind == "text":
            return TextDelta(index=self.index, text=words)
        return ReasoningDelta(index=self.index, reasoning=words)

    def cite(self, found: list[Citation]) -> None:
        """Keep citations for the end of the part."""
        self._citations += found

    def part(self) -> Part | None:
        """Return the whole part, None where it says nothing."""
        words = {self._word: "".join(self._words)} if self._word else {}
        part = block_of({"type": self.kind, **words, **self._block}, origin=self._origin)
        return part.replace(citations=tuple(self._citations)) if isinstance(part, Text) and self._citations else part


class OpenPlan:
    """What the model means to do before it calls tools."""

    def __init__(self, index: int, origin: Provenance) -> None:
        self.index = index
        self._origin = origin
        self._words: list[str] = []

    def add(self, words: str) -> Event:
        """Take in more words."""
        self._words.append(words)
        return ReasoningDelta(index=self.index, reasoning=words)

    def end(self) -> Event:
        """Return the end of the part."""
        return PartEnd(index=self.index, part=plan_of("".join(self._words), origin=self._origin))


class OpenCall:
    """A tool call."""

    def __init__(self, index: int, wire: Object, *, position: int, origin: Provenance) -> None:
        self.index = index
        self._position = position
        self._origin = origin
        self._wire = dict(wire)
        self._function = dict(object_of(wire.get("function")))
        self._pieces: list[str] = []

    def begin(self) -> list[Event]:
        """Return the events with which the part begins."""
        part = ToolCall(id=text_of(self._wire.get("id")), name=text_of(self._function.get("name")), origin=self._origin)
        words = text_of(self._function.get("arguments"))
        return [PartStart(index=self.index, part=part), *([self.add(words)] if words else [])]

    def add(self, words: str) -> Event:
        """Take in more of the arguments."""
        self._pieces.append(words)
        return ArgumentsDelta(index=self.index, json=words)

    def end(self, response_id: str) -> Event:
        """Return the end of the part."""
        wire = {**self._wire, "function": {**self._function, "arguments": "".join(self._pieces)}}
        part = call_of(wire, position=self._position, response_id=response_id, origin=self._origin)
        return PartEnd(index=self.index, part=part)
