"""Parse a client's request body: the reverse of the dialect's `encode`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.ollama.dialect_profile import NAME
from llmkit.dialects.ollama.encode import OPTIONS
from llmkit.dialects.openai_chat.media import bytes_of
from llmkit.dialects.openai_chat.wire import dumps
from llmkit.serving.openai_chat.reading import Object, a_list, a_text, a_text_or_none, an_object, invalid, rest_of
from llmkit.types.messages import Message
from llmkit.types.parts import Image, Part, Provenance, Reasoning, Text, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import Tool

OURS = Provenance(provider="", dialect=NAME)
_ROLES = ("system", "user", "assistant", "tool")
_PLAIN = frozenset({"role", "content", "images"})
_LEVELS = ("low", "medium", "high")
_COUNTS = frozenset({"top_k", "seed"})


def parse_request(body: dict[str, Any], *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
    """Return the request in `body`. Raises `InvalidRequest` naming the field that is wrong.

    Whether to stream is the server's business. What has no type of its own is kept in the options of this dialect; null says nothing.
    """
    rest = {key: value for key, value in an_object(body, "body").items() if value is not None}
    rest.pop("stream", None)
    fields: Object = {
        "model": a_text(rest.pop("model", ""), "model"),
        "messages": _messages(rest.pop("messages", None)),
        "tools": tuple([_tool(item, f"tools[{place}]") for place, item in enumerate(a_list(rest.pop("tools", None), "tools"))]),
    }
    _form(rest, fields)
    _think(rest, fields)
    _settings(rest, fields)
    if isinstance(rest.get("logprobs"), bool):
        fields["logprobs"] = rest.pop("logprobs")
    if isinstance(rest.get("top_logprobs"), int):
        fields["top_logprobs"] = rest.pop("top_logprobs")
    return CompletionRequest(options=_options(rest), **fields)


def _options(rest: Object) -> dict[str, Object]:
    return {NAME: rest} if rest else {}


def _form(rest: Object, fields: Object) -> None:
    value = rest.pop("format", None)
    if value == "json":
        fields["output"] = OutputFormat(kind="json_object")
    elif isinstance(value, dict):
        fields["output"] = OutputFormat(schema=value)
    elif value:
        invalid("format", "`json` or a schema")


def _think(rest: Object, fields: Object) -> None:
    value = rest.get("think")
    if isinstance(value, bool):
        fields["reasoning"] = ReasoningOptions(effort="medium" if value else "none")
    elif value in _LEVELS:
        fields["reasoning"] = ReasoningOptions(effort=value)
    else:
        return
    del rest["think"]


def _settings(rest: Object, fields: Object) -> None:
    """Take what has a type out of the body's `options`."""
    if "options" not in rest:
        return
    given = {key: value for key, value in an_object(rest.pop("options"), "options").items() if value is not None}
    limit = given.get("num_predict")
    if isinstance(limit, int) and not isinstance(limit, bool) and limit >= 0:  # Below 0 stands for no limit.
        fields["max_tokens"] = given.pop("num_predict")
    for ours, theirs in OPTIONS:
        value = given.get(theirs)
        if isinstance(value, int if ours in _COUNTS else int | float) and not isinstance(value, bool):
            fields[ours] = given.pop(theirs)
    stop = given.get("stop")
    if isinstance(stop, list) and all(isinstance(word, str) for word in stop):
        fields["stop"] = tuple(given.pop("stop"))
    if given:
        rest["options"] = given


def _messages(value: Any) -> tuple[Message, ...]:
    if not isinstance(value, list):
        invalid("messages", "a list")
    return tuple([_message(an_object(item, f"messages[{place}]"), f"messages[{place}]") for place, item in enumerate(value)])


def _message(wire: Object, path: str) -> Message:
    role = a_text(wire.get("role"), f"{path}.role")
    if role not in _ROLES:
        invalid(f"{path}.role", f"one of {', '.join(_ROLES)}")
    text = a_text_or_none(wire.get("content"), f"{path}.content") or ""
    images = [_image(item, f"{path}.images[{place}]") for place, item in enumerate(a_list(wire.get("images"), f"{path}.images"))]
    said: list[Part] = [*([Text(text=text)] if text else []), *images]
    more = rest_of(wire, _PLAIN)
    if role == "tool":
        result = ToolResult(
            id=a_text(more.pop("tool_call_id", ""), f"{path}.tool_call_id"),
            name=a_text_or_none(more.pop("tool_name", None), f"{path}.tool_name"),
            content=tuple(said),
        )
        return Message(role="tool", content=(result,), options=_options(more))
    thinking = a_text_or_none(more.pop("thinking", None), f"{path}.thinking")
    if thinking:
        said.insert(0, Reasoning(text=thinking, origin=OURS))
    calls = a_list(more.pop("tool_calls", None), f"{path}.tool_calls")
    said += [_call(an_object(item, f"{path}.tool_calls[{place}]"), f"{path}.tool_calls[{place}]") for place, item in enumerate(calls)]
    return Message(role=role, content=tuple(said), options=_options(more))  # type: ignore[arg-type] # one of _ROLES


def _image(value: Any, path: str) -> Image:
    data = bytes_of(a_text(value, path))
    if data is None:
        invalid(path, "base64 text")
    return Image(data=data, media_type=media_type_of(data))


def _call(wire: Object, path: str) -> ToolCall:
    function = an_object(wire.get("function"), f"{path}.function")
    arguments = an_object(function.get("arguments") or {}, f"{path}.function.arguments")
    more = rest_of(wire, frozenset({"id", "function"}))
    inner = rest_of(function, frozenset({"name", "arguments"}))
    return ToolCall(
        id=a_text(wire.get("id") or "", f"{path}.id"),
        name=a_text(function.get("name"), f"{path}.function.name"),
        arguments=arguments,
        json=dumps(arguments),
        options=_options({**more, "function": inner} if inner else more),
    )


def _tool(value: Any, path: str) -> Tool:
    wire = an_object(value, path)
    function = an_object(wire.get("function"), f"{path}.function")
    more = rest_of(wire, frozenset({"type", "function"}))
    inner = rest_of(function, frozenset({"name", "description", "parameters"}))
    return Tool(
        name=a_text(function.get("name"), f"{path}.function.name"),
        description=a_text_or_none(function.get("description"), f"{path}.function.description"),
        parameters=an_object(function.get("parameters") or {}, f"{path}.function.parameters"),
        options=_options({**more, "function": inner} if inner else more),
    )
