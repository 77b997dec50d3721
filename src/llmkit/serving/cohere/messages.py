"""Parse the messages of a request."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.cohere.answer import plan_of
from llmkit.dialects.cohere.citations import citations_of
from llmkit.dialects.cohere.dialect_profile import NAME
from llmkit.dialects.cohere.messages import PLAN
from llmkit.dialects.openai_chat.media import place_of
from llmkit.dialects.openai_chat.wire import raw
from llmkit.serving.openai_chat.reading import Object, a_list, a_text, a_text_or_none, an_object, invalid, rest_of
from llmkit.types.messages import Message
from llmkit.types.parts import Citation, Document, Image, InvalidToolCall, Part, Provenance, Reasoning, Text, ToolCall, ToolResult, Unknown

OURS = Provenance(provider="", dialect=NAME)
_ROLES = ("system", "user", "assistant", "tool")
_SAID = frozenset({"role", "content", PLAN, "tool_calls", "citations"})


def messages(value: Any) -> tuple[Message, ...]:
    """Return the conversation."""
    if not isinstance(value, list):
        invalid("messages", "a list")
    return tuple([_message(an_object(item, f"messages[{place}]"), f"messages[{place}]") for place, item in enumerate(value)])


def options_of(fields: Object) -> dict[str, Object]:
    """Return `fields` as options of this dialect."""
    return {NAME: fields} if fields else {}


def _message(wire: Object, path: str) -> Message:
    role = a_text(wire.get("role"), f"{path}.role").lower()
    if role not in _ROLES:
        invalid(f"{path}.role", f"one of {', '.join(_ROLES)}")
    said = _content(wire.get("content"), f"{path}.content")
    if role == "tool":
        result = ToolResult(id=a_text(wire.get("tool_call_id"), f"{path}.tool_call_id"), content=said)
        return Message(role="tool", content=(result,), options=options_of(rest_of(wire, _SAID | {"tool_call_id"})))
    if role != "assistant":
        return Message(role=role, content=said, options=options_of(rest_of(wire, _SAID)))  # type: ignore[arg-type] # one of _ROLES
    parts: list[Part] = list(said)
    plan = a_text_or_none(wire.get(PLAN), f"{path}.{PLAN}")
    if plan:
        parts.append(plan_of(plan, origin=OURS))
    calls = a_list(wire.get("tool_calls"), f"{path}.tool_calls")
    parts += [_call(item, f"{path}.tool_calls[{place}]") for place, item in enumerate(calls)]
    for place, item in enumerate(a_list(wire.get("citations"), f"{path}.citations")):
        parts += _citations(an_object(item, f"{path}.citations[{place}]"))
    return Message(role="assistant", content=tuple(parts), options=options_of(rest_of(wire, _SAID)))


def _citations(wire: Object) -> list[Citation]:
    return citations_of(wire, origin=OURS)


def _content(value: Any, path: str) -> tuple[Part, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (Text(text=value),)
    if not isinstance(value, list):
        invalid(path, "text or a list of blocks")
    return tuple([_block(item, f"{path}[{place}]") for place, item in enumerate(value)])


def _block(value: Any, path: str) -> Part:
    if isinstance(value, str):
        return Text(text=value)
    wire = an_object(value, path)
    match wire.get("type"):
        case "text":
            return Text(text=a_text(wire.get("text"), f"{path}.text"), options=options_of(rest_of(wire, frozenset({"type", "text"}))))
        case "thinking":
            return Reasoning(text=a_text(wire.get("thinking"), f"{path}.thinking"), origin=OURS, native=raw(wire))
        case "image_url":
            place = an_object(wire.get("image_url"), f"{path}.image_url")
            detail = a_text_or_none(place.get("detail"), f"{path}.image_url.detail")
            more = options_of(wire) if place.keys() - {"url", "detail"} else {}
            return Image(**place_of(a_text(place.get("url"), f"{path}.image_url.url")), detail=detail, options=more)
        case "document":
            data = an_object(wire.get("document"), f"{path}.document").get("data")
            words = data.get("text") if isinstance(data, dict) else data
            return Document(text=words if isinstance(words, str) else None, options=options_of(wire))
    return Unknown(kind=str(wire.get("type") or "block"), origin=OURS, native=raw(wire))


def _call(value: Any, path: str) -> ToolCall | InvalidToolCall:
    wire = an_object(value, path)
    function = an_object(wire.get("function"), f"{path}.function")
    more = rest_of(wire, frozenset({"id", "type", "function"}))
    inner = rest_of(function, frozenset({"name", "arguments"}))
    if inner:
        more["function"] = inner
    text = a_text(function.get("arguments") or "", f"{path}.function.arguments")
    return tool_call(
        a_text(wire.get("id"), f"{path}.id"), a_text(function.get("name"), f"{path}.function.name"), text, options=options_of(more)
    )
