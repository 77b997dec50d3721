"""Two request bodies that mean the same to the API look the same in this form. Written apart from the code it checks."""

from __future__ import annotations

import re
from typing import Any

FREE = ("args", "response", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema", "labels")
REASONS = {
    "spelling": "The API reads field names in camelCase and snake_case alike (protobuf JSON).",
    "null": "A null is a field that is not there (protobuf JSON).",
    "single": "An object stands for a list of one where a list is due (the API took it).",
    "tools": "`tools` is a set: which kinds share an object, and in which order kinds come, means nothing.",
    "model": "The model stands in the path; in the body it only repeats it.",
    "empty": "An empty `generationConfig`, `toolConfig` or list of tools says nothing.",
}


def normal_form(body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` without the differences in `REASONS`."""
    form: dict[str, Any] = _respelled(body)
    form.pop("model", None)
    for turn in [*_listed(form, "contents"), *([form["systemInstruction"]] if "systemInstruction" in form else [])]:
        _listed(turn, "parts")
    tools = _tools(_listed(form, "tools"))
    form = {name: value for name, value in form.items() if name not in ("tools", "generationConfig", "toolConfig") or value}
    return {**form, "tools": tools} if tools else form


def _respelled(value: Any) -> Any:
    if isinstance(value, list):
        return [_respelled(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {
        re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda m: m.group(1).upper(), name): item for name, item in value.items() if item is not None
    }
    return {name: item if name in FREE else _respelled(item) for name, item in found.items()}


def _listed(holder: dict[str, Any], name: str) -> list[Any]:
    value = holder.get(name, [])
    if isinstance(value, dict):
        value = holder[name] = [value]
    return value


def _tools(tools: list[Any]) -> list[tuple[str, Any]]:
    kinds = [(kind, value) for tool in tools for kind, value in tool.items()]
    functions = [
        item for kind, value in kinds if kind == "functionDeclarations" for item in (value if isinstance(value, list) else [value])
    ]
    others = sorted(((kind, value) for kind, value in kinds if kind != "functionDeclarations"), key=repr)
    return [*(("function", item) for item in functions), *others]
