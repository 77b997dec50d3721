"""A client's Messages body into a `CompletionRequest`: encoding it again gives the same body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.dialects.anthropic.dialect_profile import BETA_HEADER, PROFILE, VERSION_HEADER
from llmkit.serving.anthropic.fields import Fields, malformed
from llmkit.serving.anthropic.messages import parse_messages
from llmkit.serving.anthropic.tools import parse_tool_choice, parse_tools
from llmkit.types.requests import EFFORTS, CompletionRequest, OutputFormat, ReasoningOptions

_DISPLAY = {"summarized": True, "omitted": False}
_TIERS = ("auto", "standard_only")


def parse_request(body: dict[str, Any], *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
    """Return the request in `body`. Raises `InvalidRequest` naming the field that is malformed."""
    fields = Fields(body, "")
    turns = fields.need("messages", list, "a list")
    messages = parse_messages(fields.want("system", "a string or a list of blocks", str, list), turns)
    tools = parse_tools(fields.want("tools", "a list", list) or [])
    if body.get("tools") == []:
        fields.put("tools", [])
    choice, parallel = parse_tool_choice(fields)
    output = _output(fields)
    reasoning = _reasoning(fields)
    user = _user(fields)
    if not fields.want("stream", "a boolean", bool) and "stream" in body:
        fields.put("stream", body["stream"])
    _headers(fields, {name.lower(): value for name, value in headers.items()})
    return CompletionRequest(
        model=fields.want("model", "a string", str) or "",
        messages=messages,
        tools=tools,
        tool_choice=choice,
        parallel_tool_calls=parallel,
        output=output,
        reasoning=reasoning,
        temperature=fields.want("temperature", "a number", int, float),
        top_p=fields.want("top_p", "a number", int, float),
        top_k=fields.want("top_k", "an integer", int),
        max_tokens=fields.want("max_tokens", "an integer", int),
        stop=_stop(fields),
        user=user,
        service_tier=fields.take("service_tier", str) if fields.peek("service_tier") in _TIERS else None,
        cache=fields.cache(),
        options=fields.rest(),
    )


def _output(fields: Fields) -> OutputFormat | None:
    match fields.peek("output_config"):
        case {"format": {"type": "json_schema", "schema": dict(schema), **more}, **rest} if not more:
            fields.take("output_config", dict)
            if rest:
                fields.put("output_config", rest)
            return OutputFormat(schema=schema)
    return None


def _reasoning(fields: Fields) -> ReasoningOptions | None:
    """Take what our reasoning options can say. An effort without adaptive thinking stays where it is."""
    match fields.peek("thinking"):
        case {"type": "disabled", **more} if not more:
            fields.take("thinking", dict)
            return ReasoningOptions(effort="none")
        case {"type": "enabled", "budget_tokens": int(budget), **more}:
            return _shown(fields, more, ReasoningOptions(budget=budget))
        case {"type": "adaptive", **more}:
            reasoning = _shown(fields, more, ReasoningOptions())
            if reasoning is None:
                return None
            fields.put("thinking", {"type": "adaptive"})
            match fields.peek("output_config"):
                case {"effort": effort, **rest} if effort in EFFORTS[2:]:
                    fields.take("output_config", dict)
                    if rest:
                        fields.put("output_config", rest)
                    return reasoning.replace(effort=effort)
            return reasoning
    return None


def _shown(fields: Fields, more: dict[Any, Any], reasoning: ReasoningOptions) -> ReasoningOptions | None:
    display = more.pop("display", None)
    if more or display not in (None, *_DISPLAY):
        return None
    fields.take("thinking", dict)
    return reasoning if display is None else reasoning.replace(visible=_DISPLAY[display])


def _user(fields: Fields) -> str | None:
    match fields.peek("metadata"):
        case {"user_id": str(user), **more}:
            fields.take("metadata", dict)
            if more:
                fields.put("metadata", more)
            return user
    return None


def _stop(fields: Fields) -> tuple[str, ...]:
    found = fields.want("stop_sequences", "a list of strings", list)
    if found is not None and not all(isinstance(item, str) for item in found):
        malformed("stop_sequences", "a list of strings")
    if found == []:
        fields.put("stop_sequences", [])
    return tuple(found or ())


def _headers(fields: Fields, headers: Mapping[str, str]) -> None:
    betas = [beta.strip() for beta in headers.get(BETA_HEADER, "").split(",")]
    if any(betas):
        fields.put("betas", [beta for beta in betas if beta])
    version = headers.get(VERSION_HEADER)
    if version and version != PROFILE.headers[VERSION_HEADER]:
        fields.put("version", version)
