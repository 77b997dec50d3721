"""Parse a client's request body: the reverse of the dialect's `encode`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.dialects.cohere.encode import FIELDS
from llmkit.serving.cohere.messages import messages, options_of
from llmkit.serving.openai_chat.reading import Object, a_list, a_text, a_text_or_none, an_object, invalid, rest_of
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import Tool, ToolChoice

_COUNTS = frozenset({"top_k", "seed"})


def parse_request(body: dict[str, Any], *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
    """Return the request in `body`. Raises `InvalidRequest` naming the field that is wrong.

    Whether to stream is the server's business. What has no type of its own is kept in the options of this dialect; null says nothing.
    """
    rest = {key: value for key, value in an_object(body, "body").items() if value is not None}
    rest.pop("stream", None)
    fields: Object = {"model": a_text(rest.pop("model", ""), "model"), "messages": messages(rest.pop("messages", None))}
    _tools(rest, fields)
    _form(rest, fields)
    _think(rest, fields)
    limit = rest.pop("max_tokens", None)
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool)):
        invalid("max_tokens", "a whole number")
    fields["max_tokens"] = limit
    for ours, theirs in FIELDS:
        if theirs in rest and _fits(ours, rest[theirs]):
            fields[ours] = rest.pop(theirs)
    stop = rest.pop("stop_sequences", [])
    if not isinstance(stop, list) or not all(isinstance(word, str) for word in stop):
        invalid("stop_sequences", "a list of texts")
    return CompletionRequest(stop=tuple(stop), options=options_of(rest), **fields)


def _fits(name: str, value: Any) -> bool:
    if name == "logprobs":
        return isinstance(value, bool)
    return isinstance(value, int if name in _COUNTS else int | float) and not isinstance(value, bool)


def _tools(rest: Object, fields: Object) -> None:
    strict = rest.get("strict_tools") if isinstance(rest.get("strict_tools"), bool) else None
    found = [_tool(item, f"tools[{place}]", strict) for place, item in enumerate(a_list(rest.pop("tools", None), "tools"))]
    fields["tools"] = tuple(found)
    if found and strict is not None:
        del rest["strict_tools"]
    choice = rest.get("tool_choice")
    if isinstance(choice, str) and choice.lower() in ("required", "none"):
        fields["tool_choice"] = ToolChoice(mode="required" if choice.lower() == "required" else "none")
        del rest["tool_choice"]


def _tool(value: Any, path: str, strict: bool | None) -> Tool:
    wire = an_object(value, path)
    function = an_object(wire.get("function"), f"{path}.function")
    more = rest_of(wire, frozenset({"type", "function"}))
    inner = rest_of(function, frozenset({"name", "description", "parameters"}))
    return Tool(
        name=a_text(function.get("name"), f"{path}.function.name"),
        description=a_text_or_none(function.get("description"), f"{path}.function.description"),
        parameters=an_object(function.get("parameters") or {}, f"{path}.function.parameters"),
        strict=strict,
        options=options_of({**more, "function": inner} if inner else more),
    )


def _form(rest: Object, fields: Object) -> None:
    """Read the output's form; clients of the older version call the schema `schema`."""
    wire = rest.pop("response_format", None)
    if wire is None:
        return
    given = an_object(wire, "response_format")
    schema = given.get("json_schema") or given.get("schema")
    if given.get("type") == "text":
        fields["output"] = OutputFormat(kind="text")
    elif schema is not None:
        fields["output"] = OutputFormat(schema=an_object(schema, "response_format.json_schema"))
    else:
        fields["output"] = OutputFormat(kind="json_object")


def _think(rest: Object, fields: Object) -> None:
    match rest.get("thinking"):
        case {"type": "disabled", **more} if not more:
            fields["reasoning"] = ReasoningOptions(effort="none")
        case {"type": "enabled", "token_budget": int(budget), **more} if not more:
            fields["reasoning"] = ReasoningOptions(budget=budget)
        case _:
            return
    del rest["thinking"]
