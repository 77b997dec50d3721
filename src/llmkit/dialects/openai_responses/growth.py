"""The items of a stream as they grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.dialects.openai_chat.wire import Object, name_of, text_of
from llmkit.dialects.openai_responses.citations import citation_of
from llmkit.dialects.openai_responses.open_item import OpenItem, implied
from llmkit.types.events import ArgumentsDelta, CitationDelta, Event, PartEnd, PartStart, ReasoningDelta, RefusalDelta, TextDelta
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Part, Provenance

value: Callable[[bytes | msgspec.Raw], Any] = msgspec.json.Decoder().decode
_IMPLIED: dict[str, Object] = {
    "message": {"role": "assistant", "content": []},
    "reasoning": {"summary": []},
    "function_call": {"arguments": "", "call_id": "", "name": ""},
}


class WireFields(msgspec.Struct, gc=False):
    """What is read of every event."""

    type: str = ""
    output_index: int = -1
    item_id: str | None = None
    content_index: int = 0
    summary_index: int = 0
    delta: str | None = None
    logprobs: list[msgspec.Raw] | None = None
    sequence_number: int | None = None


class Growth:
    """The items that were begun, by their place in the answer. What tells more returns False where no such item is open."""

    __slots__ = ("_content", "_next", "_open", "_origin", "_places", "seen")

    def __init__(self, origin: Provenance) -> None:
        self.seen: set[int] = set()
        self._origin = origin
        self._open: dict[int, OpenItem] = {}
        self._places: dict[str, int] = {}
        self._content: dict[int, Part] = {}
        self._next = 0

    @property
    def content(self) -> list[Part]:
        """Return the parts that are complete, in order."""
        return [self._content[index] for index in sorted(self._content)]

    def place(self, wire: WireFields, item: Object | None = None) -> int:
        """Return the place of an event's item in the answer; a server that does not number them names them."""
        if wire.output_index >= 0:
            return wire.output_index
        name = wire.item_id if item is None else name_of(item.get("id"))
        fresh = max(self.seen, default=-1) + 1
        return self._places.get(name or "", fresh if item is not None or not self._open else max(self._open))

    def add(self, place: int, item: Object, events: list[Event]) -> OpenItem:
        """Begin an item."""
        if place in self._open:
            self.end(place, None, NO_NATIVE, events)
        self.seen.add(place)
        self._places[text_of(item.get("id"))] = place
        opened = self._open[place] = OpenItem(item, self._origin)
        started = opened.begin(self._next)
        if started is not None:
            self._next += 1
            events.append(started)
        return opened

    def known(self, wire: WireFields, kind: str, events: list[Event]) -> OpenItem:
        """Return the item that an event belongs to; one that was never added begins now."""
        place = self.place(wire)
        item = self._open.get(place)
        return item if item is not None else self.add(place, {"type": kind, **_IMPLIED.get(kind, {})}, events)

    def content_part(self, item: OpenItem, place: int, block: Object, events: list[Event]) -> None:
        """Begin a content of a message."""
        started = item.begin_content(place, self._next, block)
        if started is not None:
            self._next += 1
            events.append(started)

    def begin_content(self, wire: WireFields, block: Object, events: list[Event]) -> None:
        """Begin what an event announces as a content; that of a reasoning item is no part of its own."""
        opened = self.known(wire, "reasoning" if block.get("type") == "reasoning_text" else "message", events)
        if opened.kind == "message":
            self.content_part(opened, wire.content_index, block or implied("text"), events)

    def done(self, place: int, item: Object, native: msgspec.Raw, events: list[Event]) -> None:
        """End an item as the API tells the whole of it."""
        opened = self._open.get(place)
        if opened is None or opened.kind != text_of(item.get("type")):
            self.add(place, item, events)
        self.end(place, item, native, events)

    def end(self, place: int, item: Object | None, native: msgspec.Raw, events: list[Event]) -> None:
        """End an item; None: with what came of it."""
        ended = self._open.pop(place).end(item, native, self._next)
        for event in ended:
            if isinstance(event, PartEnd):
                self._content[event.index] = event.part
            elif isinstance(event, PartStart):
                self._next += 1
        events += ended

    def text(self, wire: WireFields, words: str, events: list[Event]) -> bool:
        """Take more words."""
        item = self._open.get(wire.output_index) or self.known(wire, "message", events)
        if item.kind != "message":
            return False
        growing = item.parts.get(wire.content_index)
        if growing is None:
            self.content_part(item, wire.content_index, implied("text"), events)
            growing = item.parts[wire.content_index]
        growing.pieces.append(words)
        if wire.logprobs:
            item.logprobs += [value(one) for one in wire.logprobs]
        events.append(TextDelta(index=growing.index, text=words))
        return True

    def refusal(self, wire: WireFields, words: str, events: list[Event]) -> bool:
        """Take more of a refusal."""
        item = self.known(wire, "message", events)
        if item.kind != "message":
            return False
        if wire.content_index not in item.parts:
            self.content_part(item, wire.content_index, implied("refusal"), events)
        growing = item.parts[wire.content_index]
        growing.pieces.append(words)
        events.append(RefusalDelta(index=growing.index, refusal=words))
        return True

    def summary(self, wire: WireFields, words: str, events: list[Event]) -> bool:
        """Take more of a summary of the thinking."""
        return self._think(wire, "summary", wire.summary_index, words, events)

    def thinking(self, wire: WireFields, words: str, events: list[Event]) -> bool:
        """Take more of the thinking itself."""
        return self._think(wire, "content", wire.content_index, words, events)

    def _think(self, wire: WireFields, spelled: str, place: int, words: str, events: list[Event]) -> bool:
        item = self.known(wire, "reasoning", events)
        shown = item.think(spelled, place, words) if item.kind == "reasoning" else None
        if shown is not None:
            events.append(ReasoningDelta(index=item.parts[0].index, reasoning=shown))
        return shown is not None

    def arguments(self, wire: WireFields, words: str, events: list[Event]) -> bool:
        """Take more of a call's arguments."""
        item = self.known(wire, "function_call", events)
        if item.kind not in ("function_call", "custom_tool_call"):
            return False
        events.append(ArgumentsDelta(index=item.parts[0].index, json=item.write(words)))
        return True

    def cite(self, wire: WireFields, note: Object, events: list[Event]) -> bool:
        """Take a citation of words."""
        item = self._open.get(self.place(wire))
        growing = item.parts.get(wire.content_index) if item is not None and item.kind == "message" else None
        if growing is None or not note:
            return False
        growing.notes.append(note)
        events.append(CitationDelta(index=growing.index, citation=citation_of(note, self._origin)))
        return True

    def finish(self, items: list[tuple[Object, msgspec.Raw]], events: list[Event]) -> None:
        """End every item; `items` are those of the whole answer, some of which the stream may never have told."""
        for place, (item, native) in enumerate(items):
            if place in self._open:
                if self._open[place].kind == text_of(item.get("type")):
                    self.end(place, item, native, events)
            elif place not in self.seen and text_of(item.get("id")) not in self._places and len(items) > len(self.seen):
                self.done(place, item, native, events)
        for place in list(self._open):
            self.end(place, None, NO_NATIVE, events)


DELTAS: dict[str, Callable[[Growth, WireFields, str, list[Event]], bool]] = {
    "response.output_text.delta": Growth.text,
    "response.refusal.delta": Growth.refusal,
    "response.reasoning_summary_text.delta": Growth.summary,
    "response.reasoning_text.delta": Growth.thinking,
    "response.function_call_arguments.delta": Growth.arguments,
    "response.custom_tool_call_input.delta": Growth.arguments,
}
