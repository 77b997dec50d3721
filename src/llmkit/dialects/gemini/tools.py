"""Tools and how the model must choose among them."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.draft import OPENAPI, GeminiDraft, laid_over
from llmkit.dialects.gemini.server_tools import TOOL_KEYS
from llmkit.errors import UnsupportedFeature
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import Tool, ToolChoice

MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}


def encode_tools(request: CompletionRequest, draft: GeminiDraft) -> list[dict[str, Any]] | None:
    """Return the `tools`: functions that follow each other in one object, every tool of the provider's in its own."""
    if request.tools and not draft.profile.tools:
        raise UnsupportedFeature("tools", where="This model")
    found: list[dict[str, Any]] = []
    for tool in request.tools:
        draft.mark(tool.cache)
        if isinstance(tool, Tool):
            if not found or "functionDeclarations" not in found[-1]:
                found.append({"functionDeclarations": []})
            found[-1]["functionDeclarations"].append(_declaration(tool, draft))
        else:
            key = TOOL_KEYS.get(tool.name, tool.name)
            # A tool whose settings are no object says them under its own key.
            found.append(dict(tool.config) if list(tool.config) == [key] else {key: tool.config})
    return found or None


def encode_tool_config(request: CompletionRequest, draft: GeminiDraft) -> dict[str, Any] | None:
    """Return the `toolConfig`."""
    if request.parallel_tool_calls is False:
        draft.warn("dropped", "parallel_tool_calls", "Calls in parallel cannot be switched off here.")
    choice = request.tool_choice
    strict = any(tool.strict for tool in request.tools if isinstance(tool, Tool))
    if choice is None and not strict:
        return None
    config = _calling(choice or ToolChoice(), draft)
    if strict and config["mode"] == "AUTO":
        # The only way to have arguments checked against the schema while the model may also answer in words (docs, read 2026-11).
        draft.warn("emulated", "tools.strict", "Strictness is the mode VALIDATED, for all tools at once.")
        config["mode"] = "VALIDATED"
    return {"functionCallingConfig": config}


def _calling(choice: ToolChoice, draft: GeminiDraft) -> dict[str, Any]:
    mode = MODES[choice.mode]
    if mode == "ANY" and not draft.profile.forced_tools:
        draft.warn("dropped", "tool_choice", "The model cannot be made to call a tool.")
        mode = "AUTO"
    if choice.names and mode == "AUTO":
        mode = "VALIDATED"  # `allowedFunctionNames` is refused next to AUTO (docs, read 2026-11).
    config: dict[str, Any] = {"mode": mode}
    if choice.names:
        config["allowedFunctionNames"] = list(choice.names)
    return config


def _declaration(tool: Tool, draft: GeminiDraft) -> dict[str, Any]:
    options = draft.options(tool.options)
    older = options.pop(OPENAPI, False)
    declaration: dict[str, Any] = {"name": tool.name}
    if tool.description is not None:
        declaration["description"] = tool.description
    if tool.parameters:
        declaration["parameters" if older else "parametersJsonSchema"] = tool.parameters
    if "parameters" in options or "parametersJsonSchema" in options:
        declaration.pop("parametersJsonSchema", None)  # The two exclude each other.
    return laid_over(declaration, options)
