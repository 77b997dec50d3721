"""A stream of server-sent events into our events, whatever the split of its bytes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from llmkit.dialects.openai_chat.wire import Object, dumps, loads, name_of, object_of, text_of
from llmkit.dialects.openai_responses.decode import Fields, created_of, fields_of, finish_event, item_of, read
from llmkit.dialects.openai_responses.errors import failure_of
from llmkit.dialects.openai_responses.growth import DELTAS, Growth, WireFields, value
from llmkit.dialects.openai_responses.resume import resume_path
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.events import Event, Start, WireEvent
from llmkit.types.parts import Provenance

MAX_EVENT = 28 << 20
"""Pictures travel inside events, and the last event repeats the whole answer."""


_wire: Callable[[bytes], WireFields] = msgspec.json.Decoder(WireFields).decode
_TERMINAL = frozenset({"response.completed", "response.incomplete", "response.cancelled"})
_FAILURES = frozenset({"response.failed", "error"})
_PINGS = frozenset({"keepalive", "ping"})


class ResponseStream:
    """The stream decoder. `id` and `sequence_number` say which response it reads and how far: what it takes to go on after a cut."""

    __slots__ = ("_counted", "_frames", "_growth", "_started", "done", "error", "id", "sequence_number")

    def __init__(self, origin: Provenance) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self.id: str | None = None
        self.sequence_number: int | None = None
        self._counted = 0
        self._frames = ServerSentEvents(max_event=MAX_EVENT, max_line=MAX_EVENT)
        self._growth = Growth(origin)
        self._started = False

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        return self._read(lambda: self._frames.feed(data))

    def close(self) -> list[Event]:
        """Return what is left at the end of the bytes. Only an event with the whole response completes a stream."""
        return self._read(self._frames.close)

    def resume(self) -> str | None:
        """Return the path that goes on after a cut, None where the response has no id; the bytes from there are fed to this decoder."""
        if self.id is None or self.done:
            return None
        self._frames = ServerSentEvents(max_event=MAX_EVENT, max_line=MAX_EVENT)
        self.error = None
        return resume_path(self.id, stream=True, after=None if self.sequence_number is None else str(self.sequence_number))

    def _read(self, cut: Callable[[], list[bytes]]) -> list[Event]:
        events: list[Event] = []
        if self._over():
            return events
        try:
            for payload in cut():
                self._take(payload, events)
                if self._over():
                    break
        except LLMKitError as failure:
            self.error = failure
        except (msgspec.MsgspecError, ValueError, RecursionError):
            self.error = ProtocolError("An event of the stream is not the JSON that was promised.")
        return events

    def _over(self) -> bool:
        return self.done or self.error is not None

    def _take(self, payload: bytes, events: list[Event]) -> None:
        try:
            wire = _wire(payload)
        except (msgspec.MsgspecError, UnicodeError):
            return self._odd(payload, events)
        if wire.sequence_number is not None and wire.type not in _FAILURES and self._repeated(wire.sequence_number):
            return None
        return self._read_event(wire, payload, events)

    def _repeated(self, number: int) -> bool:
        """Tell whether an event came before. Raises `ProtocolError` where events are missing: `resume` goes on before them.

        A server that has not shown that it counts is not taken at its word.
        """
        last, counts = self.sequence_number, self._counted > 2
        if last is not None and counts and number > last + 1:
            raise ProtocolError(f"Events of the stream are missing: {number} came after {last}.")
        if last is not None and number == last + 1:
            self._counted += 1
        self.sequence_number = number
        return number == last and counts

    def _read_event(self, wire: WireFields, payload: bytes, events: list[Event]) -> None:
        grow = DELTAS.get(wire.type)
        if grow is None:
            self._event(wire, payload, events)
        elif wire.delta:
            if not self._started:
                self._start({}, events)
            if not grow(self._growth, wire, wire.delta, events):
                self._keep(wire.type, payload, events)

    def _odd(self, payload: bytes, events: list[Event]) -> None:
        """Read an event whose fields are of other types than documented. Raises `ValueError` for what is no JSON."""
        if payload.strip() == b"[DONE]":
            return
        found = loads(payload)
        if not isinstance(found, dict):
            raise ProtocolError("An event of the stream is not an object.")
        sound = {name: value for name, value in found.items() if name in WireFields.__struct_fields__}
        try:
            wire = msgspec.convert(sound, WireFields)
        except msgspec.ValidationError:
            if text_of(found.get("type")) in DELTAS and found.get("delta") is not None:
                raise ProtocolError("A piece of the answer is not what was promised.") from None
            self._keep(text_of(found.get("type")), dumps(found).encode(), events)
            return
        self._read_event(wire, dumps(found).encode(), events)

    def _event(self, wire: WireFields, payload: bytes, events: list[Event]) -> None:
        match wire.type:
            case "response.output_item.added":
                item, _ = self._item(fields_of(payload), events)
                self._growth.add(self._growth.place(wire, item), item, events)
            case "response.output_item.done":
                item, native = self._item(fields_of(payload), events)
                self._growth.done(self._growth.place(wire, item), item, native, events)
            case "response.content_part.added":
                self._start({}, events)
                self._growth.begin_content(wire, object_of(value(fields_of(payload).get("part", b"null"))), events)
            case "response.output_text.annotation.added":
                if not self._growth.cite(wire, object_of(value(fields_of(payload).get("annotation", b"null"))), events):
                    self._keep(wire.type, payload, events)
            case "response.created":
                self._start(object_of(value(fields_of(payload).get("response", b"null"))), events)
            case kind if kind in _FAILURES:
                self.error = failure_of(_failed(fields_of(payload)))
            case kind if kind in _TERMINAL:
                self._finish(fields_of(payload).get("response", msgspec.Raw(b"{}")), events)
            case kind if kind in _PINGS or kind in _REPEATS:
                pass
            case kind:
                self._keep(kind, payload, events)

    def _keep(self, kind: str, payload: bytes, events: list[Event]) -> None:
        fields = fields_of(payload)
        if not kind and "error" in fields:
            self.error = failure_of(_failed(fields))
            return
        if "response" in fields and not self._started:
            self._start(object_of(value(fields["response"])), events)
        events.append(WireEvent(kind=kind, native=msgspec.Raw(payload)))

    def _item(self, fields: Fields, events: list[Event]) -> tuple[Object, msgspec.Raw]:
        self._start({}, events)
        native = fields.get("item", msgspec.Raw(b"{}"))
        return item_of(native), native

    def _start(self, response: Object, events: list[Event]) -> None:
        self.id = self.id or name_of(response.get("id"))
        if not self._started:
            self._started = True
            events.append(Start(id=self.id, model=text_of(response.get("model")), created=created_of(response)))

    def _finish(self, native: msgspec.Raw, events: list[Event]) -> None:
        response, items = read(native)
        self._start(response, events)
        self._growth.finish(items, events)
        events.append(finish_event(response, self._growth.content))
        self.done = True


_REPEATS = frozenset(
    {
        "response.content_part.done",
        "response.output_text.done",
        "response.refusal.done",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_part.done",
        "response.reasoning_summary_text.done",
        "response.reasoning_part.added",
        "response.reasoning_part.done",
        "response.reasoning_text.done",
        "response.function_call_arguments.done",
        "response.custom_tool_call_input.done",
    }
)
"""Events whose whole content other events tell as well."""


def _failed(fields: Fields) -> Object:
    response = object_of(value(fields["response"])) if "response" in fields else {}
    return response or {name: value(found) for name, found in fields.items()}


def decoder(*, origin: Provenance) -> ResponseStream:
    """Return a fresh stream decoder."""
    return ResponseStream(origin)
