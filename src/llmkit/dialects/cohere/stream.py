"""From the bytes of a stream to events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.dialects.cohere.answer import MESSAGE_FIELDS, finish_of, logprobs_of, usage_of
from llmkit.dialects.cohere.citations import citations_of, place_of
from llmkit.dialects.cohere.errors import failure_of
from llmkit.dialects.cohere.messages import PLAN
from llmkit.dialects.cohere.open_parts import OpenBlock, OpenCall, OpenPlan
from llmkit.dialects.cohere.wire import ordinary
from llmkit.dialects.framed_decoder import FramedDecoder
from llmkit.dialects.openai_chat.wire import Object, is_object, list_of, loads, name_of, object_of, objects_of, raw, text_of, told
from llmkit.errors import ProtocolError
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.events import CitationDelta, Event, Finish, LogprobsDelta, PartEnd, PartStart, Start, WireEvent
from llmkit.types.parts import Citation, Part, Provenance, Reasoning

_DONE = b"[DONE]"
_KNOWN = frozenset({"finish_reason", "usage", "error"})


def decoder(*, origin: Provenance) -> Decoder:
    """Return a fresh stream decoder."""
    return Decoder(origin)


class Decoder(FramedDecoder):
    """A stream in any split of its bytes; `message-end` ends it."""

    __slots__ = (
        "_answer",
        "_blocks",
        "_call",
        "_call_number",
        "_calls",
        "_id",
        "_loose",
        "_next",
        "_origin",
        "_plan",
        "_texts",
    )

    def __init__(self, origin: Provenance) -> None:
        super().__init__(ServerSentEvents())
        self._origin = origin
        self._id = ""
        self._next = 0
        self._blocks: dict[int, OpenBlock] = {}
        self._texts: dict[int, OpenBlock] = {}
        self._plan: OpenPlan | None = None
        self._call: OpenCall | None = None
        self._call_number = 0
        self._calls = 0
        self._loose: list[Citation] = []
        self._answer: Object = {}

    def _take(self, payload: bytes, found: list[Event]) -> None:
        try:
            piece = ordinary(payload)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            self._unordinary(payload, found)
        else:
            words = piece.delta.message.content
            self._say(piece.index, {"text": words.text} if words.text else {"thinking": words.thinking}, found)

    def _unordinary(self, payload: bytes, found: list[Event]) -> None:
        if payload.strip() == _DONE:
            self.error = ProtocolError("The stream ended without an end of the answer.")
            return
        try:
            wire: Any = loads(payload)
        except ValueError:
            if not self._closing:  # Else it was cut in the middle.
                self.error = ProtocolError("The stream holds an event that is not JSON.")
            return
        if not is_object(wire):
            found.append(WireEvent(kind=type(wire).__name__, native=raw(wire)))
            return
        kind = text_of(wire.get("type"))
        if not kind and text_of(wire.get("message")):
            self.error = failure_of(wire)
            return
        read = _READERS.get(kind)
        if read is None:
            found.append(WireEvent(kind=kind, native=raw(wire)))
        else:
            read(self, wire, found)

    def _start(self, wire: Object, found: list[Event]) -> None:
        if not self._started:
            self._started = True
            self._id = name_of(wire.get("id")) or ""
            found.append(Start(id=self._id or None, model=text_of(wire.get("model"))))
            self._answer.update(told(_message(wire), MESSAGE_FIELDS))

    def _content_start(self, wire: Object, found: list[Event]) -> None:
        self._start({}, found)
        number = _number(wire)
        self._end_block(number, found)
        content = object_of(_message(wire).get("content"))
        block = self._blocks[number] = OpenBlock(content, self._origin)
        if block.kind == "text":
            self._texts[number] = block
        words = {key: value for key, value in content.items() if key in ("text", "thinking") and isinstance(value, str)}
        self._say(number, words, found)

    def _content_delta(self, wire: Object, found: list[Event]) -> None:
        logprobs = logprobs_of(wire.get("logprobs"))
        if logprobs:
            found.append(LogprobsDelta(logprobs=logprobs))
        self._say(_number(wire), object_of(_message(wire).get("content")), found)

    def _say(self, number: int, piece: Object, found: list[Event]) -> None:
        block = self._blocks.get(number)
        if block is None:
            self._start({}, found)
            block = self._blocks[number] = OpenBlock({"type": "thinking" if "thinking" in piece else "text"}, self._origin)
            if block.kind == "text":
                self._texts[number] = block
        words = block.add(piece)
        if words:
            if block.index < 0:
                found.append(block.begin(self._place()))
            found.append(block.said(words))

    def _content_end(self, wire: Object, found: list[Event]) -> None:
        self._end_block(_number(wire), found)

    def _end_block(self, number: int, found: list[Event]) -> None:
        block = self._blocks.pop(number, None)
        part = block.part() if block is not None else None
        if block is None or part is None:
            return
        if block.index < 0:
            self._whole(part, found, block)
        else:
            found.append(PartEnd(index=block.index, part=part))

    def _whole(self, part: Part, found: list[Event], block: OpenBlock | None = None) -> None:
        index = self._place()
        if block is not None:
            block.index = index
        found += [PartStart(index=index, part=part), PartEnd(index=index, part=part)]

    def _plan_delta(self, wire: Object, found: list[Event]) -> None:
        words = text_of(_message(wire).get(PLAN))
        if not words:
            return
        self._start({}, found)
        if self._plan is None:
            self._plan = OpenPlan(self._place(), self._origin)
            found.append(PartStart(index=self._plan.index, part=Reasoning(origin=self._origin)))
        found.append(self._plan.add(words))

    def _call_start(self, wire: Object, found: list[Event]) -> None:
        self._start({}, found)
        self._end_call({}, found)
        self._end_plan(found)
        self._call_number = _number(wire)
        for call in _calls(wire):
            self._end_call({}, found)
            self._call = OpenCall(self._place(), call, position=self._calls, origin=self._origin)
            self._calls += 1
            found += self._call.begin()

    def _call_delta(self, wire: Object, found: list[Event]) -> None:
        if _number(wire) != self._call_number and self._call is not None:
            self.error = ProtocolError("A piece of a tool call came behind the end of its call.")
            return
        for call in _calls(wire):
            words = text_of(object_of(call.get("function")).get("arguments"))
            if words and self._call is not None:
                found.append(self._call.add(words))

    def _end_call(self, wire: Object, found: list[Event]) -> None:
        if self._call is not None:
            found.append(self._call.end(self._id))
            self._call = None

    def _end_plan(self, found: list[Event]) -> None:
        if self._plan is not None:
            found.append(self._plan.end())
            self._plan = None

    def _cite(self, wire: Object, found: list[Event]) -> None:
        """Add a citation to the text it is about, which may have ended."""
        said = _message(wire).get("citations")
        for item in [said] if isinstance(said, dict) else objects_of(said):
            block = self._cited(place_of(item))
            citations = citations_of(item, origin=self._origin)
            if block is None or block.index < 0:
                self._loose += citations
                continue
            block.cite(citations)
            found += [CitationDelta(index=block.index, citation=citation) for citation in citations]

    def _cited(self, number: int | None) -> OpenBlock | None:
        """Return the text that a citation is about; below 0 stands for the first."""
        if number is None:
            return None
        return next(iter(self._texts.values()), None) if number < 0 else self._texts.get(number)

    def _end(self, wire: Object, found: list[Event]) -> None:
        delta = object_of(wire.get("delta"))
        self._start({}, found)
        for number in list(self._blocks):
            self._end_block(number, found)
        self._end_plan(found)
        self._end_call({}, found)
        for citation in self._loose:
            self._whole(citation, found)
        if text_of(delta.get("error")):
            self.error = failure_of(delta)
            return
        extra = told(delta, _KNOWN)
        if self._answer:
            extra["message"] = self._answer
        finish = finish_of(delta.get("finish_reason"), calls=self._calls > 0)
        found.append(Finish(finish=finish, usage=usage_of(delta.get("usage")), extra=extra))
        self.done = True

    def _nothing(self, wire: Object, found: list[Event]) -> None:
        """An event that says nothing of its own."""

    def _place(self) -> int:
        """Return the index of the next part."""
        place, self._next = self._next, self._next + 1
        return place


_READERS: dict[str, Callable[[Decoder, Object, list[Event]], None]] = {
    "message-start": Decoder._start,
    "content-start": Decoder._content_start,
    "content-delta": Decoder._content_delta,
    "content-end": Decoder._content_end,
    "tool-plan-delta": Decoder._plan_delta,
    "tool-call-start": Decoder._call_start,
    "tool-call-delta": Decoder._call_delta,
    "tool-call-end": Decoder._end_call,
    "citation-start": Decoder._cite,
    "citation-end": Decoder._nothing,
    "message-end": Decoder._end,
}


def _message(wire: Object) -> Object:
    return object_of(object_of(wire.get("delta")).get("message"))


def _calls(wire: Object) -> list[Object]:
    said = _message(wire).get("tool_calls")
    return [said] if isinstance(said, dict) else [item for item in list_of(said) if isinstance(item, dict)]


def _number(wire: Object) -> int:
    number = wire.get("index")
    return number if isinstance(number, int) else 0
