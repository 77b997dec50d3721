"""An item of a stream that is still growing, and the parts it holds."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.openai_chat.logprobs import logprobs_of
from llmkit.dialects.openai_chat.wire import Object, dumps, object_of, raw, text_of
from llmkit.dialects.openai_responses.decode import logprobs_in
from llmkit.dialects.openai_responses.items import BETWEEN, contents, parts_of
from llmkit.types.events import ArgumentsDelta, Event, LogprobsDelta, PartEnd, PartStart, ReasoningDelta, RefusalDelta, TextDelta
from llmkit.types.parts import Image, InvalidToolCall, Part, Provenance, Reasoning, Refusal, Text, ToolCall

_EMPTY: dict[str, Object] = {
    "text": {"type": "output_text", "annotations": [], "text": ""},
    "refusal": {"type": "refusal", "refusal": ""},
}
_INPUT = '{"input":"'


class Growing:
    """What came of one part so far; `index` is its place among the parts."""

    __slots__ = ("block", "index", "notes", "pieces")

    def __init__(self, index: int, block: Object) -> None:
        self.index = index
        self.block = block
        self.pieces: list[str] = []
        self.notes: list[Object] = []

    def grown(self) -> Object:
        """Return the content as the API would have sent it in one piece."""
        field = "refusal" if self.block.get("type") == "refusal" else "text"
        words = text_of(self.block.get(field)) + "".join(self.pieces)
        if field == "refusal":
            return {**self.block, "refusal": words}
        notes = {"annotations": [*(self.block.get("annotations") or ()), *self.notes]} if self.notes else {}
        return {**self.block, **notes, "text": words}


class OpenItem:
    """An item between `output_item.added` and `output_item.done`."""

    __slots__ = ("_begun", "_origin", "_place", "_spelled", "kind", "logprobs", "parts")

    def __init__(self, item: Object, origin: Provenance) -> None:
        self.kind = text_of(item.get("type"))
        self.parts: dict[int, Growing] = {}
        self.logprobs: list[Any] = []
        self._begun = item
        self._origin = origin
        self._spelled = ""
        """Which of the two texts of a reasoning item is told in pieces."""
        self._place = 0

    def begin(self, index: int) -> Event | None:
        """Return the start of the item's part; the parts of a message begin with its contents."""
        if self.kind == "message":
            return None
        part = parts_of(self._begun, raw(self._begun), self._origin)[0]
        self.parts[0] = Growing(index, {})
        match part:
            case ToolCall() | InvalidToolCall():
                part = ToolCall(id=part.id, name=part.name, origin=self._origin, native=part.native)
            case Reasoning():
                part = Reasoning(summary=part.summary, origin=self._origin, native=part.native)
        return PartStart(index=index, part=part)

    def begin_content(self, place: int, index: int, block: Object) -> Event | None:
        """Return the start of a message's content."""
        known = self.parts.get(place)
        if known is not None:
            known.block = block
            return None
        self.parts[place] = Growing(index, block)
        native = raw({**self._begun, "content": [block]})
        kind = block.get("type")
        part: Part = (
            Refusal(text="", origin=self._origin, native=native) if kind == "refusal" else Text(text="", origin=self._origin, native=native)
        )
        return PartStart(index=index, part=part)

    def think(self, spelled: str, place: int, words: str) -> str | None:
        """Take more thinking and return what to show; None where the other of the two texts is told already."""
        growing = self.parts[0]
        if self._spelled not in ("", spelled):
            return None
        if self._spelled and place != self._place:
            words = BETWEEN + words
        self._spelled, self._place = spelled, place
        growing.pieces.append(words)
        return words

    def write(self, words: str) -> str:
        """Take more of a call's arguments and return them as JSON text: free text becomes the string in `{"input": ...}`."""
        growing = self.parts[0]
        if self.kind == "custom_tool_call":
            words = ("" if growing.pieces else _INPUT) + dumps(words)[1:-1]
        growing.pieces.append(words)
        return words

    def end(self, item: Object | None, native: msgspec.Raw, next_index: int) -> list[Event]:
        """Return the end of every part; `item` is the whole of it as the API tells, `next_index` numbers what never began."""
        whole, native = self._completed(item, native)
        events: list[Event] = []
        parts = parts_of(whole, native, self._origin)
        begun = iter([self.parts[place] for place in sorted(self.parts)])  # Some servers number contents with gaps.
        for part in parts:
            growing = next(begun, None)
            if growing is None:
                growing = Growing(next_index, {})
                next_index += 1
                events.append(PartStart(index=growing.index, part=_blank(part)))
            rest = _rest(part, "".join(growing.pieces))
            if rest:
                events.append(_delta(part, growing.index, rest))
            events.append(PartEnd(index=growing.index, part=part))
        found = logprobs_in(whole) or (logprobs_of({"content": self.logprobs}) if self.logprobs else ())
        if found:
            events.append(LogprobsDelta(logprobs=found))
        self.parts.clear()
        return events

    def _completed(self, item: Object | None, native: msgspec.Raw) -> tuple[Object, msgspec.Raw]:
        """Return the item with what was told only in pieces."""
        whole = dict(self._begun if item is None else item)
        told = "".join(self.parts[0].pieces) if 0 in self.parts else ""
        changed = item is None
        if self.kind == "message" and len(contents(whole)) < len(self.parts):
            whole["content"] = [self.parts[place].grown() for place in sorted(self.parts)]
            changed = True
        elif self.kind == "reasoning" and told and not whole.get("summary") and not whole.get("content"):
            field, kind = ("content", "reasoning_text") if self._spelled == "content" else ("summary", "summary_text")
            whole[field] = [{"type": kind, "text": told}]
            changed = True
        elif self.kind == "function_call" and told and not whole.get("arguments"):
            whole["arguments"] = told
            changed = True
        elif self.kind == "custom_tool_call" and told and not whole.get("input"):
            whole["input"] = object_of(msgspec.json.decode(f'{told}"}}')).get("input")
            changed = True
        return whole, raw(whole) if changed else native


def implied(kind: str) -> Object:
    """Return the content that a delta begins by itself, where a server forgot to."""
    return dict(_EMPTY[kind])


def _said(part: Part) -> str:
    match part:
        case Text() | Reasoning() | Refusal():
            return part.text
        case ToolCall() | InvalidToolCall():
            return part.json
    return ""


def _rest(part: Part, shown: str) -> str:
    """Return what of `part` no delta has told."""
    said = _said(part)
    return said[len(shown) :] if said.startswith(shown) else ""


def _delta(part: Part, index: int, words: str) -> Event:
    match part:
        case Text():
            return TextDelta(index=index, text=words)
        case Reasoning():
            return ReasoningDelta(index=index, reasoning=words)
        case Refusal():
            return RefusalDelta(index=index, refusal=words)
    return ArgumentsDelta(index=index, json=words)


def _blank(part: Part) -> Part:
    match part:
        case Text():
            return part.replace(text="", citations=())
        case Reasoning() | Refusal():
            return part.replace(text="")
        case (
            ToolCall(id=identity, name=name, origin=origin, native=native)
            | InvalidToolCall(id=identity, name=name, origin=origin, native=native)
        ):
            return ToolCall(id=identity, name=name, origin=origin, native=native)
        case Image():
            return part.replace(data=None)
    return part
