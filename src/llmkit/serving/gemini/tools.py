"""Tools and the choice among them, as clients send them."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.draft import OPENAPI
from llmkit.dialects.gemini.server_tools import TOOL_NAMES
from llmkit.serving.gemini.fields import Fields, malformed
from llmkit.serving.gemini.schemas import json_schema
from llmkit.types.tools import AnyTool, ServerTool, Tool, ToolChoice

_MODES = {"AUTO": ToolChoice(), "ANY": ToolChoice(mode="required"), "NONE": ToolChoice(mode="none"), "VALIDATED": ToolChoice()}


def parse_tools(items: list[Any]) -> tuple[AnyTool, ...]:
    """Return the tools. Several kinds may share one object: each kind becomes its own tool."""
    found: list[AnyTool] = []
    for place, item in enumerate(items):
        fields = Fields(item, f"tools[{place}]")
        functions = fields.items("functionDeclarations")
        found += [_function(function, f"{fields.at('functionDeclarations')}[{number}]") for number, function in enumerate(functions)]
        for key, value in fields.left().items():
            config = value if isinstance(value, dict) else {key: value}
            found.append(ServerTool(name=TOOL_NAMES.get(key, key), config=config))
    return tuple(found)


def parse_tool_config(body: Fields) -> ToolChoice | None:
    """Take what our choice can say; the rest stays for the options."""
    config = Fields(body.object("toolConfig") or {}, "toolConfig")
    calling = config.object("functionCallingConfig")
    choice: ToolChoice | None = None
    if calling is not None:
        choice, rest = _choice(Fields(calling, config.at("functionCallingConfig")))
        if rest:
            config.put("functionCallingConfig", rest)
    if config.left():
        body.put("toolConfig", config.left())
    return choice


def _choice(fields: Fields) -> tuple[ToolChoice | None, dict[str, Any]]:
    """Return our choice, and the fields that encoding it would not give back."""
    said = dict(fields.left())
    mode, names = fields.text("mode"), fields.texts("allowedFunctionNames")
    choice = _MODES.get((mode or "").upper())
    if choice is None:
        return None, said
    if names:
        choice = choice.replace(names=names)
    ours = {"required": "ANY", "none": "NONE", "auto": "VALIDATED" if names else "AUTO"}[choice.mode]
    rest = fields.left()
    if mode != ours:
        rest = {"mode": mode, **rest}
    if "allowedFunctionNames" in said and not names:
        rest["allowedFunctionNames"] = []
    return choice, rest


def _function(function: Any, path: str) -> Tool:
    fields = Fields(function, path)
    name = fields.text("name")
    if name is None:
        malformed(fields.at("name"), "a string")
    description = fields.text("description")
    parameters = _parameters(fields)
    return Tool(name=name, description=description, parameters=parameters, options=fields.options())


def _parameters(fields: Fields) -> dict[str, Any]:
    """Take the schema; the options say which of the two fields held it, and how, where it was no JSON Schema."""
    older, newer = fields.object("parameters"), fields.object("parametersJsonSchema")
    if newer is not None:
        if older is not None:
            fields.put("parameters", older)
        if older is not None or not newer:
            fields.put("parametersJsonSchema", newer)
        return newer
    if older is None:
        return {}
    converted: dict[str, Any] = json_schema(older)
    if older and converted == older:
        fields.put(OPENAPI, True)
    else:
        fields.put("parameters", older)
    return converted
