"""A client's input items into messages: encoding them again gives the same items."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_responses.items import call_id
from llmkit.dialects.openai_responses.items import parts_of as parts_of_item
from llmkit.serving.openai_chat.reading import Object, a_text, an_object, invalid
from llmkit.serving.openai_responses.contents import parts_of
from llmkit.serving.openai_responses.reading import OURS, native_of, options_of
from llmkit.types.messages import Message
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Part, Refusal, Role, Text, ToolResult, Unknown

_ROLES: dict[str, Role] = {"user": "user", "assistant": "assistant", "system": "system", "developer": "developer", "tool": "tool"}
_RESULTS = frozenset(
    {
        "apply_patch_call_output",
        "computer_call_output",
        "custom_tool_call_output",
        "function_call_output",
        "local_shell_call_output",
        "mcp_approval_response",
        "shell_call_output",
        "tool_search_output",
    }
)
_FUNCTION = frozenset({"type", "call_id", "name", "arguments"})
_OUTPUT = frozenset({"type", "call_id", "output"})


def messages_of(value: Any) -> tuple[Message, ...]:
    """Return the messages of the `input` field: a text of the user's, or a list of items."""
    if isinstance(value, str):
        return (Message.user(value),)
    if value is None:
        return ()
    if not isinstance(value, list):
        invalid("input", "text or a list of items")
    found: list[Message] = []
    for place, item in enumerate(value):
        if isinstance(item, str):
            found.append(Message.user(item))
        else:
            _add(an_object(item, f"input[{place}]"), f"input[{place}]", found)
    return tuple(found)


def _add(item: Object, path: str, found: list[Message]) -> None:
    kind = item.get("type")
    if kind == "message" or (kind is None and "role" in item):
        _message(item, path, found)
    elif not isinstance(kind, str):
        invalid(f"{path}.type", "the kind of the item")
    elif kind in _RESULTS and _answers_caller(item):
        _join(found, "tool", _result(item, path))
    else:
        _joined(found, _call(item, path))


def _message(item: Object, path: str, found: list[Message]) -> None:
    role = _ROLES.get(a_text(item.get("role"), f"{path}.role"))
    if role is None:
        invalid(f"{path}.role", "user, assistant, system or developer")
    if role == "assistant":
        _joined(found, _said(item, path))
        return
    rest = {name: value for name, value in item.items() if name not in ("type", "role", "content") and value is not None}
    found.append(Message(role=role, content=parts_of(item.get("content"), f"{path}.content", role), options=options_of(rest)))


def _said(item: Object, path: str) -> list[Part]:
    """Return what the model said. Words that the typed part says again exactly need no wire block."""
    content = item.get("content")
    plain = not item.keys() - {"type", "role", "content"}
    match content:
        case str(text) if plain:
            return [Text(text=text)]
        case [{"type": "output_text", "text": str(text), **more}] if plain and not more:
            return [Text(text=text)]
        case None | str() | list():
            pass
        case _:
            invalid(f"{path}.content", "text or a list of contents")
    if isinstance(content, list) and len(content) > 1 and not item.get("id"):
        # Without an id nothing tells that the contents are of one message, so it stays whole.
        return [_first(item, content)]
    return list(parts_of_item(item, native_of(item), OURS))


def _first(item: Object, content: list[Any]) -> Part:
    """Return one part for a message of several contents: its words together, and the message as it came."""
    words = [block["text"] for block in content if isinstance(block, dict) and isinstance(block.get("text"), str)]
    if words:
        return Text(text="".join(words), origin=OURS, native=native_of(item))
    refusals = [block["refusal"] for block in content if isinstance(block, dict) and isinstance(block.get("refusal"), str)]
    if refusals:
        return Refusal(text="".join(refusals), origin=OURS, native=native_of(item))
    return Unknown(kind="message", origin=OURS, native=native_of(item))


def _call(item: Object, path: str) -> list[Part]:
    if item.get("type") == "function_call":
        a_text(item.get("name"), f"{path}.name")
        a_text(item.get("call_id"), f"{path}.call_id")
    found = parts_of_item(item, native_of(item), OURS)
    if item.keys() == _FUNCTION and isinstance(item["arguments"], str) and len(found) == 1:
        return [found[0].replace(native=NO_NATIVE, origin=None)]
    return found


def _answers_caller(item: Object) -> bool:
    """Tell whether a result answers a call that the client had to run: what the API ran by itself comes back with an id of its own."""
    match item.get("type"):
        case "tool_search_output":
            return item.get("execution") == "client"
        case "shell_call_output":
            return item.get("id") is None
    return True


def _result(item: Object, path: str) -> ToolResult:
    kind = item["type"]
    identity = item.get("approval_request_id") if kind == "mcp_approval_response" else call_id(item)
    if kind not in ("function_call_output", "custom_tool_call_output"):
        structured = {name: value for name, value in item.items() if name not in ("type", "call_id", "id")}
        words = item.get("output")
        content: tuple[Part, ...] = (Text(text=words),) if isinstance(words, str) else ()
        failed = item.get("status") == "failed" or item.get("approve") is False
        return ToolResult(
            id=str(identity or ""), content=content, structured=structured, is_error=failed, origin=OURS, native=native_of(item)
        )
    rest = {name: value for name, value in item.items() if name not in _OUTPUT and value is not None}
    if kind == "custom_tool_call_output":
        rest["type"] = kind
    return ToolResult(
        id=a_text(item.get("call_id"), f"{path}.call_id"),
        content=parts_of(item.get("output"), f"{path}.output", "tool"),
        options=options_of(rest),
    )


def _join(found: list[Message], role: Role, part: Part) -> None:
    if found and found[-1].role == role and not found[-1].options:
        found[-1] = found[-1].replace(content=(*found[-1].content, part))
    else:
        found.append(Message(role=role, content=(part,)))


def _joined(found: list[Message], parts: list[Part]) -> None:
    """Add parts to the model's turn; two texts of two messages stay two turns, for nothing else keeps them apart."""
    for part in parts:
        last = found[-1].content[-1] if found and found[-1].role == "assistant" and found[-1].content else None
        if isinstance(part, Text | Refusal) and not part.native and isinstance(last, Text | Refusal) and not last.native:
            found.append(Message(role="assistant", content=(part,)))
        else:
            _join(found, "assistant", part)
