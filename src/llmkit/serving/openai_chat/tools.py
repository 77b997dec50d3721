"""Parse the tools of a request, and how the model must choose."""

from __future__ import annotations

from typing import Any

from llmkit.serving.openai_chat.reading import Object, a_list, a_text, a_text_or_none, an_object, invalid, mark_of, options_of, rest_of
from llmkit.types.tools import AnyTool, ServerTool, Tool, ToolChoice

_FUNCTION = frozenset({"name", "description", "parameters", "strict"})


def tools(value: Any) -> tuple[AnyTool, ...]:
    """Return the tools on offer."""
    return tuple([_tool(an_object(item, f"tools[{place}]"), f"tools[{place}]") for place, item in enumerate(a_list(value, "tools"))])


def _tool(wire: Object, path: str) -> AnyTool:
    kind = wire.get("type")
    mark = mark_of(wire.get("cache_control"))
    more = rest_of(wire, frozenset({"type", "cache_control"} if mark is not None else {"type"}))
    if kind == "custom" and isinstance(more.get("custom"), dict):
        custom = dict(more["custom"])
        name, description = a_text(custom.pop("name", None), f"{path}.custom.name"), custom.pop("description", None)
        return Tool(
            name=name,
            description=a_text_or_none(description, f"{path}.custom.description"),
            options=options_of({"type": "custom", "custom": custom}),
            cache=mark,
        )
    if kind == "function" or (kind is None and "function" in wire):
        function = an_object(more.pop("function", None), f"{path}.function")
        inner = rest_of(function, _FUNCTION)
        if inner:
            more["function"] = inner
        strict = function.get("strict")
        if strict is not None and not isinstance(strict, bool):
            invalid(f"{path}.function.strict", "true or false")
        return Tool(
            name=a_text(function.get("name"), f"{path}.function.name"),
            description=a_text_or_none(function.get("description"), f"{path}.function.description"),
            parameters=an_object(function.get("parameters") or {}, f"{path}.function.parameters"),
            strict=strict,
            cache=mark,
            options=options_of(more),
        )
    return ServerTool(name=kind if isinstance(kind, str) else "", config=more, cache=mark)


def choice(value: Any) -> ToolChoice | None:
    """Return how the model must choose, None for a shape that is not known."""
    match value:
        case "auto" | "none" | "required":
            return ToolChoice(mode=value)
        case "any":
            return ToolChoice(mode="required")
        case str() if value:
            return ToolChoice(mode="required", names=(value,))
        case {"type": "allowed_tools", "allowed_tools": {"mode": "auto" | "required" as mode, "tools": list(offered)}}:
            names = tuple([name for item in offered if (name := _name(item)) is not None])
            plain = len(names) == len(offered) and (mode == "auto" or len(names) > 1)
            return ToolChoice(mode=mode, names=names) if plain and names else None
    name = _name(value)
    return ToolChoice(mode="required", names=(name,)) if name is not None else None


def _name(value: Any) -> str | None:
    match value:
        case {"function": {"name": str(name)}} | {"custom": {"name": str(name)}} | {"type": "tool", "name": str(name)}:
            return name
    return None
