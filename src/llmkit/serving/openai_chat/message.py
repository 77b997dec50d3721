"""The message of a whole answer."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.dialect_profile import NAME
from llmkit.dialects.openai_chat.wire import Object
from llmkit.serving.losses import Losses
from llmkit.serving.openai_chat.answer_parts import (
    annotation,
    audio_wire,
    call_wire,
    dropped,
    executed_wire,
    image_wire,
    is_block,
    joined_fields,
    legacy_fields,
    reasoning_fields,
    source_beside,
)
from llmkit.serving.origins import is_own
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


def message_of(content: tuple[Part, ...], losses: Losses) -> Object:
    """Return the message that says `content`."""
    refusals = [part.text for part in content if isinstance(part, Refusal)]
    message: Object = {"role": "assistant", "content": _words(content), "refusal": "".join(refusals) or None}
    annotations = _annotations(content)
    if annotations:
        message["annotations"] = annotations
    thinking: dict[str, Any] = {}
    for part in content:
        if isinstance(part, Reasoning) and not is_block(part):
            joined_fields(thinking, reasoning_fields(part, losses))
    message.update(thinking)
    _say_rest(content, message, losses)
    return message


def _words(content: tuple[Part, ...]) -> Any:
    """Return the content: text, or the blocks it came as; null where there is neither."""
    texts = [part for part in content if isinstance(part, Text)]
    blocks = any(is_block(part) for part in content) or (len(texts) > 1 and all(is_own(part, NAME) for part in texts))
    if not blocks:
        return "".join([part.text for part in texts]) if texts else None
    found: list[Any] = []
    for part in content:
        if is_block(part):
            found.append(part.native)
        elif isinstance(part, Text):
            found.append({"type": "text", "text": part.text})
    return found


def _annotations(content: tuple[Part, ...]) -> list[Any]:
    found: list[Any] = []
    begin = 0
    for part in content:
        if isinstance(part, Text):
            found += [annotation(citation, begin, len(part.text)) for citation in part.citations]
            begin += len(part.text)
        elif isinstance(part, Citation) and not is_block(part) and source_beside(part) is None:
            found.append(annotation(part, 0, begin))
    return found


def _say_rest(content: tuple[Part, ...], message: Object, losses: Losses) -> None:
    calls: list[Any] = []
    executed: list[Any] = []
    images: list[Any] = []
    for part in content:
        match part:
            case ToolCall() | InvalidToolCall():
                legacy = legacy_fields(part)
                if legacy is not None:
                    message.update(legacy)
                else:
                    calls.append(call_wire(part, losses))
            case ServerToolCall() | ServerToolResult():
                wire = executed_wire(part, len(executed))
                if not executed or executed[-1] != wire:  # One wire block can hold both the call and its result.
                    executed.append(wire)
            case Image():
                image = image_wire(part, losses)
                if image is not None:
                    images.append(image)
            case Audio():
                message["audio"] = audio_wire(part)
            case Text() | Reasoning() | Refusal() | Citation():
                pass
            case _ if not is_block(part):
                dropped(part, losses)
    for name, found in (("tool_calls", calls), ("executed_tools", executed), ("images", images)):
        if found:
            message[name] = found
