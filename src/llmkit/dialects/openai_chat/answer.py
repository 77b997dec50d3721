"""The parts of an answer's message."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.openai_chat.calls import call_of, legacy_call_of
from llmkit.dialects.openai_chat.media import audio_of, image_of
from llmkit.dialects.openai_chat.reasoning import BLOCKS, reasoning_block, reasoning_of
from llmkit.dialects.openai_chat.sources import annotations_of, reference_of
from llmkit.dialects.openai_chat.wire import Object, dumps, name_of, object_of, objects_of, raw, text_of, told
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Part, Provenance, Refusal, ServerToolCall, ServerToolResult, Text, ToolCall, Unknown

MESSAGE_FIELDS = frozenset(
    {
        "role",
        "content",
        "refusal",
        "reasoning_content",
        "reasoning",
        "reasoning_details",
        "tool_calls",
        "function_call",
        "audio",
        "images",
        "annotations",
        "executed_tools",
    }
)


def parts_of(message: Object, *, response_id: str, origin: Provenance | None) -> tuple[Part, ...]:
    """Return what `message` says, in the order thinking, words, pictures, sound, calls."""
    parts: list[Part] = []
    reasoning = reasoning_of(message, origin=origin)
    if reasoning is not None:
        parts.append(reasoning)
    for item in objects_of(message.get("executed_tools")):
        parts.extend(executed_of(item, origin=origin))
    parts.extend(content_of(message.get("content"), origin=origin))
    if text_of(message.get("refusal")):
        parts.append(Refusal(text=message["refusal"], origin=origin))
    parts.extend([image for item in objects_of(message.get("images")) if (image := image_of(item, origin=origin)) is not None])
    audio = audio_of(object_of(message.get("audio")), origin=origin)
    if audio is not None:
        parts.append(audio)
    for position, item in enumerate(objects_of(message.get("tool_calls"))):
        parts.append(call_of(item, position=position, response_id=response_id, origin=origin))
    legacy = object_of(message.get("function_call"))
    if text_of(legacy.get("name")):
        parts.append(legacy_call_of(legacy, response_id=response_id, origin=origin))
    _cite(parts, message, origin)
    return tuple(parts)


def content_of(content: Any, *, origin: Provenance | None) -> list[Part]:
    """Return the parts of `content`: text, a list of blocks, or, from servers that parse what the model wrote, any JSON."""
    if content is None or content == "":
        return []
    if isinstance(content, str):
        return [Text(text=content, origin=origin)]
    if not isinstance(content, list):
        return [Text(text=dumps(content), origin=origin)]
    return [part for item in content if (part := block_of(item, origin=origin)) is not None]


def block_of(block: Any, *, origin: Provenance | None) -> Part | None:
    """Return the part in one block of the content, None for a text block without text."""
    if isinstance(block, str):
        return Text(text=block, origin=origin) if block else None
    if not isinstance(block, dict):
        return Unknown(kind=type(block).__name__, origin=origin, native=raw(block))
    kind = text_of(block.get("type"))
    if kind == "text" and isinstance(block.get("text"), str):
        more = told(block, frozenset({"type", "text"}))
        return Text(text=block["text"], origin=origin, native=raw(block) if more else NO_NATIVE) if block["text"] or more else None
    if kind in BLOCKS:
        return reasoning_block(block, origin=origin)
    if kind == "refusal" and isinstance(block.get("refusal"), str):
        return Refusal(text=block["refusal"], origin=origin)
    if kind == "reference":
        return reference_of(block, origin=origin)
    image = image_of(block, origin=origin) if kind == "image_url" else None
    return image if image is not None else Unknown(kind=kind or "block", origin=origin, native=raw(block))


def executed_of(item: Object, *, origin: Provenance | None) -> list[Part]:
    """Return a tool that the server itself ran, and what it answered."""
    name = name_of(item.get("type")) or name_of(item.get("name")) or "tool"
    number = f"{name}_{item.get('index', 0)}"
    call = tool_call(number, name, text_of(item.get("arguments")))
    arguments = call.arguments if isinstance(call, ToolCall) else {}
    found: list[Part] = [ServerToolCall(id=number, name=name, arguments=arguments, origin=origin, native=raw(item))]
    if told(item, frozenset({"index", "type", "name", "arguments"})):
        found.append(ServerToolResult(id=number, name=name, origin=origin, native=raw(item)))
    return found


def _cite(parts: list[Part], message: Object, origin: Provenance | None) -> None:
    citations = annotations_of(message.get("annotations"), origin=origin)
    if not citations:
        return
    for place, part in enumerate(parts):
        if isinstance(part, Text):
            parts[place] = part.replace(citations=citations)
            return
    parts.extend(citations)
