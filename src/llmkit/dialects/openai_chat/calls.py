"""Tool calls as models make them, whole or in pieces."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.openai_chat.dialect_profile import NAME
from llmkit.dialects.openai_chat.wire import Object, dumps, is_object, loads, name_of, object_of, raw, text_of, told
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import InvalidToolCall, Provenance, ToolCall

CUSTOM: dict[str, dict[str, Any]] = {NAME: {"type": "custom"}}
"""The options of a call whose argument is free text, kept as `{"input": text}`."""
_CALL_FIELDS = frozenset({"id", "type", "index", "function", "custom"})
_FUNCTION_FIELDS = frozenset({"name", "arguments", "parameters"})


def call_of(wire: Object, *, position: int, response_id: str, origin: Provenance | None) -> ToolCall | InvalidToolCall:
    """Return the call in an element of `tool_calls`; a call without an id gets one made of what it says."""
    if is_custom(wire):
        custom = object_of(wire.get("custom"))
        name, text = text_of(custom.get("name")), text_of(custom.get("input"))
        return ToolCall(
            id=name_of(wire.get("id")) or made_id(response_id, position, name, text),
            name=name,
            arguments={"input": text},
            origin=origin,
            options=CUSTOM,
        )
    function = object_of(wire.get("function"))
    name, text = text_of(function.get("name")), without_placeholder(arguments_text(function))
    more = told(wire, _CALL_FIELDS) or told(function, _FUNCTION_FIELDS)
    return tool_call(
        name_of(wire.get("id")) or made_id(response_id, position, name, text),
        name,
        text,
        origin=origin,
        native=raw({key: value for key, value in wire.items() if key != "index"}) if more else NO_NATIVE,
    )


def legacy_call_of(function: Object, *, response_id: str, origin: Provenance | None) -> ToolCall | InvalidToolCall:
    """Return the call in a message's `function_call`, the older way to call; it goes out again as that field."""
    name, text = text_of(function.get("name")), arguments_text(function)
    return tool_call(made_id(response_id, 0, name, text), name, text, origin=origin, native=raw({"function_call": function}))


def is_custom(wire: Object) -> bool:
    """Tell whether the call is for a tool that takes free text. Some servers fill `custom` with empty texts."""
    return wire.get("type") == "custom" or bool(
        not object_of(wire.get("function")).get("name") and object_of(wire.get("custom")).get("name")
    )


def arguments_text(function: Object) -> str:
    """Return a function's arguments as JSON text; some servers send the object itself, some under another name, some nothing."""
    value = function.get("arguments")
    if value is None and is_object(function.get("parameters")):
        value = function["parameters"]
    if isinstance(value, str):
        return value
    return "" if value is None else dumps(value)


def without_placeholder(text: str) -> str:
    """Return arguments without the empty object that some servers put before the real one."""
    return text[2:] if text.startswith("{}") and is_whole(text[2:]) else text


def is_whole(text: str) -> bool:
    """Tell whether `text` is a JSON object."""
    if not text.lstrip().startswith("{") or not text.rstrip().endswith("}"):
        return False
    try:
        return is_object(loads(text))
    except ValueError:
        return False


def made_id(response_id: str, position: int, name: str, text: str) -> str:
    """Return an id for a call that came without: the same for the same answer, streamed or not, and unlike those of other turns."""
    return f"call_{crc32(f'{response_id} {name} {text}'.encode('utf-8', 'replace')):08x}{position}"
