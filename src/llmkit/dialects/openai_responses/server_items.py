"""Items of the API's own tools: some it runs by itself, some it asks the caller to run."""

from __future__ import annotations

import msgspec

from llmkit.dialects.openai_chat.wire import Object, dumps, loads, name_of, object_of, text_of
from llmkit.types.parts import Part, Provenance, ServerToolCall, ServerToolResult, ToolCall

NAMES = {"code_interpreter": "code_execution"}
"""The wire's name of a tool, and ours."""
_ARGUMENTS = ("action", "operation")
"""Fields that hold a call's arguments as one object."""
_PLAIN = ("code", "queries", "actions", "prompt", "server_label")
"""Fields that are arguments by themselves."""
_FAILED = frozenset({"failed", "error"})


def server_call(kind: str, item: Object, native: msgspec.Raw, origin: Provenance | None) -> Part:
    """Return a call: a `ToolCall` where the caller must run it."""
    tool = kind.removesuffix("_call")
    name = text_of(item.get("name")) if kind in ("mcp_call", "mcp_approval_request") else NAMES.get(tool, tool)
    identity = name_of(item.get("call_id")) or name_of(item.get("id")) or ""
    arguments = _arguments(item)
    if asks_caller(kind, item):
        return ToolCall(id=identity, name=name, arguments=arguments, json=dumps(arguments), origin=origin, native=native)
    return ServerToolCall(id=identity, name=name, arguments=arguments, origin=origin, native=native)


def server_result(kind: str, item: Object, native: msgspec.Raw, origin: Provenance | None) -> ServerToolResult:
    """Return what a tool answered."""
    tool = kind.removesuffix("_output").removesuffix("_call")
    identity = name_of(item.get("call_id")) or name_of(item.get("id")) or ""
    failed = text_of(item.get("status")) in _FAILED
    return ServerToolResult(id=identity, name=NAMES.get(tool, tool), is_error=failed, origin=origin, native=native)


def asks_caller(kind: str, item: Object) -> bool:
    """Tell whether the caller must run the tool and send back what it answers."""
    match kind:
        case "computer_call" | "local_shell_call" | "apply_patch_call":
            return True
        case "shell_call":  # One that runs in the API's own container names it.
            return text_of(object_of(item.get("environment")).get("type")) in ("", "local")
        case "tool_search_call":
            return item.get("execution") == "client"
    return False


def _arguments(item: Object) -> Object:
    given = item.get("arguments")
    if isinstance(given, str) and given:
        try:
            return object_of(loads(given))
        except ValueError:
            return {}
    if isinstance(given, dict):
        return given
    whole = next((item[name] for name in _ARGUMENTS if isinstance(item.get(name), dict)), None)
    return whole if whole is not None else {name: item[name] for name in _PLAIN if item.get(name) is not None}
