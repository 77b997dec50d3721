"""Parse the messages of a request."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.openai_chat.calls import CUSTOM, legacy_call_of
from llmkit.dialects.openai_chat.media import image_of
from llmkit.dialects.openai_chat.reasoning import DETAILS, FIELDS, reasoning_of
from llmkit.dialects.openai_chat.wire import dumps, raw, text_of
from llmkit.serving.openai_chat.content import content
from llmkit.serving.openai_chat.reading import (
    OURS,
    Object,
    a_list,
    a_text,
    a_text_or_none,
    an_object,
    invalid,
    mark_of,
    options_of,
    rest_of,
)
from llmkit.types.messages import Message
from llmkit.types.parts import Audio, InvalidToolCall, Part, Reasoning, Refusal, ToolCall, ToolResult, Unknown

_PLAIN = frozenset({"role", "content", "name"})
_TOOL = frozenset({"role", "content", "name", "tool_call_id"})


def messages(value: Any) -> tuple[Message, ...]:
    """Return the conversation."""
    if not isinstance(value, list):
        invalid("messages", "a list")
    return tuple([_message(an_object(item, f"messages[{place}]"), f"messages[{place}]") for place, item in enumerate(value)])


def _message(wire: Object, path: str) -> Message:
    role = a_text(wire.get("role"), f"{path}.role")
    match role:
        case "assistant":
            return _assistant(wire, path)
        case "tool":
            return _tool(wire, path)
        case "system" | "developer" | "user":
            return Message(
                role=role,
                content=content(wire.get("content"), f"{path}.content", spell=False),
                name=a_text_or_none(wire.get("name"), f"{path}.name"),
                options=options_of(rest_of(wire, _PLAIN)),
            )
    if not role:
        invalid(f"{path}.role", "the name of a role")
    return Message(role="user", content=(Unknown(kind="message", origin=OURS, native=raw(wire)),))


def _tool(wire: Object, path: str) -> Message:
    result = ToolResult(
        id=a_text_or_none(wire.get("tool_call_id"), f"{path}.tool_call_id") or "",
        content=content(wire.get("content"), f"{path}.content", spell=True),
        name=a_text_or_none(wire.get("name"), f"{path}.name"),
    )
    return Message(role="tool", content=(result,), options=options_of(rest_of(wire, _TOOL)))


def _assistant(wire: Object, path: str) -> Message:
    more = rest_of(wire, _PLAIN)
    parts: list[Part] = []
    thinking = _thinking(more)
    if thinking is not None:
        parts.append(thinking)
    parts.extend(content(wire.get("content"), f"{path}.content", spell=True))
    if isinstance(more.get("refusal"), str):
        parts.append(Refusal(text=more.pop("refusal")))
    images = [image_of(item, origin=None) for item in more.get("images") or [] if isinstance(item, dict)]
    if images and all(image is not None for image in images):
        parts.extend([image for image in images if image is not None])
        del more["images"]
    audio = more.get("audio")
    if isinstance(audio, dict) and audio.keys() == {"id"} and isinstance(audio["id"], str):
        parts.append(Audio(id=audio["id"]))
        del more["audio"]
    calls = a_list(more.pop("tool_calls", None), f"{path}.tool_calls")
    parts.extend([_call(item, f"{path}.tool_calls[{place}]") for place, item in enumerate(calls)])
    legacy = more.get("function_call")
    if isinstance(legacy, dict) and isinstance(legacy.get("name"), str):
        parts.append(legacy_call_of(legacy, response_id="", origin=OURS))
        del more["function_call"]
    return Message(role="assistant", content=tuple(parts), name=a_text_or_none(wire.get("name"), f"{path}.name"), options=options_of(more))


def _thinking(more: Object) -> Reasoning | None:
    """Take the thinking out of the message's fields: details whole, else the first of the texts."""
    if isinstance(more.get(DETAILS), list) and more[DETAILS]:
        part = reasoning_of(more, origin=OURS)
        if part is not None:
            for name in (*FIELDS, DETAILS):
                more.pop(name, None)
        return part
    for name in FIELDS:
        if isinstance(more.get(name), str):
            return Reasoning(text=more.pop(name), origin=OURS)
    return None


def _call(value: Any, path: str) -> ToolCall | InvalidToolCall:
    wire = an_object(value, path)
    mark = mark_of(wire.get("cache_control"))
    name = text_of(wire.get("id"))
    if wire.get("type") == "custom":
        custom = an_object(wire.get("custom"), f"{path}.custom")
        word, text = a_text(custom.get("name"), f"{path}.custom.name"), a_text(custom.get("input"), f"{path}.custom.input")
        return ToolCall(id=name, name=word, arguments={"input": text}, options=CUSTOM, cache=mark)
    function = an_object(wire.get("function"), f"{path}.function")
    known = {"id", "type", "function", "cache_control"} if mark is not None else {"id", "type", "function"}
    more = rest_of(wire, frozenset(known))
    inner = rest_of(function, frozenset({"name", "arguments"}))
    if inner:
        more["function"] = inner
    arguments = function.get("arguments")
    text = arguments if isinstance(arguments, str) else ("" if arguments is None else dumps(arguments))
    return tool_call(name, a_text(function.get("name"), f"{path}.function.name"), text, options=options_of(more), cache=mark)
