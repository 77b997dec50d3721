"""Make the model call tools: it writes JSON that can be nothing but one of the calls allowed."""

from __future__ import annotations

import json
from typing import Any

from llmkit.local.prompt import Turn
from llmkit.local.refusal import Refusal
from llmkit.local.schemas import ARGUMENT, GUIDANCE, bounded, renamed
from llmkit.types.model import Model

SYSTEM = "You choose the right tool for the request and reply with JSON."
_EMPTY: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
_EXAMPLES: dict[str, Any] = {"string": "...", "integer": 0, "number": 0, "boolean": True, "array": [], "object": {}, "null": None}


class Choice(Model, frozen=True, kw_only=True):
    """The tools among which the model chooses. `answer` is the name that stands for answering in text, None where a call is due."""

    tools: tuple[dict[str, Any], ...]
    answer: str | None

    def schema(self) -> dict[str, Any]:
        """Return the schema of a choice: one alternative for each tool."""
        definitions: dict[str, Any] = {}
        alternatives: list[dict[str, Any]] = []
        for place, tool in enumerate(self.tools):
            parameters = renamed(bounded(_parameters(tool), ARGUMENT), f"{place}_")
            definitions |= {f"{place}_{name}": inner for name, inner in parameters.pop("$defs", {}).items()}
            alternatives.append(_object({"name": {"const": tool["name"]}, "arguments": parameters}))
        if self.answer is not None:
            alternatives.append(_object({"name": {"const": self.answer}}))
        schema: dict[str, Any] = {"x-guidance": GUIDANCE, "anyOf": alternatives}
        return {**schema, "$defs": definitions} if definitions else schema

    def examples(self) -> list[Turn]:
        """Return one made-up exchange for each alternative: without them the model guesses. It leans to the later ones."""
        turns: list[Turn] = []
        if self.answer is not None:
            turns += _exchange("Hello!", {"name": self.answer})
        for tool in self.tools:
            properties = _parameters(tool).get("properties") or {}
            arguments = {name: _example(inner) for name, inner in properties.items()}
            turns += _exchange(tool.get("description") or tool["name"], {"name": tool["name"], "arguments": arguments})
        return turns


def choice_of(body: dict[str, Any], *, after_result: bool) -> Choice | None:
    """Return what the model may choose from, None where it just answers. Raises `Refusal`.

    Left free to choose (`auto`), it answers in text after a tool's result: a model this small would call the tool again.
    """
    tools = [_function(tool, f"tools[{place}]") for place, tool in enumerate(body.get("tools") or ())]
    mode, names = _mode(body.get("tool_choice"))
    if names is not None:
        known = {tool["name"] for tool in tools}
        missing = [name for name in names if name not in known]
        if missing:
            raise Refusal(f"tool_choice names {missing[0]!r}, which is not among the tools.", parameter="tool_choice")
        tools = [tool for tool in tools if tool["name"] in names]
    if mode == "required" and not tools:
        raise Refusal("tool_choice asks for a call, but there are no tools.", parameter="tool_choice")
    if mode == "none" or not tools or (mode == "auto" and after_result):
        return None
    answer = "answer"
    while any(tool["name"] == answer for tool in tools):
        answer += "_in_text"
    return Choice(tools=tuple(tools), answer=answer if mode == "auto" else None)


def _mode(choice: Any) -> tuple[str, list[str] | None]:
    match choice:
        case None:
            return "auto", None
        case "auto" | "none" | "required":
            return choice, None
        case {"type": "function", "function": {"name": str(name)}}:
            return "required", [name]
        case {"type": "allowed_tools", "allowed_tools": {"mode": "auto" | "required" as mode, "tools": list(allowed)}}:
            return mode, [_function(tool, "tool_choice")["name"] for tool in allowed]
    raise Refusal("The embedded model does not know this tool_choice.", parameter="tool_choice")


def _function(tool: Any, place: str) -> dict[str, Any]:
    match tool:
        case {"type": "function", "function": {"name": str(), **_rest} as function}:
            return dict(function)
    raise Refusal(f"{place} is no function; the embedded model has no other tools.", parameter=place)


def _parameters(tool: dict[str, Any]) -> dict[str, Any]:
    parameters = tool.get("parameters")
    if not isinstance(parameters, dict) or not parameters:
        return dict(_EMPTY)
    return {"type": "object", "additionalProperties": False, **parameters}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _example(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return None
    if "const" in schema:
        return schema["const"]
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return schema["enum"][0]
    kind = schema.get("type")
    return _EXAMPLES.get(str(kind[0] if isinstance(kind, list) and kind else kind))


def _exchange(request: str, answer: dict[str, Any]) -> list[Turn]:
    wrote = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return [{"role": "user", "content": request}, {"role": "assistant", "content": wrote}]
