"""Tools, the API's own tools, and how the model must choose."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object
from llmkit.dialects.openai_responses.draft import ResponsesDraft
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import AnyTool, ServerTool, Tool, ToolChoice

SERVER_TOOLS = {"code_execution": "code_interpreter"}
"""Our name to wire type, where they differ."""
_DEFAULTS: dict[str, Object] = {"code_interpreter": {"container": {"type": "auto"}}}
"""What a tool cannot do without."""
_PICTURES = "image_generation"


def tool_fields(request: CompletionRequest, draft: ResponsesDraft) -> Object:
    """Return the fields of the body about tools."""
    fields: Object = {}
    tools = [_tool(tool, draft) for tool in request.tools]
    if tools and not draft.profile.tools:
        draft.refuse("tools")
    if "image" in request.modalities and not any(tool["type"] == _PICTURES for tool in tools):
        draft.warn("emulated", "modalities", "Pictures are made by the API's own tool.")
        tools.append({"type": _PICTURES})
    if tools:
        fields["tools"] = tools
    if request.tool_choice is not None:
        fields["tool_choice"] = _choice(request.tool_choice, request.tools, draft)
    if request.parallel_tool_calls is not None:
        if draft.profile.parallel_tools or not request.parallel_tool_calls:
            fields["parallel_tool_calls"] = request.parallel_tool_calls
        else:
            draft.warn("dropped", "parallel_tool_calls", "The model makes one call at a time.")
    return fields


def _tool(tool: AnyTool, draft: ResponsesDraft) -> Object:
    if tool.cache is not None:
        draft.warn("dropped", "cache", "Tools cannot carry a cache mark here.")
    if isinstance(tool, ServerTool):
        kind = wire_type(tool, draft)
        return {"type": kind, **_DEFAULTS.get(kind, {}), **tool.config}
    options = draft.options(tool.options)
    wire: Object = {"type": "function", "name": tool.name}
    if tool.description is not None:
        wire["description"] = tool.description
    if options.get("type", "function") != "function":  # A tool that takes free text, or an inner list, has no schema.
        return {**wire, **options}
    wire["parameters"] = tool.parameters or {"type": "object", "properties": {}}
    if tool.strict is not None:
        wire["strict"] = tool.strict
    return {**wire, **options}


def wire_type(tool: ServerTool, draft: ResponsesDraft) -> str:
    """Return what the wire calls one of the API's own tools."""
    return draft.profile.server_tools.get(tool.name) or SERVER_TOOLS.get(tool.name, tool.name)


def _choice(choice: ToolChoice, offered: tuple[AnyTool, ...], draft: ResponsesDraft) -> Any:
    mode, names = choice.mode, choice.names
    if mode == "required" and not draft.profile.forced_tools:
        draft.warn("dropped", "tool_choice", "The model cannot be made to call a tool; it is left to choose.")
        mode = "auto"
    if not names or mode == "none":
        return mode
    wanted = [_named(name, offered, draft) for name in names]
    if mode == "required" and len(wanted) == 1:
        return wanted[0]
    return {"type": "allowed_tools", "mode": mode, "tools": wanted}


def _named(name: str, offered: tuple[AnyTool, ...], draft: ResponsesDraft) -> Object:
    for tool in offered:
        match tool:
            case Tool(name=known) if known == name and draft.options(tool.options).get("type") == "custom":
                return {"type": "custom", "name": name}
            case ServerTool(name="mcp") if tool.config.get("server_label") == name:
                return {"type": "mcp", "server_label": name}
            case ServerTool(name=known) if known == name:
                return {"type": wire_type(tool, draft)}
    return {"type": "function", "name": name}
