"""The stream of a prediction into our events, whatever the split of its bytes."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.predictions.errors import failed
from llmkit.dialects.predictions.named_events import NamedEvents
from llmkit.dialects.predictions.output import media_part
from llmkit.dialects.predictions.usage import usage_of
from llmkit.errors import LLMKitError
from llmkit.types.events import Event, Finish, PartEnd, PartStart, Start, TextDelta, WireEvent
from llmkit.types.parts import Provenance, Text
from llmkit.types.responses import FinishReason


class PredictionStream:
    """The stream decoder. `output` brings words (or the address of a medium), `error` a failure; only `done` ends it."""

    __slots__ = ("_events", "_index", "_origin", "_started", "_words", "done", "error")

    def __init__(self, origin: Provenance) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._events = NamedEvents()
        self._origin = origin
        self._started = False
        self._words: list[str] | None = None
        self._index = -1

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        events: list[Event] = []
        if self.done or self.error is not None:
            return events
        try:
            for name, text in self._events.feed(data):
                self._take(name, text, events)
                if self.done or self.error is not None:
                    break
        except LLMKitError as failure:
            self.error = failure
        return events

    def close(self) -> list[Event]:
        """Return nothing: an event without its end is cut."""
        return []

    def _take(self, name: str, text: str, events: list[Event]) -> None:
        if not self._started:
            self._started = True
            events.append(Start())
        match name:
            case "output":
                self._output(text, events)
            case "error":
                said = _object(text)
                self.error = failed("failed", said.get("detail", text) if said else text)
            case "done":
                self._finish(_object(text), events)
            case _:
                events.append(WireEvent(kind=name, native=msgspec.Raw(msgspec.json.encode(text))))

    def _output(self, text: str, events: list[Event]) -> None:
        medium = media_part(text, self._origin) if text.startswith(("https://", "data:")) else None
        if medium is not None:
            self._end(events)
            self._index += 1
            events += [PartStart(index=self._index, part=medium), PartEnd(index=self._index, part=medium)]
        elif text:
            if self._words is None:
                self._words = []
                self._index += 1
                events.append(PartStart(index=self._index, part=Text(text="", origin=self._origin)))
            self._words.append(text)
            events.append(TextDelta(index=self._index, text=text))

    def _end(self, events: list[Event]) -> None:
        if self._words is not None:
            events.append(PartEnd(index=self._index, part=Text(text="".join(self._words), origin=self._origin)))
            self._words = None

    def _finish(self, said: dict[str, Any], events: list[Event]) -> None:
        reason = said.get("reason")
        raw = reason if isinstance(reason, str) else ""
        if raw == "error":
            self.error = failed("failed", said.get("detail"))
            return
        self._end(events)
        finish = FinishReason(unified="other" if raw else "stop", raw=raw or "done")
        events.append(Finish(finish=finish, usage=usage_of(said.get("metrics"))))
        self.done = True


def _object(text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text) if text else {}
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
