"""The content blocks of a streamed answer: at most one is open."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.serving.anthropic.answer_blocks import (
    NO_SEAL,
    block_of,
    citation_of,
    input_json,
    note_seal,
    seen_thinking,
)
from llmkit.serving.growing import Growing
from llmkit.serving.losses import Losses
from llmkit.serving.origins import is_native, is_own
from llmkit.types.events import ArgumentsDelta, CitationDelta, MediaDelta, PartEnd, PartStart, ReasoningDelta, RefusalDelta, TextDelta
from llmkit.types.parts import Citation, InvalidToolCall, Reasoning, Refusal, ServerToolCall, Text, ToolCall

_Wire = dict[str, Any]
_CALLS = (ToolCall, InvalidToolCall)


class OpenBlocks:
    """Turns what is said of parts into block events. Blocks that come whole are written at their part's end."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._parts: dict[int, Growing] = {}
        self._blocks = 0
        self._open: int | None = None
        """The part whose block is open."""

    @property
    def opened(self) -> int | None:
        """Return the number of the open block, None where none is."""
        return None if self._open is None else self._blocks - 1

    def waits(self, index: int) -> bool:
        """Tell whether what is said of part `index` must wait for the open block: a tool call that is not whole cannot be left."""
        if self._open is None or self._open == index:
            return False
        growing = self._parts[self._open]
        return isinstance(growing.part, _CALLS) and not _is_whole(growing.said)

    def take(
        self, event: PartStart | PartEnd | TextDelta | ReasoningDelta | RefusalDelta | ArgumentsDelta | CitationDelta | MediaDelta
    ) -> list[_Wire]:
        """Return the events that `event` comes to."""
        if isinstance(event, PartStart):
            return self._begin(event)
        growing = self._parts.get(event.index)
        if growing is None:
            return []
        match event:
            case TextDelta(text=words) | RefusalDelta(refusal=words):
                return self._say(event.index, growing, {"type": "text", "text": ""}, "text", words)
            case ReasoningDelta(reasoning=words):
                return self._say(event.index, growing, _THINKING, "thinking", words)
            case ArgumentsDelta() if isinstance(growing.part, _CALLS):
                if self._open != event.index:
                    return []  # Ended already: only white space can follow a whole object.
                return [self._delta({"type": "input_json_delta", "partial_json": growing.more(event.json)})]
            case CitationDelta() if growing.ended:
                return self._cited(event.citation)
            case PartEnd():
                return self._end(event, growing)
        return []

    def stop(self) -> list[_Wire]:
        """Return the end of the open block, if there is one."""
        if self._open is None:
            return []
        self._open = None
        return [{"type": "content_block_stop", "index": self._blocks - 1}]

    def _begin(self, event: PartStart) -> list[_Wire]:
        part = event.part
        self._parts[event.index] = Growing(part, event.candidate)
        if isinstance(part, _CALLS) and part.id:
            return self._announce(event.index, part)
        return []

    def _announce(self, index: int, part: ToolCall | InvalidToolCall) -> list[_Wire]:
        block: Any = {"type": "tool_use", "id": part.id, "name": part.name, "input": {}}
        if is_native(part, NAME):
            block = {**msgspec.json.decode(part.native, type=dict[str, msgspec.Raw]), "input": {}}
        return self._start(index, block)

    def _start(self, index: int | None, block: Any) -> list[_Wire]:
        found = [*self.stop(), {"type": "content_block_start", "index": self._blocks, "content_block": block}]
        self._blocks += 1
        self._open = index
        return found

    def _whole(self, block: Any) -> list[_Wire]:
        found = self._start(None, block)
        return [*found, {"type": "content_block_stop", "index": self._blocks - 1}]

    def _delta(self, delta: _Wire) -> _Wire:
        return {"type": "content_block_delta", "index": self._blocks - 1, "delta": delta}

    def _say(self, index: int, growing: Growing, block: _Wire, kind: str, words: str) -> list[_Wire]:
        found = self._start(index, block) if self._open != index else []
        growing.ended = False
        return [*found, self._delta({"type": f"{kind}_delta", kind: growing.more(words)})]

    def _end(self, event: PartEnd, growing: Growing) -> list[_Wire]:
        index, part = event.index, event.part
        match part:
            case Text():
                found = self._end_text(index, growing, part)
            case Refusal():
                found = self._rest(index, growing, {"type": "text", "text": ""}, "text", part.text)
            case Reasoning() if _is_thinking(part):
                found = self._end_thinking(index, growing, part)
            case ToolCall() | InvalidToolCall():
                begun = [] if _has_id(growing) else self._announce(index, part)
                found = [*begun, *self._end_call(index, growing, part)]
            case ServerToolCall() if is_native(part, NAME):
                found = self._server_call(part)
            case _:
                block = block_of(part, self._losses)
                found = [] if block is None else self._whole(block)
        growing.ended = True
        return [*found, *self.stop()] if self._open == index else found

    def _rest(self, index: int, growing: Growing, block: _Wire, kind: str, whole: str) -> list[_Wire]:
        words = growing.left(whole)
        if not words:
            return []
        found = self._start(index, block) if self._open != index else []
        return [*found, self._delta({"type": f"{kind}_delta", kind: words})]

    def _end_text(self, index: int, growing: Growing, part: Text) -> list[_Wire]:
        note_seal(part, self._losses)
        found = self._rest(index, growing, {"type": "text", "text": ""}, "text", part.text)
        if self._open != index and (part.citations or (not part.text and is_own(part, NAME))):
            found += self._start(index, {"type": "text", "text": ""})
        return found + [self._delta({"type": "citations_delta", "citation": citation_of(citation)}) for citation in part.citations]

    def _end_thinking(self, index: int, growing: Growing, part: Reasoning) -> list[_Wire]:
        if not seen_thinking(part, self._losses):
            return []
        found = self._rest(index, growing, _THINKING, "thinking", part.text)
        seal = part.signature if is_own(part, NAME) else None
        if self._open != index and (seal or not part.text):
            found += self._start(index, _THINKING)
        return [*found, self._delta({"type": "signature_delta", "signature": seal})] if seal else found

    def _end_call(self, index: int, growing: Growing, part: ToolCall | InvalidToolCall) -> list[_Wire]:
        note_seal(part, self._losses)
        if self._open != index:
            return []
        text = part.json if isinstance(part, InvalidToolCall) and not growing.silent else input_json(part, self._losses)
        words = growing.left("" if text == "{}" and growing.silent else text)
        return [self._delta({"type": "input_json_delta", "partial_json": words})] if words else []

    def _server_call(self, part: ServerToolCall) -> list[_Wire]:
        fields = msgspec.json.decode(part.native, type=dict[str, msgspec.Raw])
        given = bytes(fields.get("input", b"{}"))
        found = self._start(None, {**fields, "input": {}})
        if given != b"{}":
            found.append(self._delta({"type": "input_json_delta", "partial_json": given.decode()}))
        return [*found, {"type": "content_block_stop", "index": self._blocks - 1}]

    def _cited(self, citation: Citation) -> list[_Wire]:
        """Say a source that comes after its text was ended."""
        found = self._start(None, {"type": "text", "text": ""})
        delta = self._delta({"type": "citations_delta", "citation": citation_of(citation)})
        return [*found, delta, {"type": "content_block_stop", "index": self._blocks - 1}]


_THINKING: _Wire = {"type": "thinking", "thinking": "", "signature": NO_SEAL}


def _is_thinking(part: Reasoning) -> bool:
    return part.encrypted is None or not is_own(part, NAME)


def _has_id(growing: Growing) -> bool:
    """Tell whether the call was announced: some servers name it only at its end."""
    return bool(getattr(growing.part, "id", ""))


def _is_whole(text: str) -> bool:
    if not text.rstrip().endswith("}"):
        return False
    try:
        return isinstance(msgspec.json.decode(text), dict)
    except (msgspec.DecodeError, RecursionError):
        return False
