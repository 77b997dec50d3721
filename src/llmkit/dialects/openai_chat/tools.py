"""Tools and how to choose among them."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.setting import Setting
from llmkit.dialects.openai_chat.wire import Object, object_of
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import AnyTool, ServerTool, ToolChoice


def tools(request: CompletionRequest, setting: Setting) -> Object:
    """Return the fields of the body about tools."""
    fields: Object = {}
    if request.tools:
        if not setting.profile.tools:
            setting.refuse("tools")
        fields["tools"] = [described(tool, setting) for tool in request.tools]
    if request.tool_choice is not None:
        fields["tool_choice"] = _choice(request.tool_choice, request.tools, setting)
    if request.parallel_tool_calls is not None:
        if setting.profile.parallel_tools or not request.parallel_tool_calls:
            fields["parallel_tool_calls"] = request.parallel_tool_calls
        else:
            setting.warn("dropped", "parallel_tool_calls", "the model makes one call at a time")
    return fields


def described(tool: AnyTool, setting: Setting) -> Object:
    """Return `tool` as an element of `tools`."""
    if isinstance(tool, ServerTool):
        return setting.marked({"type": tool.name, **tool.config} if tool.name else dict(tool.config), tool.cache)
    options = setting.options(tool.options)
    function: Object = {"name": tool.name}
    if tool.description is not None:
        function["description"] = tool.description
    if options.get("type") == "custom":  # A tool that takes free text has no schema.
        return setting.marked({"type": "custom", "custom": {**function, **object_of(options.get("custom"))}}, tool.cache)
    function["parameters"] = tool.parameters or {"type": "object", "properties": {}}
    if tool.strict is not None:
        function["strict"] = tool.strict
    function.update(object_of(options.get("function")))
    rest = {key: value for key, value in options.items() if key != "function"}
    return setting.marked({"type": "function", "function": function, **rest}, tool.cache)


def _choice(choice: ToolChoice, offered: tuple[AnyTool, ...], setting: Setting) -> Any:
    mode, names = choice.mode, choice.names
    if mode == "required" and not setting.profile.forced_tools:
        setting.warn("dropped", "tool_choice", "the model cannot be made to call a tool; it is left to choose")
        mode = "auto"
    if not names or mode == "none":
        return mode
    wanted = [_named(name, offered, setting) for name in names]
    if mode == "required" and len(wanted) == 1:
        return wanted[0]
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": wanted}}


def _named(name: str, offered: tuple[AnyTool, ...], setting: Setting) -> Object:
    for tool in offered:
        if tool.name == name and not isinstance(tool, ServerTool) and setting.options(tool.options).get("type") == "custom":
            return {"type": "custom", "custom": {"name": name}}
        if tool.name == name and isinstance(tool, ServerTool):
            return {"type": name}
    return {"type": "function", "function": {"name": name}}
