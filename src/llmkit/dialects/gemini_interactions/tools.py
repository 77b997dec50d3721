"""Tools and how the model must choose among them."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.draft import laid_over
from llmkit.dialects.gemini_interactions.draft import InteractionsDraft
from llmkit.dialects.gemini_interactions.tool_names import TOOL_TYPES
from llmkit.errors import UnsupportedFeature
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import Tool

MODES = {"auto": "auto", "none": "none", "required": "any"}


def encode_tools(request: CompletionRequest, draft: InteractionsDraft) -> list[dict[str, Any]] | None:
    """Return the `tools`."""
    if request.tools and not draft.profile.tools:
        raise UnsupportedFeature("tools", where="This model")
    found: list[dict[str, Any]] = []
    for tool in request.tools:
        draft.mark(tool.cache)
        if isinstance(tool, Tool):
            found.append(_function(tool, draft))
        else:
            known = draft.profile.server_tools
            found.append({"type": known.get(tool.name) or TOOL_TYPES.get(tool.name, tool.name), **tool.config})
    return found or None


def encode_tool_choice(request: CompletionRequest, draft: InteractionsDraft) -> Any:
    """Return the `tool_choice` of the generation_config."""
    if request.parallel_tool_calls is False:
        draft.warn("dropped", "parallel_tool_calls", "Calls in parallel cannot be switched off here.")
    choice = request.tool_choice
    strict = any(tool.strict for tool in request.tools if isinstance(tool, Tool))
    if choice is None and not strict:
        return None
    mode = MODES[choice.mode] if choice is not None else "auto"
    if mode == "any" and not draft.profile.forced_tools:
        draft.warn("dropped", "tool_choice", "The model cannot be made to call a tool.")
        mode = "auto"
    if strict and mode == "auto":
        draft.warn("emulated", "tools.strict", "Strictness is the mode `validated`, for all tools at once.")
        mode = "validated"
    if choice is None or not choice.names:
        return mode
    # A list of names next to `auto` is only kept to where calls are checked; `validated` leaves the choice between words and calls.
    return {"allowed_tools": {"mode": "validated" if mode == "auto" else mode, "tools": list(choice.names)}}


def _function(tool: Tool, draft: InteractionsDraft) -> dict[str, Any]:
    declared: dict[str, Any] = {"type": "function", "name": tool.name}
    if tool.description is not None:
        declared["description"] = tool.description
    if tool.parameters:
        declared["parameters"] = tool.parameters
    return laid_over(declared, draft.options(tool.options))
