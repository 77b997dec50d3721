"""Tools and tool choice of a client's request."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.dialects.anthropic.tools import is_server_type, tool_name
from llmkit.serving.anthropic.fields import Fields
from llmkit.types.tools import AnyTool, ServerTool, Tool, ToolChoice


def parse_tools(tools: list[Any]) -> tuple[AnyTool, ...]:
    """Return the tools of a body."""
    return tuple([_tool(tool, f"tools.{place}") for place, tool in enumerate(tools)])


def parse_tool_choice(fields: Fields) -> tuple[ToolChoice | None, bool | None]:
    """Take the choice, and whether calls may be parallel; one that we cannot say stays."""
    match fields.peek("tool_choice"):
        case {"type": "auto" | "any" | "none" as kind, **more}:
            choice = ToolChoice(mode="required" if kind == "any" else kind)
        case {"type": "tool", "name": str(name), **more}:
            choice = ToolChoice(mode="required", names=(name,))
        case _:
            return None, None
    single = more.pop("disable_parallel_tool_use", None)
    if more or (single is not None and (not isinstance(single, bool) or choice.mode == "none")):
        return None, None
    fields.take("tool_choice", dict)
    return choice, None if single is None else not single


def _tool(tool: Any, path: str) -> AnyTool:
    fields = Fields(tool, path)
    kind = fields.peek("type")
    if not isinstance(kind, str) or kind == "custom":
        schema = fields.need("input_schema", dict, "an object")
        name, description, strict = fields.need("name", str, "a string"), fields.take("description", str), fields.take("strict", bool)
        return Tool(name=name, description=description, parameters=schema, strict=strict, cache=fields.cache(), options=fields.rest())
    if is_server_type(kind):
        fields.take("type", str)
        if fields.peek("name") == tool_name(kind):
            fields.take("name", str)
    cache = fields.cache()
    return ServerTool(name=kind, config=fields.rest().get(NAME, {}), cache=cache)
