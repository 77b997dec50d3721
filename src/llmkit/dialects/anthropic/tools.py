"""Tools, the provider's own tools, and how the model must choose."""

from __future__ import annotations

import re
from typing import Any

from llmkit.dialects.anthropic.draft import AnthropicDraft
from llmkit.errors import UnsupportedFeature
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import AnyTool, ServerTool, Tool, ToolChoice

SERVER_TOOLS: dict[str, str] = {
    "bash": "bash_20250124",
    "code_execution": "code_execution_20250825",
    "computer": "computer_20250124",
    "memory": "memory_20250818",
    "text_editor": "text_editor_20250728",
    "tool_search": "tool_search_tool_bm25_20251119",
    "tool_search_bm25": "tool_search_tool_bm25_20251119",
    "tool_search_regex": "tool_search_tool_regex_20251119",
    "web_fetch": "web_fetch_20250910",
    "web_search": "web_search_20250305",
}
"""Our name to wire type. The oldest version that does the work: newer ones are refused by older models."""
_NAMES: dict[str, str | None] = {
    "mcp_toolset": None,
    "text_editor_20241022": "str_replace_editor",
    "text_editor_20250124": "str_replace_editor",
    "text_editor_20250429": "str_replace_based_edit_tool",
    "text_editor_20250728": "str_replace_based_edit_tool",
}
"""Wire type to the name it must have, where that is not the type without its date."""
_DATED = re.compile(r"_\d{8}$")
_MODES = {"auto": "auto", "none": "none", "required": "any"}


def encode_tools(request: CompletionRequest, draft: AnthropicDraft) -> list[dict[str, Any]] | None:
    """Return the `tools` field."""
    tools = request.tools
    if not tools:
        return None
    if not draft.profile.tools:
        raise UnsupportedFeature("tools", where="This model")
    choice = request.tool_choice
    if choice is not None and len(choice.names) + (choice.mode == "auto") > 1:
        draft.warn("emulated", "tool_choice", "Only the tools to choose from are sent.")
        tools = tuple([tool for tool in tools if tool.name in choice.names])
    return [_tool(tool, draft) for tool in tools]


def encode_tool_choice(request: CompletionRequest, draft: AnthropicDraft) -> dict[str, Any] | None:
    """Return the `tool_choice` field; it also says whether calls may be parallel."""
    choice = request.tool_choice
    parallel = request.parallel_tool_calls
    if choice is None and (parallel is None or not request.tools):
        return None
    wire = _choice(choice or ToolChoice(), draft)
    if parallel is not None and wire["type"] != "none":
        wire["disable_parallel_tool_use"] = not parallel
    return wire


def tool_name(kind: str) -> str | None:
    """Return the name that a provider's tool of wire type `kind` must have."""
    return _NAMES[kind] if kind in _NAMES else _DATED.sub("", kind)


def is_server_type(kind: str) -> bool:
    """Tell whether `kind` is the wire type of a provider's tool."""
    return kind in _NAMES or _DATED.search(kind) is not None


def _tool(tool: AnyTool, draft: AnthropicDraft) -> dict[str, Any]:
    wire = _function(tool, draft) if isinstance(tool, Tool) else _server_tool(tool)
    control = draft.cache_control(tool.cache)
    if control is not None:
        wire["cache_control"] = control
    return wire


def _function(tool: Tool, draft: AnthropicDraft) -> dict[str, Any]:
    wire: dict[str, Any] = {"name": tool.name}
    if tool.description is not None:
        wire["description"] = tool.description
    wire["input_schema"] = tool.parameters if "type" in tool.parameters else {"type": "object", "properties": {}, **tool.parameters}
    if tool.strict is not None:
        wire["strict"] = tool.strict
    return {**wire, **draft.options(tool.options)}


def _server_tool(tool: ServerTool) -> dict[str, Any]:
    kind = tool.config.get("type") or SERVER_TOOLS.get(tool.name, tool.name)
    if "type" not in tool.config and not is_server_type(kind):
        known = ", ".join(SERVER_TOOLS)
        raise UnsupportedFeature(f"the tool {tool.name!r}", where="The Messages format", hint=f"Known: {known}, or the exact type.")
    wire: dict[str, Any] = {"type": kind}
    name = tool_name(kind)
    if name is not None:
        wire["name"] = name
    return {**wire, **tool.config}


def _choice(choice: ToolChoice, draft: AnthropicDraft) -> dict[str, Any]:
    if choice.mode == "required" and not draft.profile.forced_tools:
        draft.warn("dropped", "tool_choice", "This model cannot be made to call a tool.")
        return {"type": "auto"}
    if choice.mode == "required" and len(choice.names) == 1:
        return {"type": "tool", "name": choice.names[0]}
    return {"type": _MODES[choice.mode]}
