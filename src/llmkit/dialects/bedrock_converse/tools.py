"""Tools, the provider's own tools, and how the model must choose."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.bedrock_converse.draft import ConverseDraft
from llmkit.errors import UnsupportedFeature
from llmkit.types.parts import InvalidToolCall, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import AnyTool, ServerTool, Tool, ToolChoice


def encode_tools(request: CompletionRequest, draft: ConverseDraft) -> dict[str, Any] | None:
    """Return the `toolConfig` field. The API demands one for a conversation in which tools were called."""
    called = _called(request)
    tools = _chosen(request, draft)
    if tools and not draft.profile.tools:
        raise UnsupportedFeature("tools", where="This model")
    choice = request.tool_choice
    if choice is not None and choice.mode == "none" and tools:
        if not called:
            draft.warn("emulated", "tool_choice", "No tools are sent: the model cannot be told not to call them.")
            return None
        draft.warn("dropped", "tool_choice", "The model cannot be told not to call a tool; the conversation's calls need their tools.")
        choice = None
    if request.parallel_tool_calls is False and tools:
        draft.warn("dropped", "parallel_tool_calls", "The Converse format has no such field.")
    listed = [block for tool in tools for block in _tool(tool, draft)]
    if not any("toolSpec" in block or "systemTool" in block for block in listed) and called:
        draft.warn("emulated", "tools", "The tools that the conversation calls are declared again: the API demands them.")
        listed = [{"toolSpec": {"name": name, "inputSchema": {"json": {"type": "object"}}}} for name in called]
    if not listed:
        return None
    config: dict[str, Any] = {"tools": listed}
    wire = _choice(choice, draft) if choice is not None and tools else None
    return config if wire is None else {**config, "toolChoice": wire}


def model_tools(request: CompletionRequest) -> list[dict[str, Any]]:
    """Return the tools of the model's own format, which go past this one: those whose settings say their type."""
    return [dict(tool.config) for tool in request.tools if isinstance(tool, ServerTool) and "type" in tool.config]


def _called(request: CompletionRequest) -> list[str]:
    """Return the names of the tools that the conversation calls."""
    names: dict[str, None] = {}
    for message in request.messages:
        for part in message.content:
            if isinstance(part, ToolCall | InvalidToolCall | ToolResult) and part.name:
                names[part.name] = None
    return list(names)


def _chosen(request: CompletionRequest, draft: ConverseDraft) -> list[AnyTool]:
    tools: list[AnyTool] = [tool for tool in request.tools if isinstance(tool, Tool) or "type" not in tool.config]
    choice = request.tool_choice
    if choice is not None and len(choice.names) + (choice.mode == "auto") > 1:
        draft.warn("emulated", "tool_choice", "Only the tools to choose from are sent.")
        return [tool for tool in tools if tool.name in choice.names]
    return tools


def _tool(tool: AnyTool, draft: ConverseDraft) -> list[dict[str, Any]]:
    block = _function(tool, draft) if isinstance(tool, Tool) else _server_tool(tool, draft)
    point = draft.cache_point(tool.cache)
    return [block] if point is None else [block, point]


def _function(tool: Tool, draft: ConverseDraft) -> dict[str, Any]:
    wire: dict[str, Any] = {"name": tool.name}
    if tool.description:
        wire["description"] = tool.description
    wire["inputSchema"] = {
        "json": tool.parameters if "type" in tool.parameters else {"type": "object", "properties": {}, **tool.parameters}
    }
    if tool.strict is not None:
        if draft.profile.strict_tools:
            wire["strict"] = tool.strict
        else:
            draft.warn("dropped", "tools.strict", "This model takes no strict tools.")
    return {"toolSpec": {**wire, **draft.options(tool.options)}}


def _server_tool(tool: ServerTool, draft: ConverseDraft) -> dict[str, Any]:
    return {"systemTool": {"name": draft.profile.server_tools.get(tool.name, tool.name), **tool.config}}


def _choice(choice: ToolChoice, draft: ConverseDraft) -> dict[str, Any]:
    if choice.mode != "required":
        return {"auto": {}}
    if not draft.profile.forced_tools:
        draft.warn("dropped", "tool_choice", "This model cannot be made to call a tool.")
        return {"auto": {}}
    return {"tool": {"name": choice.names[0]}} if len(choice.names) == 1 else {"any": {}}
