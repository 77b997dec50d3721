"""What a part's end adds to what its pieces said."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.openai_chat.dialect_profile import NAME
from llmkit.dialects.openai_chat.reasoning import DETAILS
from llmkit.dialects.openai_chat.wire import Object
from llmkit.serving.growing import Growing
from llmkit.serving.losses import Losses
from llmkit.serving.openai_chat.answer_parts import (
    annotation,
    arguments_of,
    dropped,
    executed_wire,
    image_wire,
    is_block,
    is_custom,
    legacy_fields,
    note_seal,
    reasoning_fields,
    source_beside,
)
from llmkit.serving.openai_chat.sound import last_sound
from llmkit.serving.origins import is_native
from llmkit.types.parts import (
    Audio,
    Citation,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
)

_OF_CALL = frozenset({"id", "index", "type", "function"})


class LastWords:
    """Knows the sources and the server's own tools that were told."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._executed: list[Any] = []
        self.sources: dict[str, list[Any]] = {}
        """Fields of the last chunk that list sources beside the answer."""

    def is_legacy(self, part: Part) -> bool:
        """Tell whether a call came in the older way."""
        return isinstance(part, ToolCall | InvalidToolCall) and legacy_fields(part) is not None

    def deltas(self, growing: Growing, part: Part) -> list[Object]:
        """Return the deltas that complete the part."""
        match part:
            case Text():
                return self._text(growing, part)
            case Reasoning():
                return self._thinking(growing, part)
            case Refusal():
                words = growing.left(part.text)
                return [{"refusal": words}] if words else []
            case ToolCall() | InvalidToolCall():
                return self._call(growing, part)
            case Audio():
                sound = last_sound(growing, part)
                return [] if sound is None else [sound]
            case Image():
                image = image_wire(part, self._losses)
                return [] if image is None else [{"images": [image]}]
            case ServerToolCall() | ServerToolResult():
                return self._execute(part)
            case Citation():
                return self._cite(growing, part)
            case _ if is_block(part):
                return [{"content": [part.native]}]
        dropped(part, self._losses)
        return []

    def _text(self, growing: Growing, part: Text) -> list[Object]:
        if growing.silent and is_block(part):
            growing.more(part.text)
            return [{"content": [part.native]}]
        words = growing.left(part.text)
        found: list[Object] = [{"content": words}] if words else []
        if part.citations:
            found.append({"annotations": [annotation(citation, growing.begin, growing.length) for citation in part.citations]})
        return found

    def _thinking(self, growing: Growing, part: Reasoning) -> list[Object]:
        if growing.silent:
            growing.left(part.text)
            if is_block(part):
                return [{"content": [part.native]}]
            fields = reasoning_fields(part, self._losses)
            return [fields] if fields else []
        words = growing.left(part.text)
        found: list[Object] = [{"reasoning_content": words}] if words else []
        details = reasoning_fields(part, self._losses).get(DETAILS)
        return [*found, {DETAILS: details}] if details is not None else found

    def _call(self, growing: Growing, part: ToolCall | InvalidToolCall) -> list[Object]:
        legacy = legacy_fields(part)
        if legacy is not None and growing.place is None:
            return [legacy]
        note_seal(part, self._losses)
        if is_custom(part) and isinstance(part, ToolCall):
            return [{"tool_calls": [{"index": growing.place, "custom": {"input": str(part.arguments.get("input", ""))}}]}]
        words = growing.left(arguments_of(part))
        inner: Object = {"arguments": words} if words else {}
        more: Object = {}
        if is_native(part, NAME):
            wire = msgspec.json.decode(part.native)
            more = {name: value for name, value in wire.items() if name not in _OF_CALL}
            inner |= {name: value for name, value in wire.get("function", {}).items() if name not in ("name", "arguments")}
        if not inner and not more:
            return []
        return [{"tool_calls": [{"index": growing.place, **({"function": inner} if inner else {}), **more}]}]

    def _execute(self, part: ServerToolCall | ServerToolResult) -> list[Object]:
        wire = executed_wire(part, len(self._executed))
        if wire in self._executed:
            return []
        self._executed.append(wire)
        return [{"executed_tools": [wire]}]

    def _cite(self, growing: Growing, part: Citation) -> list[Object]:
        if is_block(part):
            return [{"content": [part.native]}]
        source = source_beside(part)
        if source is None:
            return [{"annotations": [annotation(part, 0, growing.begin)]}]
        self.sources.setdefault(source[0], []).append(source[1])
        return []
