"""Read the arguments of a tool call as a model wrote them."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.types.parts import InvalidToolCall, ToolCall

_decode = msgspec.json.Decoder().decode


def tool_call(id: str, name: str, json_text: str, /, **fields: Any) -> ToolCall | InvalidToolCall:
    """Return the call with its arguments parsed, an `InvalidToolCall` where they are not a JSON object.

    No text at all means no arguments. `fields` (origin, native, signature, options ...) are those both kinds have.
    """
    if not json_text or json_text.isspace():
        return ToolCall(id=id, name=name, json=json_text, **fields)
    try:
        arguments = _decode(json_text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as failure:
        return InvalidToolCall(id=id, name=name, json=json_text, error=f"Not JSON: {failure}", **fields)
    if not isinstance(arguments, dict):
        return InvalidToolCall(id=id, name=name, json=json_text, error="Not a JSON object.", **fields)
    return ToolCall(id=id, name=name, arguments=arguments, json=json_text, **fields)


def arguments_json(call: ToolCall | InvalidToolCall) -> str:
    """Return the arguments as JSON text: in the model's own spelling unless they were changed since."""
    if isinstance(call, InvalidToolCall) or (call.json and _says(call.json, call.arguments)):
        return call.json
    return msgspec.json.encode(call.arguments).decode()


def _says(text: str, arguments: dict[str, Any]) -> bool:
    if text.isspace():
        return not arguments
    try:
        return bool(_decode(text) == arguments)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
