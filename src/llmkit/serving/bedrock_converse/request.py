"""A client's Converse body into a `CompletionRequest`: encoding it again gives the same body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from llmkit.dialects.bedrock_converse.dialect_profile import NAME
from llmkit.dialects.bedrock_converse.draft import SEPARATE
from llmkit.serving.bedrock_converse.blocks import cache_mark, malformed, parse_content
from llmkit.types.messages import Message
from llmkit.types.parts import Role, ToolResult
from llmkit.types.requests import CompletionRequest, OutputFormat
from llmkit.types.tools import AnyTool, ServerTool, Tool, ToolChoice

_MODEL = re.compile(r"/model/([^/]+)/converse(?:-stream)?$")
_ROLES: tuple[Role, ...] = ("user", "assistant", "system")


def parse_request(body: dict[str, Any], *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
    """Return the request in `body`. Raises `InvalidRequest` naming the field that is malformed."""
    rest = dict(body)
    turns = rest.pop("messages", None)
    if not isinstance(turns, list):
        malformed("messages", "a list")
    tools, choice = _tools(rest)
    limits = _limits(rest)
    model = rest.pop("modelId", None) or _model(path)
    metadata = rest.get("requestMetadata")
    strings = isinstance(metadata, dict) and metadata and all(isinstance(value, str) for value in metadata.values())
    return CompletionRequest(
        model=model if isinstance(model, str) else "",
        messages=_messages(rest.pop("system", None), turns),
        tools=tools,
        tool_choice=choice,
        output=_output(rest),
        metadata=rest.pop("requestMetadata") if strings else None,
        service_tier=_tier(rest),
        options={NAME: rest} if rest else {},
        **limits,
    )


def _model(path: str) -> str:
    found = _MODEL.search(path.partition("?")[0])
    return unquote(found[1]) if found else ""


def _messages(system: Any, turns: list[Any]) -> tuple[Message, ...]:
    messages: list[Message] = []
    if system:
        messages.append(Message(role="system", content=parse_content(system, "system")))
    for place, turn in enumerate(turns):
        messages += _turn(turn, f"messages.{place}", after_results=bool(messages) and messages[-1].role == "tool")
    return tuple(messages)


def _turn(turn: Any, path: str, *, after_results: bool) -> list[Message]:
    role = turn.get("role") if isinstance(turn, dict) else None
    if role not in _ROLES:
        malformed(f"{path}.role", "user, assistant or system")
    parts = parse_content(turn.get("content"), f"{path}.content")
    rest = {name: value for name, value in turn.items() if name not in ("role", "content")}
    if role == "system":
        rest["role"] = "system"  # Here on purpose: it must not move to the top.
    results = next((place for place, part in enumerate(parts) if not isinstance(part, ToolResult)), len(parts)) if role == "user" else 0
    if after_results and role == "user":
        rest[SEPARATE] = True
    options = {NAME: rest} if rest else {}
    if not results:
        return [Message(role=role, content=parts, options=options)]
    answers = Message(role="tool", content=parts[:results], options=options)
    return [answers] if results == len(parts) else [answers, Message(role="user", content=parts[results:])]


def _tools(rest: dict[str, Any]) -> tuple[tuple[AnyTool, ...], ToolChoice | None]:
    config = rest.get("toolConfig")
    if not isinstance(config, dict) or not isinstance(config.get("tools"), list) or not config["tools"]:
        return (), None
    tools: list[AnyTool] = []
    for place, block in enumerate(config["tools"]):
        mark = cache_mark(block)
        if mark is not None and tools:
            tools[-1] = tools[-1].replace(cache=mark)
        else:
            tools.append(_tool(block, f"toolConfig.tools.{place}"))
    choice = _choice(config.get("toolChoice"))
    more = {name: value for name, value in config.items() if name != "tools" and (name != "toolChoice" or choice is None)}
    if more:
        rest["toolConfig"] = more
    else:
        del rest["toolConfig"]
    return tuple(tools), choice


def _tool(block: Any, path: str) -> AnyTool:
    match block:
        case {"systemTool": {"name": str(name), **rest}}:
            return ServerTool(name=name, config={str(field): value for field, value in rest.items()})
        case {"toolSpec": {"name": str(name), **rest}}:
            more: dict[str, Any] = {str(field): value for field, value in rest.items()}
            schema = more.pop("inputSchema", None)
            match schema:
                case {"json": {"type": _} as parameters, **others} if not others:
                    pass
                case {"json": dict(parameters)}:
                    more["inputSchema"] = schema
                case _:
                    parameters, more["inputSchema"] = {}, schema
            description, strict = more.pop("description", None), more.pop("strict", None)
            options = {NAME: more} if more else {}
            return Tool(name=name, description=description, parameters=parameters, strict=strict, options=options)
    malformed(path, "a toolSpec, a systemTool or a cachePoint behind one")


def _choice(wire: Any) -> ToolChoice | None:
    match wire:
        case {"auto": {}}:
            return ToolChoice()
        case {"any": {}}:
            return ToolChoice(mode="required")
        case {"tool": {"name": str(name)}}:
            return ToolChoice(mode="required", names=(name,))
    return None


def _limits(rest: dict[str, Any]) -> dict[str, Any]:
    given = rest.pop("inferenceConfig", None)
    if not isinstance(given, dict):
        return {}
    config: dict[str, Any] = dict(given)
    found: dict[str, Any] = {}
    for name, ours, kind in (("maxTokens", "max_tokens", int), ("temperature", "temperature", float), ("topP", "top_p", float)):
        value = config.get(name)
        if isinstance(value, kind | int) and not isinstance(value, bool) and not (name == "temperature" and value > 1):
            found[ours] = config.pop(name)
    if isinstance(config.get("stopSequences"), list) and config["stopSequences"]:
        found["stop"] = tuple(config.pop("stopSequences"))
    if config:
        rest["inferenceConfig"] = config
    return found


def _output(rest: dict[str, Any]) -> OutputFormat | None:
    match rest.get("outputConfig"):
        case {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": str(text), **others}}}, **more}:
            schema = _schema(text)
            named: dict[str, Any] = {str(name): value for name, value in others.items()}
        case _:
            return None
    if schema is None or named.keys() - {"name", "description"}:
        return None
    if more:
        rest["outputConfig"] = more
    else:
        del rest["outputConfig"]
    return OutputFormat(schema=schema, name=named.get("name"), description=named.get("description"))


def _schema(text: str) -> dict[str, Any] | None:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return None


def _tier(rest: dict[str, Any]) -> str | None:
    match rest.get("serviceTier"):
        case {"type": "priority" | "default" | "flex" | "reserved" as tier, **more} if not more:
            del rest["serviceTier"]
            return str(tier)
    return None
