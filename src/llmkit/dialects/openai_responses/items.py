"""Items of an answer into parts: one part an item, or one for each content of a message.

The wire block of a part is always a whole item. A message of several contents gives each part the message with that content alone;
sent back, neighbours of one message become one item again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.media import bytes_of
from llmkit.dialects.openai_chat.wire import Object, dumps, name_of, object_of, objects_of, raw, text_of
from llmkit.dialects.openai_responses.citations import citation_of
from llmkit.dialects.openai_responses.server_items import server_call, server_result
from llmkit.types.parts import Compaction, Image, Part, Provenance, Reasoning, Refusal, Text, ToolCall, Unknown

BETWEEN = "\n\n"
"""What stands between the pieces of a summary: the wire has them apart."""


def parts_of(item: Object, native: msgspec.Raw, origin: Provenance | None) -> list[Part]:
    """Return the parts that `item` says; `native` is the same item as JSON text."""
    kind = text_of(item.get("type")) or ("message" if "role" in item else "")
    if kind == "message":
        return _message(item, native, origin)
    made = _ITEMS.get(kind)
    return [made(item, native, origin) if made is not None else _other(kind, item, native, origin)]


def content_part(block: Any, native: msgspec.Raw, origin: Provenance | None) -> Part:
    """Return the part that one content of a message says; `native` is the message with this content alone."""
    if isinstance(block, str):
        return Text(text=block, origin=origin, native=native)
    fields = object_of(block)
    match fields.get("type"):
        case "output_text" | "text" | "input_text":
            cited = tuple([citation_of(note, origin) for note in objects_of(fields.get("annotations"))])
            return Text(text=text_of(fields.get("text")), citations=cited, origin=origin, native=native)
        case "refusal":
            return Refusal(text=text_of(fields.get("refusal")), origin=origin, native=native)
    return Unknown(kind=text_of(fields.get("type")), origin=origin, native=native)


def contents(item: Object) -> list[Any]:
    """Return the contents of a message; a plain text is one."""
    found = item.get("content")
    return found if isinstance(found, list) else [found] if isinstance(found, str) else []


def thought(item: Object) -> tuple[str, bool]:
    """Return the words of a reasoning item, and whether they are a summary: only where the thinking itself is not told."""
    said = BETWEEN.join([text_of(piece.get("text")) for piece in objects_of(item.get("content"))])
    if said:
        return said, False
    return BETWEEN.join([text_of(piece.get("text")) for piece in objects_of(item.get("summary"))]), True


def _message(item: Object, native: msgspec.Raw, origin: Provenance | None) -> list[Part]:
    if item.get("role", "assistant") != "assistant":  # What a compaction keeps of the user's turns: not the model's words.
        return [Unknown(kind="message", origin=origin, native=native)]
    blocks = contents(item)
    if not blocks:
        return [Text(text="", origin=origin, native=native)]
    if len(blocks) == 1:
        return [content_part(blocks[0], native, origin)]
    return [content_part(block, raw({**item, "content": [block]}), origin) for block in blocks]


def _reasoning(item: Object, native: msgspec.Raw, origin: Provenance | None) -> Reasoning:
    text, summary = thought(item)
    encrypted = name_of(item.get("encrypted_content"))
    return Reasoning(text=text, encrypted=encrypted, summary=summary and bool(text), origin=origin, native=native)


def _function_call(item: Object, native: msgspec.Raw, origin: Provenance | None) -> Part:
    given = item.get("arguments")
    text = given if isinstance(given, str) else dumps(given) if given is not None else ""
    return tool_call(call_id(item), text_of(item.get("name")), text, origin=origin, native=native)


def _custom_call(item: Object, native: msgspec.Raw, origin: Provenance | None) -> ToolCall:
    arguments = {"input": text_of(item.get("input"))}
    name = text_of(item.get("name"))
    return ToolCall(id=call_id(item), name=name, arguments=arguments, json=dumps(arguments), origin=origin, native=native)


def _image(item: Object, native: msgspec.Raw, origin: Provenance | None) -> Part:
    data = bytes_of(text_of(item.get("result")))
    if not data:
        return server_call("image_generation_call", item, native, origin)
    return Image(data=data, media_type=media_type_of(data), origin=origin, native=native)


def _compaction(item: Object, native: msgspec.Raw, origin: Provenance | None) -> Compaction:
    return Compaction(encrypted=name_of(item.get("encrypted_content")), origin=origin, native=native)


def _other(kind: str, item: Object, native: msgspec.Raw, origin: Provenance | None) -> Part:
    """An item of a tool is known by its name, also where the tool is not; whoever must run it tells whether it is a call to us."""
    if kind.endswith("_call") or kind in ("program", "mcp_approval_request", "mcp_list_tools"):
        return server_call(kind, item, native, origin)
    if kind.endswith("_output"):
        return server_result(kind, item, native, origin)
    return Unknown(kind=kind, origin=origin, native=native)


def call_id(item: Object) -> str:
    """Return the id by which a result refers to a call."""
    return name_of(item.get("call_id")) or name_of(item.get("id")) or ""


_ITEMS: dict[str, Callable[[Object, msgspec.Raw, Provenance | None], Part]] = {
    "reasoning": _reasoning,
    "function_call": _function_call,
    "custom_tool_call": _custom_call,
    "image_generation_call": _image,
    "compaction": _compaction,
    "compaction_summary": _compaction,
}
