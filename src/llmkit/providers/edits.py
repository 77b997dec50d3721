"""Changes of an encoded chat body that no quirk says; each is named for what it does and goes into a row's `edit`."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.errors import UnsupportedFeature
from llmkit.types.dialect import Encoded

_OPTIONAL = ("description", "parameters")


def as_functions(encoded: Encoded, stream: bool) -> None:
    """Say tools in the older way: `functions`, `function_call` and messages of the role `function`, one call a turn.

    Answers need no change: the chat format reads a `function_call` too. Raises `UnsupportedFeature` for several calls in one turn.
    """
    body = encoded.body
    tools = body.pop("tools", None)
    choice = body.pop("tool_choice", None)
    body.pop("parallel_tool_calls", None)
    messages = body.pop("messages", [])
    if tools:
        body["functions"] = [_function(tool) for tool in tools]
    if choice is not None:
        body["function_call"] = _choice(choice, encoded)
    names: dict[str, str] = {}
    body["messages"] = [_message(message, names) for message in messages]


def _function(tool: dict[str, Any]) -> dict[str, Any]:
    inner = tool.get("function", tool)
    return {"name": inner.get("name"), **{name: inner[name] for name in _OPTIONAL if name in inner}}


def _choice(choice: Any, encoded: Encoded) -> Any:
    if isinstance(choice, dict):
        return {"name": choice.get("function", choice).get("name")}
    if choice != "required":
        return choice
    functions = encoded.body.get("functions", [])
    if len(functions) == 1:
        return {"name": functions[0]["name"]}
    raise UnsupportedFeature("tool_choice required with several tools", where="This API", hint="Name the tool to call.")


def _message(message: Any, names: dict[str, str]) -> Any:
    """Return a message in the older way; `names` learns which function each call was of, the last one under an empty id."""
    if not isinstance(message, dict):
        return message
    if message.get("role") == "tool":
        called = message.get("name") or names.get(message.get("tool_call_id", "")) or names.get("", "")
        return {"role": "function", "name": called, "content": _json_text(message.get("content"))}
    calls = message.get("tool_calls")
    if not calls:
        if isinstance(older := _plain(message.get("function_call")), dict):
            names[""] = str(older.get("name") or "")
        return message
    if len(calls) > 1:
        raise UnsupportedFeature("several tool calls in one turn", where="This API")
    call = _plain(calls[0])
    function = call.get("function", {})
    names[""] = names[str(call.get("id") or "")] = str(function.get("name") or "")
    found = {name: value for name, value in message.items() if name != "tool_calls"}
    if found.get("content") is None:
        found["content"] = ""
    found["function_call"] = {"name": function.get("name"), "arguments": _arguments(function.get("arguments"))}
    return found


def _plain(value: Any) -> Any:
    """Return a block that is kept as raw JSON as plain values."""
    return msgspec.json.decode(value) if isinstance(value, msgspec.Raw) else value


def _arguments(text: Any) -> Any:
    """Return arguments as an object, as such APIs want them."""
    if not isinstance(text, str):
        return text
    try:
        found = msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _json_text(content: Any) -> str:
    """Return the answer of a function as JSON text: words that are no JSON object are the `result` of one."""
    blocks = content if isinstance(content, list) else [{"text": content}]
    text = "".join([str(block.get("text") or "") for block in map(_plain, blocks) if isinstance(block, dict)])
    try:
        is_object = isinstance(msgspec.json.decode(text), dict)
    except (msgspec.DecodeError, UnicodeError):
        is_object = False
    return text if is_object else msgspec.json.encode({"result": text}).decode()
