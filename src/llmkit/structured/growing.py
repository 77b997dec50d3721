"""The answer's value as it grows in a stream, whichever way it was asked for."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.structured.output_type import OutputType
from llmkit.structured.partial import NOTHING, PartialJson
from llmkit.types.events import ArgumentsDelta, Event, PartEnd, PartStart, TextDelta
from llmkit.types.parts import InvalidToolCall, Text, ToolCall


class GrowingAnswer:
    """Takes events; `value` is what the text, or the arguments of the tool `tool`, say so far.

    Words before the first bracket are passed over, as they are when the whole answer is read.
    """

    def __init__(self, kind: OutputType[Any], tool: str) -> None:
        self._kind = kind
        self._tool = tool
        self._text = PartialJson()
        self._arguments = PartialJson()
        self._begun = False
        self._call: int | None = None
        self._called = False
        self._owners: set[int] = set()

    def take(self, event: Event) -> bool:
        """Take an event; tell whether `value` grew."""
        match event:
            case TextDelta(index=index, text=text):
                return index in self._owners and self._words(text)
            case ArgumentsDelta(index=index, json=json):
                return index == self._call and self._json(json)
            case PartStart(part=part, candidate=0):
                return self._start(event.index, part)
            case PartEnd(index=index, part=ToolCall() | InvalidToolCall() as part) if index == self._call and not self._called:
                return self._json(_spelling(part))  # a call that came whole
            case _:
                return False

    @property
    def value(self) -> Any:
        """Return a copy of what is there, without the wrapping of answers that are no objects; `NOTHING` before it begins."""
        value = self._arguments.value if self._call is not None else self._text.value
        if not self._kind.wrapped or not isinstance(value, dict):
            return value
        return self._kind.unwrapped(value) if value else NOTHING

    def _start(self, index: int, part: Any) -> bool:
        if isinstance(part, Text):
            self._owners.add(index)
            return self._words(part.text)
        if isinstance(part, ToolCall | InvalidToolCall) and part.name == self._tool and self._call is None:
            self._call = index
            return bool(part.json) and self._json(part.json)
        return False

    def _words(self, text: str) -> bool:
        if not self._begun:
            starts = [place for place in (text.find("{"), text.find("[")) if place >= 0]
            if not starts:
                return False
            self._begun, text = True, text[min(starts) :]
        return self._text.feed(text)

    def _json(self, text: str) -> bool:
        self._called = True
        return self._arguments.feed(text)


def _spelling(part: ToolCall | InvalidToolCall) -> str:
    return part.json or (msgspec.json.encode(part.arguments).decode() if isinstance(part, ToolCall) else "")
