"""Render a stream as the events of a response."""

from __future__ import annotations

import msgspec

from llmkit.dialects.openai_chat.wire import Object
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.serving.losses import Losses
from llmkit.serving.openai_responses.answer_body import custom_tools, logprobs_wire, request_fields, tells_end
from llmkit.serving.openai_responses.failure import error_event
from llmkit.serving.openai_responses.frames import Frames
from llmkit.serving.openai_responses.open_output import Told
from llmkit.serving.openai_responses.outputs import Outputs
from llmkit.serving.openai_responses.response import head, whole
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Event,
    Finish,
    LogprobsDelta,
    MediaDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    RefusalDelta,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.parts import Part
from llmkit.types.requests import CompletionRequest
from llmkit.types.warnings import Warning

_REPEATED = frozenset({"response.created", "response.in_progress", "response.queued"})
_ENDS = {"completed": "response.completed", "failed": "response.failed"}


def renderer(*, request: CompletionRequest | None = None) -> ResponseEvents:
    """Return a fresh renderer."""
    return ResponseEvents(request)


class ResponseEvents:
    """Writes each event as soon as it is said; the last one repeats the whole answer."""

    def __init__(self, request: CompletionRequest | None = None) -> None:
        self._request = request
        self._losses = Losses()
        self._frames = Frames()
        self._outputs = Outputs(self._frames, self._losses, custom_tools(request))
        self._head: Object | None = None
        self._parts: dict[int, Told] = {}
        self._finish: Finish | None = None
        self._own: bool | None = None
        self._over = False

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what was lost so far."""
        return tuple(self._losses.warnings)

    def feed(self, event: Event, /) -> bytes:
        """Return the events that `event` comes to."""
        if self._finish is not None or self._over:
            return b""
        self._begin(event if isinstance(event, Start) else Start())
        match event:
            case PartStart():
                self._start(event)
            case TextDelta() | ReasoningDelta() | RefusalDelta() | ArgumentsDelta():
                self._delta(event)
            case PartEnd():
                told = self._parts.pop(event.index, None)
                if told is not None:
                    self._learn(event.part)
                    self._outputs.end(told, event.part)
            case LogprobsDelta() if event.candidate == 0:
                self._outputs.logprobs += logprobs_wire(event.logprobs)
            case WireEvent():
                self._wire(event)
            case Finish():
                self._end(event)
            case Start() | CitationDelta() | MediaDelta() | LogprobsDelta():
                pass  # The part's end has them all.
        return self._frames.take()

    def fail(self, error: LLMKitError, /) -> bytes:
        """Return the error as an event; nothing follows it."""
        self._over = True
        self._frames.put(error_event(error, self._frames.number))
        return self._frames.take()

    def close(self) -> bytes:
        """Return the event with the whole answer. Raises `ProtocolError` when the answer is not complete."""
        if self._finish is None or self._head is None or self._over:
            raise ProtocolError("The stream ended before the answer was complete.")
        self._over = True
        answer = whole(self._head, self._finish, [output.item for output in self._outputs.all], own=bool(self._own))
        self._frames.add(_ENDS.get(answer.get("status", "completed"), "response.incomplete"), response=answer)
        return self._frames.take()

    def _begin(self, event: Start) -> None:
        if self._head is not None:
            return
        self._head = head(event.id, event.created, event.model, request_fields(self._request))
        self._outputs.response = self._head["id"]
        for kind in ("response.created", "response.in_progress"):
            self._frames.add(kind, response=self._head)

    def _learn(self, part: Part) -> None:
        """Learn from the first part that tells whether this format made the answer."""
        if self._own is None and part.origin is not None:
            self._own = self._outputs.is_own(part)

    def _start(self, event: PartStart) -> None:
        if event.candidate:
            self._losses.add("dropped", "candidates", "there is one answer to a request")
            return
        self._learn(event.part)
        told = self._parts[event.index] = Told(event.part, 0)
        self._outputs.begin(told)

    def _delta(self, event: TextDelta | ReasoningDelta | RefusalDelta | ArgumentsDelta) -> None:
        told = self._parts.get(event.index)
        if told is None:
            return
        match event:
            case TextDelta():
                self._outputs.more(told, event.text)
            case ReasoningDelta():
                self._outputs.more(told, event.reasoning)
            case RefusalDelta():
                self._outputs.more(told, event.refusal)
            case ArgumentsDelta():
                self._outputs.more(told, event.json)

    def _wire(self, event: WireEvent) -> None:
        """Pass on an event of this format about an item that was begun; those of the whole response are ours to write."""
        if event.kind in _REPEATED or not event.kind.startswith("response.") or not event.native:
            return
        fields: Object = msgspec.json.decode(event.native)
        output = self._outputs.named(fields)
        if output is not None:
            self._frames.put({**fields, "output_index": output.place})

    def _end(self, event: Finish) -> None:
        for told in self._parts.values():
            self._outputs.cut(told)
        self._parts.clear()
        self._outputs.close_all()
        if self._own is None:
            self._own = tells_end(event.extra)
        self._finish = event
