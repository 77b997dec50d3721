"""A stream of an interaction into our events, whatever the split of its bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.accumulate import unfold
from llmkit.dialects.gemini.decode import created_of
from llmkit.dialects.gemini.wire import is_given, object_of, read_any
from llmkit.dialects.gemini_interactions import wire
from llmkit.dialects.gemini_interactions.decode import extra_of, failure_of, response_of
from llmkit.dialects.gemini_interactions.errors import answered_error
from llmkit.dialects.gemini_interactions.finish import finish_of
from llmkit.dialects.gemini_interactions.follow import resume_path
from llmkit.dialects.gemini_interactions.open_step import OpenStep
from llmkit.dialects.gemini_interactions.usage import usage_of
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.events import Event, Finish, Start, WireEvent
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Part, Provenance

MAX_EVENT = 28 << 20
"""Pictures and films come whole inside one event, as base64."""
_KINDS = {
    # The names of the preview of the API, up to May 2026.
    "content.delta": "step.delta",
    "content.start": "step.start",
    "content.stop": "step.stop",
    "interaction.complete": "interaction.completed",
    "interaction.start": "interaction.created",
}


class InteractionStream:
    """The stream decoder. Only `interaction.completed` ends a stream; whatever has no event here is kept as a `WireEvent`."""

    __slots__ = (
        "_event_id",
        "_failed",
        "_frames",
        "_id",
        "_indices",
        "_open",
        "_origin",
        "_parts",
        "_seen",
        "_started",
        "_usage",
        "done",
        "error",
    )

    def __init__(self, origin: Provenance) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._frames = ServerSentEvents(max_event=MAX_EVENT, max_line=MAX_EVENT)
        self._origin = origin
        self._open: dict[int, OpenStep] = {}
        self._parts: list[Part] = []
        self._indices = 0
        self._started = False
        self._seen = False
        self._failed = False
        self._event_id: str | None = None
        self._id: str | None = None
        self._usage: msgspec.Raw = NO_NATIVE

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        self._seen = self._seen or bool(data)
        return self._read(lambda: self._frames.feed(data))

    def close(self) -> list[Event]:
        """Return what is left at the end of the bytes."""
        events = self._read(self._frames.close)
        if not self.done and self.error is None:
            if self._failed:
                self.error = answered_error({"message": "The interaction failed.", "code": "internal"})
            elif self._seen and not self._started:
                self.error = ProtocolError("The stream held no event of an interaction.")
        return events

    def resume(self) -> str | None:
        """Return the path that goes on after a cut, None where the interaction has no id; the bytes from there are fed to this decoder."""
        if self._id is None or self.done:
            return None
        self._frames = ServerSentEvents(max_event=MAX_EVENT, max_line=MAX_EVENT)
        self.error = None
        return resume_path(self._id, stream=True, after=self._event_id)

    def _read(self, cut: Callable[[], list[bytes]]) -> list[Event]:
        events: list[Event] = []
        if self.done or self.error is not None:
            return events
        try:
            for payload in cut():
                self._take(payload, events)
                if self.done or self.error is not None:
                    break
        except LLMKitError as failure:
            self.error = failure
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.error = ProtocolError("An event of the stream is not the JSON that was promised.")
        return events

    def _take(self, payload: bytes, events: list[Event]) -> None:
        if payload.strip() == b"[DONE]":
            return
        event = wire.read_event(payload)
        kind = _KINDS.get(event.event_type, event.event_type)
        self._event_id = event.event_id or self._event_id
        self._count(event)
        match kind:
            case "step.delta" if event.index in self._open:
                self._delta(event, payload, events)
            case "step.start":
                self._begin(event, events)
            case "step.stop" if event.index in self._open:
                self._end(event.index, events)
            case "interaction.created":
                self._start(event, events)
            case "interaction.completed":
                self._finish(event, events)
            case "error":
                self.error = answered_error(read_any(event.error) if is_given(event.error) else {"message": "The stream failed."})
            case _:
                if not event.event_type and is_given(event.error):
                    self.error = answered_error(read_any(event.error))
                    return
                self._failed = self._failed or (kind == "interaction.status_update" and event.status == "failed")
                events.append(WireEvent(kind=event.event_type, native=msgspec.Raw(payload)))

    def _count(self, event: wire.WireEvent) -> None:
        """Note the usage so far, which any event may carry."""
        if event.metadata:
            metadata = object_of(event.metadata)
            so_far = metadata.get("total_usage") or metadata.get("usage")
            if isinstance(so_far, dict):
                self._usage = msgspec.Raw(msgspec.json.encode(so_far))
        elif is_given(event.usage):
            self._usage = event.usage

    def _start(self, event: wire.WireEvent, events: list[Event]) -> None:
        if self._started:
            return
        self._started = True
        begun = wire.read_interaction(event.interaction or b"{}")
        self._id = begun.id
        events.append(Start(id=begun.id, model=begun.model or "", created=created_of(begun.created)))

    def _begin(self, event: wire.WireEvent, events: list[Event]) -> None:
        if event.index in self._open:
            self._end(event.index, events)
        step: dict[str, Any] = object_of(event.step or event.content)
        opened = self._open[event.index] = OpenStep(step, self._origin, self._index)
        opened.begin(step.get("content"), events)

    def _delta(self, event: wire.WireEvent, payload: bytes, events: list[Event]) -> None:
        step = self._open[event.index]
        delta = wire.read_delta(event.delta) if event.delta else wire.WireDelta()
        if delta.type == "text" and isinstance(delta.text, str) and step.kind in ("model_output", "text"):
            step.text(delta.text, events)
        elif not step.add(object_of(event.delta), events):
            events.append(WireEvent(kind=f"{event.event_type}.{delta.type}", native=msgspec.Raw(payload)))

    def _end(self, number: int, events: list[Event]) -> None:
        step = self._open.pop(number)
        step.end(events)
        self._parts += step.parts

    def _index(self) -> int:
        index = self._indices
        self._indices += 1
        return index

    def _finish(self, event: wire.WireEvent, events: list[Event]) -> None:
        raw = event.interaction or msgspec.Raw(b"{}")
        whole = wire.read_interaction(raw)
        if is_given(whole.usage):
            self._usage = whole.usage
        for number in sorted(self._open):
            self._end(number, events)
        if whole.status == "failed" and not self._parts:
            self.error = failure_of(whole)
            return
        if not self._started:
            self._start(event, events)
        if not self._parts and whole.steps:  # all of it comes with the end
            answer = response_of(whole, raw, self._origin)
            self._parts += answer.content
            events += unfold(answer)[1:-1]
        extra = extra_of(raw)
        if self._event_id is not None:
            extra["event_id"] = self._event_id
        events.append(
            Finish(
                finish=finish_of(whole.status, self._parts),
                usage=usage_of(self._usage) if self._usage else None,
                service_tier=whole.service_tier,
                extra=extra,
            )
        )
        self.done = True
