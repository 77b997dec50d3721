"""A client's Messages body into a `CompletionRequest`: encoding it again gives the same body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.dialects.anthropic.dialect_profile import BETA_HEADER, PROFILE, VERSION_HEADER
from llmkit.serving.anthropic.fields import Fields
from llmkit.serving.anthropic.messages import parse_messages
from llmkit.serving.anthropic.tools import parse_tool_choice, parse_tools
from llmkit.types.requests import EFFORTS, CompletionRequest, OutputFormat, ReasoningOptions

_DISPLAY = {"summarized": True, "omitted": False}
_TIERS = ("auto", "standard_only")


def parse_request(body: dict[str, Any], *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
    """Return the request in `body`. Raises `InvalidRequest` naming the field that is malformed."""
    fields = Fields(body, "")
    turns = fields.need("messages", list, "a list")
    messages = parse_messages(fields.take("system", str, list), turns)
    tools = parse_tools(fields.take("tools", list) or [])
    if body.get("tools") == []:
        fields.put("tools", [])
    choice, parallel = parse_tool_choice(fields)
    output = _output(fields)
    reasoning = _reasoning(fields)
    user = _user(fields)
    fields.take("stream", bool) if body.get("stream") is True else None
    _headers(fields, {name.lower(): value for name, value in headers.items()})
    return CompletionRequest(
        model=fields.take("model", str) or "",
        messages=messages,
        tools=tools,
        tool_choice=choice,
        parallel_tool_calls=parallel,
        output=output,
        reasoning=reasoning,
        temperature=fields.take("temperature", int, float),
        top_p=fields.take("top_p", int, float),
        top_k=fields.take("top_k", int),
        max_tokens=fields.take("max_tokens", int),
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
    if more or (display is not None and display not in _DISPLAY):
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
    found = fields.peek("stop_sequences")
    if not isinstance(found, list) or not found or not all(isinstance(item, str) for item in found):
        return ()
    return tuple(fields.take("stop_sequences", list))


def _headers(fields: Fields, headers: Mapping[str, str]) -> None:
    betas = [beta.strip() for beta in headers.get(BETA_HEADER, "").split(",")]
    if any(betas):
        fields.put("betas", [beta for beta in betas if beta])
    version = headers.get(VERSION_HEADER)
    if version and version != PROFILE.headers[VERSION_HEADER]:
        fields.put("version", version)
