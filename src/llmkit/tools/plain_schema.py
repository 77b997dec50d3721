"""Parameters given as a JSON Schema: arguments are checked against the outermost level of it."""

from __future__ import annotations

from typing import Any

from llmkit.tools.context import ToolContext
from llmkit.tools.failures import ArgumentsInvalid

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


class SchemaParameters:
    """Names, required ones, types and enums are checked here; what lies deeper is the function's to refuse."""

    __slots__ = ("_context", "schema")

    def __init__(self, schema: dict[str, Any], context: str | None = None) -> None:
        self.schema = schema
        self._context = context

    def bind(self, arguments: dict[str, Any], context: ToolContext, /) -> dict[str, Any]:
        """Return the arguments as they are. Raises `ArgumentsInvalid`."""
        properties = self.schema.get("properties", {})
        problems = [f"{name} is missing" for name in self.schema.get("required", ()) if name not in arguments]
        if self.schema.get("additionalProperties") is False:
            problems += [f"{name} is not a parameter" for name in arguments if name not in properties]
        for name, value in arguments.items():
            rule = properties.get(name)
            if isinstance(rule, dict):
                problems += [f"{name} {problem}" for problem in _problems(value, rule)]
        if problems:
            raise ArgumentsInvalid(problems)
        return arguments if self._context is None else {**arguments, self._context: context}


class WholeArguments:
    """Nothing is checked, and the function gets the arguments as one dict: whoever answers the call checks them."""

    __slots__ = ("schema",)

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema

    def bind(self, arguments: dict[str, Any], context: ToolContext, /) -> dict[str, Any]:
        """Return the arguments as one value."""
        return {"arguments": arguments}


def _problems(value: Any, rule: dict[str, Any]) -> list[str]:
    kinds = rule.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(kinds, list) and not any(_is(value, kind) for kind in kinds):
        return [f"must be of type {' or '.join(map(str, kinds))}"]
    choices = rule.get("enum")
    if isinstance(choices, list) and value not in choices:
        return [f"must be one of {', '.join(map(str, choices))}"]
    return []


def _is(value: Any, kind: Any) -> bool:
    if kind not in _TYPES:
        return True
    if isinstance(value, bool):
        return bool(kind == "boolean")
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])
