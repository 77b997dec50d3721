"""Render a stream as chunks of a chat completion."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.dialect_profile import NAME
from llmkit.dialects.openai_chat.wire import Object
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.serving.growing import Growing
from llmkit.serving.losses import Losses
from llmkit.serving.one_line import one_line
from llmkit.serving.openai_chat.answer_parts import annotation, is_custom
from llmkit.serving.openai_chat.answer_totals import finish_fields, is_own_finish, logprobs_wire, usage_wire
from llmkit.serving.openai_chat.failure import error_body
from llmkit.serving.openai_chat.last_words import LastWords
from llmkit.serving.openai_chat.request import INCLUDE_USAGE, SERVING
from llmkit.serving.openai_chat.response import APART
from llmkit.serving.openai_chat.sound import more_sound
from llmkit.serving.origins import is_native
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
from llmkit.types.parts import Audio, InvalidToolCall, Part, ServerToolCall, ServerToolResult, Text, ToolCall
from llmkit.types.requests import CompletionRequest
from llmkit.types.warnings import Warning

DONE = b"data: [DONE]\n\n"


def renderer(*, request: CompletionRequest | None = None) -> ChatEvents:
    """Return a fresh renderer; a chunk of usage comes last where the request asks for it, or is not known."""
    return ChatEvents(usage=request is None or request.options.get(SERVING, {}).get(INCLUDE_USAGE) is True)


class ChatEvents:
    """Writes each event as soon as it is said. Calls are numbered in the order of their beginning, per candidate."""

    def __init__(self, *, usage: bool = True) -> None:
        self._usage = usage
        self._head: Object = {"id": "", "object": "chat.completion.chunk", "created": 0, "model": ""}
        self._begun: set[int] = set()
        self._parts: dict[int, Growing] = {}
        self._words: dict[int, int] = {}
        self._calls: dict[int, int] = {}
        self._own: bool | None = None
        self._held: list[WireEvent] = []
        self._done = self._failed = False
        self._losses = Losses()
        self._last = LastWords(self._losses)

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what was lost so far."""
        return tuple(self._losses.warnings)

    def feed(self, event: Event, /) -> bytes:
        """Return the chunks that `event` comes to."""
        if self._done or self._failed:
            return b""
        match event:
            case TextDelta() | ReasoningDelta() | RefusalDelta() | ArgumentsDelta() | MediaDelta() | CitationDelta():
                return self._delta(event)
            case PartStart():
                return self._start(event)
            case PartEnd():
                return self._end(event)
            case Start():
                self._head.update(id=event.id or "", created=int(event.created or 0), model=event.model)
                return self._begin(0)
            case LogprobsDelta():
                return self._begin(event.candidate) + self._chunk({}, event.candidate, {"logprobs": logprobs_wire(event.logprobs)})
            case WireEvent():
                return self._wire(event)
            case Finish():
                return self._finish(event)

    def fail(self, error: LLMKitError, /) -> bytes:
        """Return the error as an event; nothing follows it, not even `[DONE]`."""
        self._failed = True
        return b"data: " + one_line(error_body(error)) + b"\n\n"

    def close(self) -> bytes:
        """Return the end of the stream. Raises `ProtocolError` when the answer is not complete."""
        if not self._done or self._failed:
            raise ProtocolError("The stream ended before the answer was complete.")
        return DONE

    def _begin(self, candidate: int) -> bytes:
        if candidate in self._begun:
            return b""
        self._begun.add(candidate)
        return self._chunk({"role": "assistant", "content": "", "refusal": None}, candidate)

    def _start(self, event: PartStart) -> bytes:
        part, candidate = event.part, event.candidate
        growing = self._parts[event.index] = Growing(part, candidate)
        growing.begin = self._words.get(candidate, 0)
        found = self._begin(candidate) + self._learn(part)
        if isinstance(part, ToolCall | InvalidToolCall) and part.id:
            found += self._announce(growing, part)
        elif isinstance(part, ServerToolCall | ServerToolResult) and is_native(part, NAME):
            found += self._deltas(growing, part)  # Words come between its beginning and its end.
        return found

    def _learn(self, part: Part) -> bytes:
        """Learn from the first part whose format the answer is in; say the wire events that came before it."""
        if self._own is not None or part.origin is None:
            return b""
        self._own = part.origin.dialect == NAME
        held, self._held = self._held, []
        return b"".join([self._wire(event) for event in held])

    def _announce(self, growing: Growing, part: ToolCall | InvalidToolCall) -> bytes:
        number = growing.place = self._calls.get(growing.candidate, 0)
        self._calls[growing.candidate] = number + 1
        kind, inner = (
            ("custom", {"name": part.name, "input": ""}) if is_custom(part) else ("function", {"name": part.name, "arguments": ""})
        )
        wire = {"index": number, "id": part.id, "type": kind, kind: inner}
        return self._chunk({"tool_calls": [wire]}, growing.candidate)

    def _delta(self, event: TextDelta | ReasoningDelta | RefusalDelta | ArgumentsDelta | MediaDelta | CitationDelta) -> bytes:
        growing = self._parts.get(event.index)
        if growing is None:
            return b""
        delta: Object | None = None
        match event:
            case TextDelta():
                words = growing.more(event.text)
                self._words[growing.candidate] = growing.begin + growing.length
                delta = {"content": words}
            case ReasoningDelta():
                delta = {"reasoning_content": growing.more(event.reasoning)}
            case RefusalDelta():
                delta = {"refusal": growing.more(event.refusal)}
            case ArgumentsDelta() if growing.place is not None and not is_custom(growing.part):
                wire = {"index": growing.place, "function": {"arguments": growing.more(event.json)}}
                delta = {"tool_calls": [wire]}
            case MediaDelta() if isinstance(growing.part, Audio):
                delta = more_sound(growing, event)
            case CitationDelta() if growing.ended:  # Sources may come after the words; those before stand in the whole part.
                delta = {"annotations": [annotation(event.citation, growing.begin, growing.length)]}
        return b"" if delta is None else self._chunk(delta, growing.candidate)

    def _end(self, event: PartEnd) -> bytes:
        growing = self._parts.get(event.index)
        if growing is None:
            return b""
        found = self._learn(event.part)
        if growing.place is None and isinstance(event.part, ToolCall | InvalidToolCall) and not self._last.is_legacy(event.part):
            found += self._announce(growing, event.part)
        growing.ended = True
        found += self._deltas(growing, event.part)
        if isinstance(event.part, Text):
            self._words[growing.candidate] = growing.begin + growing.length
        return found

    def _deltas(self, growing: Growing, part: Part) -> bytes:
        return b"".join([self._chunk(delta, growing.candidate) for delta in self._last.deltas(growing, part)])

    def _wire(self, event: WireEvent) -> bytes:
        if self._own is None:
            self._held.append(event)
        return b"data: " + one_line(event.native) + b"\n\n" if self._own and event.native else b""

    def _finish(self, event: Finish) -> bytes:
        self._done = True
        own = is_own_finish(event.finish) if self._own is None else self._own
        extra = event.extra if own else {}
        beside: Object = {} if event.service_tier is None else {"service_tier": event.service_tier}
        beside |= self._last.sources
        beside |= {name: value for name, value in extra.items() if name not in APART}
        found = self._begin(0)
        for candidate, reason in enumerate((event.finish, *event.others)):
            found += self._begin(candidate)
            fields = finish_fields(reason, own=own)
            delta: Object = {}
            if candidate == 0:
                fields |= extra.get("choice", {})
                delta = {**extra.get("message", {}), **({"audio": extra["audio"]} if extra.get("audio") else {})}
            found += self._chunk(delta, candidate, fields, beside)
        if self._usage and event.usage is not None:
            wire = {**self._head, **beside, "choices": [], "usage": usage_wire(event.usage, event.cost, own=own)}
            found += b"data: " + one_line(wire) + b"\n\n"
        return found

    def _chunk(self, delta: Object, candidate: int, fields: Object | None = None, beside: Object | None = None) -> bytes:
        choice: dict[str, Any] = {"index": candidate, "delta": delta, "logprobs": None, "finish_reason": None}
        chunk: dict[str, Any] = {**self._head, **(beside or {}), "choices": [{**choice, **fields} if fields else choice]}
        if self._usage:
            chunk["usage"] = None
        return b"data: " + one_line(chunk) + b"\n\n"
