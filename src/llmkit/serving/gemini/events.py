"""Render a stream as GenerateContentResponses, one a server-sent event."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.dialect_profile import NAME
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.serving.gemini.answer_parts import part_wire, words_wire
from llmkit.serving.gemini.answer_totals import finish_fields, is_own_finish, logprobs_wire, usage_wire
from llmkit.serving.gemini.failure import error_body
from llmkit.serving.gemini.grounding import grounding_of
from llmkit.serving.gemini.response import FEEDBACK, beside, head_of
from llmkit.serving.growing import Growing
from llmkit.serving.losses import Losses
from llmkit.serving.one_line import one_line
from llmkit.serving.origins import is_native
from llmkit.types.events import (
    CitationDelta,
    Event,
    Finish,
    LogprobsDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    RefusalDelta,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.parts import Part, Reasoning, Refusal, Text
from llmkit.types.requests import CompletionRequest
from llmkit.types.warnings import Warning

_EMPTY: dict[str, Any] = {"text": ""}
"""The last event has words too, none: clients join the text of every event."""


def renderer(*, request: CompletionRequest | None = None) -> GenerateContentEvents:
    """Return a fresh renderer."""
    return GenerateContentEvents()


class GenerateContentEvents:
    """Writes words as they come, and all else whole at its end: this format has no pieces of calls."""

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._parts: dict[int, Growing] = {}
        self._whole: dict[int, Part] = {}
        self._own: bool | None = None
        self._held: list[WireEvent] = []
        self._done = self._failed = False
        self._losses = Losses()

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what was lost so far."""
        return tuple(self._losses.warnings)

    def feed(self, event: Event, /) -> bytes:
        """Return the events that `event` comes to."""
        if self._done or self._failed:
            return b""
        match event:
            case TextDelta(text=words) | ReasoningDelta(reasoning=words) | RefusalDelta(refusal=words):
                return self._say(event.index, words)
            case PartStart():
                self._parts[event.index] = Growing(event.part, event.candidate)
                return self._learn(event.part)
            case PartEnd():
                return self._end(event)
            case CitationDelta():
                self._cite(event)
            case Start():
                self._head = head_of(event.id, event.model, event.created)
            case LogprobsDelta():
                return self._chunk([], event.candidate, logprobsResult=logprobs_wire(event.logprobs))
            case WireEvent():
                return self._wire(event)
            case Finish():
                return self._finish(event)
        return b""

    def fail(self, error: LLMKitError, /) -> bytes:
        """Return the error as an event; nothing follows it."""
        self._failed = True
        return _framed(error_body(error))

    def close(self) -> bytes:
        """Return nothing: the format has no terminal event. Raises `ProtocolError` when the answer is not complete."""
        if not self._done or self._failed:
            raise ProtocolError("The stream ended before the answer was complete.")
        return b""

    def _say(self, index: int, words: str) -> bytes:
        growing = self._parts.get(index)
        words = growing.more(words) if growing is not None else ""
        if growing is None or not words:
            return b""
        wire: dict[str, Any] = {"text": words}
        if isinstance(growing.part, Reasoning):
            wire["thought"] = True
        return self._chunk([wire], growing.candidate)

    def _end(self, event: PartEnd) -> bytes:
        growing, part = self._parts.get(event.index), event.part
        if growing is None:
            return b""
        found = self._learn(part)
        late = self._whole.get(event.index)
        self._whole[event.index] = part
        growing.ended = True
        if late is not None:
            return found
        if isinstance(part, Text | Reasoning | Refusal) and not (growing.silent and is_native(part, NAME)):
            words = growing.left(part.text)
            wire = {"text": words} if isinstance(part, Refusal) else words_wire(part, words, self._losses)
            wire = wire if wire != _EMPTY else None
        else:
            wire = part_wire(part, self._losses)
        return found if wire is None else found + self._chunk([wire], growing.candidate)

    def _cite(self, event: CitationDelta) -> None:
        """Keep a source that comes after its text's end."""
        whole = self._whole.get(event.index)
        if isinstance(whole, Text):
            self._whole[event.index] = whole.replace(citations=(*whole.citations, event.citation))

    def _learn(self, part: Part) -> bytes:
        """Learn from the first part whose format the answer is in; say the wire events that came before it."""
        if self._own is not None or part.origin is None:
            return b""
        self._own = part.origin.dialect == NAME
        held, self._held = self._held, []
        return b"".join([self._wire(event) for event in held])

    def _wire(self, event: WireEvent) -> bytes:
        if self._own is None:
            self._held.append(event)
        return b"data: " + one_line(event.native) + b"\r\n\r\n" if self._own and event.native else b""

    def _finish(self, event: Finish) -> bytes:
        self._done = True
        blocked = event.extra.get(FEEDBACK) if not self._whole else None
        own = blocked is not None or (is_own_finish(event.finish) if self._own is None else self._own)
        reasons = (event.finish, *event.others)
        usage = {} if event.usage is None else {"usageMetadata": usage_wire(event.usage, event.service_tier, own=own)}
        if blocked is not None:
            return _framed({"promptFeedback": blocked, **usage, **self._head})
        candidates = []
        for number, reason in enumerate(reasons):
            candidate: dict[str, Any] = {"content": {"parts": [_EMPTY], "role": "model"}}
            candidate |= finish_fields(reason, self._losses, own=own) | {"index": number}
            if own and number == 0:
                candidate |= beside(event.extra)
            elif not own:
                content = [part for index, part in sorted(self._whole.items()) if self._parts[index].candidate == number]
                grounding = grounding_of(content)
                candidate |= {"groundingMetadata": grounding} if grounding else {}
            candidates.append(candidate)
        chunk: dict[str, Any] = {"candidates": candidates}
        if own and event.extra.get(FEEDBACK):
            chunk["promptFeedback"] = event.extra[FEEDBACK]
        return _framed({**chunk, **usage, **self._head})

    def _chunk(self, parts: list[Any], candidate: int, **fields: Any) -> bytes:
        content = {"content": {"parts": parts, "role": "model"}} if parts else {}
        return _framed({"candidates": [{**content, "index": candidate, **fields}], **self._head})


def _framed(wire: dict[str, Any]) -> bytes:
    return b"data: " + one_line(wire) + b"\r\n\r\n"
