"""From the bytes of a stream to events: one JSON object a line, the last one `done`."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.framed_decoder import FramedDecoder
from llmkit.dialects.ollama.answer import calls_in, extra_of, finish_of, images_in, logprobs_in, moment_of, usage_of
from llmkit.dialects.openai_chat.errors import error_of
from llmkit.dialects.openai_chat.wire import Object, is_object, loads, object_of, raw, text_of
from llmkit.errors import ProtocolError
from llmkit.framing.ndjson import JsonLines
from llmkit.types.events import (
    ArgumentsDelta,
    Event,
    Finish,
    LogprobsDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.parts import Part, Provenance, Reasoning, Text, ToolCall

MAX_LINE = 16 << 20
"""Pictures come whole, inside one line."""


class _Message(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    content: str = ""
    role: str = ""
    thinking: str = ""


class _Line(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An ordinary line. Anything unordinary fails to decode here and is read by `loads`."""

    message: _Message
    done: bool
    model: str = ""
    created_at: str = ""


_ordinary = msgspec.json.Decoder(_Line).decode


def decoder(*, origin: Provenance) -> Decoder:
    """Return a fresh stream decoder."""
    return Decoder(origin)


class Decoder(FramedDecoder):
    """A stream in any split of its bytes."""

    __slots__ = (
        "_beside",
        "_calls",
        "_extra",
        "_index",
        "_kind",
        "_next",
        "_origin",
        "_said",
    )

    def __init__(self, origin: Provenance) -> None:
        super().__init__(JsonLines(max_line=MAX_LINE))
        self._origin = origin
        self._next = 0
        self._kind: type[Text] | type[Reasoning] | None = None
        self._index = 0
        self._said: list[str] = []
        self._calls = 0
        self._extra: Object = {}
        self._beside: Object = {}

    def _take(self, line: bytes, found: list[Event]) -> None:
        try:
            piece = _ordinary(line)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            self._unordinary(line, found)
        else:
            if piece.done or not self._started:
                self._unordinary(line, found)
            else:
                self._say(piece.message.thinking, piece.message.content, found)

    def _unordinary(self, line: bytes, found: list[Event]) -> None:
        try:
            wire: Any = loads(line)
        except ValueError:
            if not self._closing:  # Else it was cut in the middle.
                self.error = ProtocolError("The stream holds a line that is not JSON.")
            return
        if not is_object(wire):
            found.append(WireEvent(kind=type(wire).__name__, native=raw(wire)))
        elif wire.get("error"):
            self.error = error_of(wire["error"], wire)
        elif not isinstance(wire.get("message"), dict) and wire.get("done") is not True:
            found.append(WireEvent(kind=text_of(wire.get("status")) or "line", native=raw(wire)))
        else:
            self._object(wire, found)

    def _object(self, wire: Object, found: list[Event]) -> None:
        if not self._started:
            self._started = True
            found.append(Start(model=text_of(wire.get("model")), created=moment_of(wire)))
        message = object_of(wire.get("message"))
        self._say(text_of(message.get("thinking")), text_of(message.get("content")), found)
        logprobs = logprobs_in(wire)
        if logprobs:
            found.append(LogprobsDelta(logprobs=logprobs))
        for image in images_in(message, self._origin):
            self._whole(image, found)
        for call in calls_in(wire, self._calls, self._origin):
            self._calls += 1
            self._whole(call, found)
        more = extra_of(wire, message)
        self._beside.update(more.pop("message", {}))
        self._extra.update(more)
        if wire.get("done") is True:
            self._finish(wire, found)

    def _say(self, thinking: str, content: str, found: list[Event]) -> None:
        if thinking:
            if self._kind is not Reasoning:
                self._begin(Reasoning(origin=self._origin), found)
            self._said.append(thinking)
            found.append(ReasoningDelta(index=self._index, reasoning=thinking))
        if content:
            if self._kind is not Text:
                self._begin(Text(text="", origin=self._origin), found)
            self._said.append(content)
            found.append(TextDelta(index=self._index, text=content))

    def _begin(self, part: Text | Reasoning, found: list[Event]) -> None:
        self._end(found)
        self._kind, self._index, self._said = type(part), self._place(), []
        found.append(PartStart(index=self._index, part=part))

    def _end(self, found: list[Event]) -> None:
        if self._kind is not None:
            found.append(PartEnd(index=self._index, part=self._kind(text="".join(self._said), origin=self._origin)))
            self._kind = None

    def _whole(self, part: Part, found: list[Event]) -> None:
        """Tell a part that comes in one piece."""
        self._end(found)
        index = self._place()
        if isinstance(part, ToolCall):
            found.append(PartStart(index=index, part=ToolCall(id=part.id, name=part.name, origin=self._origin)))
            found.append(ArgumentsDelta(index=index, json=part.json))
        else:
            found.append(PartStart(index=index, part=part))
        found.append(PartEnd(index=index, part=part))

    def _place(self) -> int:
        """Return the index of the next part."""
        place, self._next = self._next, self._next + 1
        return place

    def _finish(self, wire: Object, found: list[Event]) -> None:
        self._end(found)
        extra = {**self._extra, "message": self._beside} if self._beside else self._extra
        found.append(Finish(finish=finish_of(wire, calls=self._calls > 0), usage=usage_of(wire), extra=extra))
        self.done = True
