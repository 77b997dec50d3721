"""Tools and tool choice of a client's request."""

from __future__ import annotations

from typing import Any

from llmkit.serving.openai_chat.reading import Object, a_list, a_text, a_text_or_none, an_object, invalid
from llmkit.serving.openai_responses.reading import options_of
from llmkit.types.tools import AnyTool, ServerTool, Tool, ToolChoice

_FUNCTION = frozenset({"type", "name", "description", "parameters", "strict"})


def tools_of(value: Any) -> tuple[AnyTool, ...]:
    """Return the tools on offer."""
    return tuple([_tool(an_object(item, f"tools[{place}]"), f"tools[{place}]") for place, item in enumerate(a_list(value, "tools"))])


def choice_of(value: Any, tools: tuple[AnyTool, ...]) -> ToolChoice | None:
    """Return how the model must choose, None for a shape that we cannot say again."""
    match value:
        case "auto" | "none" | "required":
            return ToolChoice(mode=value)
        case {"type": "allowed_tools", "mode": "auto" | "required" as mode, "tools": list(offered), **more} if not more:
            names = tuple([name for item in offered if (name := _name(item, tools)) is not None])
            plain = len(names) == len(offered) and (mode == "auto" or len(names) > 1)
            return ToolChoice(mode=mode, names=names) if plain and names else None
    name = _name(value, tools)
    return ToolChoice(mode="required", names=(name,)) if name is not None else None


def _tool(wire: Object, path: str) -> AnyTool:
    kind = a_text(wire.get("type"), f"{path}.type")
    told = {name: value for name, value in wire.items() if value is not None}
    if kind == "custom":
        rest = {name: value for name, value in told.items() if name not in ("name", "description")}
        return Tool(name=a_text(told.get("name"), f"{path}.name"), description=_description(told, path), options=options_of(rest))
    if kind != "function":
        return ServerTool(name=kind, config={name: value for name, value in told.items() if name != "type"})
    strict = told.get("strict")
    if strict is not None and not isinstance(strict, bool):
        invalid(f"{path}.strict", "true or false")
    return Tool(
        name=a_text(told.get("name"), f"{path}.name"),
        description=_description(told, path),
        parameters=an_object(told.get("parameters") or {}, f"{path}.parameters"),
        strict=strict,
        options=options_of({name: value for name, value in told.items() if name not in _FUNCTION}),
    )


def _description(wire: Object, path: str) -> str | None:
    return a_text_or_none(wire.get("description"), f"{path}.description")


def _name(value: Any, tools: tuple[AnyTool, ...]) -> str | None:
    match value:
        case {"type": "function" | "custom", "name": str(name), **more} if not more:
            return name
        case {"type": "mcp", "server_label": str(label), **more} if not more:
            return label
        case {"type": str(kind), **more} if not more and any(isinstance(tool, ServerTool) and tool.name == kind for tool in tools):
            return kind
    return None
