"""Put tool calls together from the pieces of a stream."""

from __future__ import annotations

from collections.abc import Callable

from llmkit.dialects.openai_chat.calls import CUSTOM, arguments_text, call_of, is_custom, is_whole, legacy_call_of
from llmkit.dialects.openai_chat.growth import grow
from llmkit.dialects.openai_chat.wire import Object, dumps, name_of, object_of, text_of
from llmkit.errors import ProtocolError
from llmkit.types.events import ArgumentsDelta, Event, PartEnd, PartStart
from llmkit.types.parts import InvalidToolCall, Provenance, ToolCall


class CallPieces:
    """The calls of one candidate while they grow.

    A piece goes to the call of its `index`; a new id with a name begins another call even there, since some servers number
    every call 0. Ids may come late, on every piece, or never; a call may come whole.
    """

    def __init__(self, place: Callable[[], int], *, candidate: int, response_id: str, origin: Provenance | None) -> None:
        self._place = place
        self._candidate = candidate
        self._response_id = response_id
        self._origin = origin
        self._open: list[_Open] = []
        self._by_number: dict[int, _Open] = {}
        self._ended = False
        self.count = 0

    def add(self, wire: Object, found: list[Event], *, legacy: bool = False) -> None:
        """Add one piece of a call."""
        call = self._owner(wire, legacy)
        if call is None:
            if (
                self._ended
                and not name_of(wire.get("id"))
                and not text_of(object_of(wire.get("function") or wire.get("custom")).get("name"))
            ):
                raise ProtocolError("A piece of a tool call came behind the end of its call.")
            call = _Open(self._place(), position=self.count, legacy=legacy, custom=is_custom(wire))
            self.count += 1
            self._open.append(call)
        number = wire.get("index")
        if isinstance(number, int):
            self._by_number[number] = call
        call.add(wire, found, self._candidate, self._origin)

    def more(self, number: int, text: str, found: list[Event]) -> bool:
        """Add arguments to the call of that index; tell whether there is one."""
        call = self._by_number.get(number)
        if call is None or call.custom:
            return False
        call.say(text, found)
        return True

    def _owner(self, wire: Object, legacy: bool) -> _Open | None:
        """Return the call that this piece goes on with, None where it begins another."""
        number, name = wire.get("index"), name_of(wire.get("id"))
        same = next((call for call in reversed(self._open) if name and call.id == name and call.legacy == legacy), None)
        call = self._by_number.get(number) if isinstance(number, int) else (same or (self._open[-1] if self._open else None))
        if call is None or call.legacy != legacy:
            return None
        word = text_of(object_of(wire.get("function") or wire.get("custom")).get("name"))
        if name and call.id and name != call.id and word:
            return same
        if word and call.name and not name and call.is_whole() and _arguments(wire).strip():
            return None
        if not isinstance(number, int) and name and not same and word and call.id != name:
            return None
        return call

    def close(self, found: list[Event]) -> None:
        """End every call."""
        for call in self._open:
            if call.custom:
                found.append(ArgumentsDelta(index=call.index, json='"}'))
            found.append(PartEnd(index=call.index, part=call.part(self._response_id, self._origin)))
        self._ended = self._ended or bool(self._open)
        self._open = []
        self._by_number = {}


class _Open:
    def __init__(self, index: int, *, position: int, legacy: bool, custom: bool) -> None:
        self.index = index
        self.position = position
        self.legacy = legacy
        self.custom = custom
        self.id = ""
        self.name = ""
        self._begun = False
        self._wire: Object = {}
        self._pieces: list[str] = []
        self._length = 0

    def add(self, wire: Object, found: list[Event], candidate: int, origin: Provenance | None) -> None:
        self.id = self.id or name_of(wire.get("id")) or ""  # Some servers make up another with every piece.
        key = "custom" if self.custom else "function"
        inner = dict(object_of(wire.get(key)))
        piece = text_of(inner.pop("input", None)) if self.custom else arguments_text(inner)
        inner.pop("arguments", None)
        self._rename(text_of(inner.pop("name", None)))
        grow(self._wire, {**{name: value for name, value in wire.items() if name not in (key, "index", "id")}, key: inner})
        if not self._begun:
            self._begun = True
            options = CUSTOM if self.custom else {}
            found.append(
                PartStart(index=self.index, part=ToolCall(id=self.id, name=self.name, origin=origin, options=options), candidate=candidate)
            )
            if self.custom:
                found.append(ArgumentsDelta(index=self.index, json='{"input":"'))
        if piece:
            self.say(piece, found)

    def say(self, piece: str, found: list[Event]) -> None:
        """Add a piece of the arguments. Some servers say the whole of them again at the end."""
        if len(piece) == self._length and piece == self._text() and self.is_whole():
            return
        self._pieces.append(piece)
        self._length += len(piece)
        found.append(ArgumentsDelta(index=self.index, json=dumps(piece)[1:-1] if self.custom else piece))

    def _rename(self, word: str) -> None:
        """Names come whole, again and again, or in pieces."""
        if word and word != self.name:
            self.name = self.name + word if not self._pieces else self.name or word

    def _text(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    def is_whole(self) -> bool:
        """Tell whether the arguments so far are a JSON object."""
        return is_whole(self._text())

    def part(self, response_id: str, origin: Provenance | None) -> ToolCall | InvalidToolCall:
        text = self._text()
        key, argument = ("custom", "input") if self.custom else ("function", "arguments")
        inner = {"name": self.name, argument: text, **object_of(self._wire.get(key))}
        if self.legacy:
            return legacy_call_of(inner, response_id=response_id, origin=origin)
        wire = {"id": self.id, **self._wire, key: inner}
        return call_of(wire, position=self.position, response_id=response_id, origin=origin)


def _arguments(wire: Object) -> str:
    return text_of(object_of(wire.get("custom")).get("input")) or arguments_text(object_of(wire.get("function")))
