"""Say the same schema in other words."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.structured.references import resolved

KEPT: tuple[str, ...] = ("title", "description")
NOTED = ("default", "examples")
_OF_TYPE: dict[str, tuple[str, ...]] = {
    "object": ("properties", "required", "additionalProperties", "patternProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
_NAMES: tuple[tuple[Any, str], ...] = (
    (str, "string"),
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (type(None), "null"),
    (dict, "object"),
    (list, "array"),
)


class TooComplex(Exception):
    """The API cannot take this schema; the message says why."""


def nullable(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return `schema` with null allowed; its words stay outside, where models look for them."""
    plain = resolved(schema, root)
    kinds = plain.get("type") if isinstance(plain, dict) else None
    branches = plain.get("anyOf", ()) if isinstance(plain, dict) else ()
    if kinds == "null" or (isinstance(kinds, list) and "null" in kinds) or any(branch.get("type") == "null" for branch in branches):
        return schema
    if "anyOf" in schema and schema.keys() <= {"anyOf", *KEPT}:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    words = {key: schema[key] for key in KEPT if key in schema}
    inner = {key: value for key, value in schema.items() if key not in words}
    return {**words, "anyOf": [inner, {"type": "null"}]}


def implied(schema: dict[str, Any]) -> str | list[str] | None:
    """Return the types that a schema without one means."""
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    if values:
        kinds = list(dict.fromkeys(next(name for kind, name in _NAMES if isinstance(value, kind)) for value in values))
        return kinds[0] if len(kinds) == 1 else kinds
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    return "array" if "items" in schema or "prefixItems" in schema else None


def split(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of several types as alternatives, each with what concerns it."""
    words = {key: schema[key] for key in (*KEPT, *NOTED) if key in schema}
    special = {keyword for keywords in _OF_TYPE.values() for keyword in keywords}
    shared = {key: value for key, value in schema.items() if key not in special and key not in words and key not in ("type", "enum")}
    branches = []
    for kind in schema["type"]:
        own = {key: schema[key] for key in _OF_TYPE.get(kind, ()) if key in schema}
        if "enum" in schema:
            own["enum"] = [value for value in schema["enum"] if implied({"const": value}) == kind]
            if not own["enum"]:
                continue
        branches.append({"type": kind, **shared, **({} if kind == "null" else own)})
    return {**words, "anyOf": branches}


def together(left: dict[str, Any], right: dict[str, Any], path: str) -> dict[str, Any]:
    """Return one schema for both. Raises `TooComplex` where they contradict each other."""
    merged = dict(left)
    for key, value in right.items():
        if key == "properties" and not (merged.get(key, {}).keys() & value.keys()):
            merged[key] = {**merged.get(key, {}), **value}
        elif key == "required":
            merged[key] = list(dict.fromkeys([*merged.get(key, ()), *value]))
        elif key not in merged:
            merged[key] = value
        elif merged[key] != value and key not in ("title", "description", "default"):
            raise TooComplex(f"{path} combines schemas")
    return merged


def noted(made: dict[str, Any], notes: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with `notes` in its description."""
    if not notes:
        return made
    words = ", ".join(f"{key}: {msgspec.json.encode(value).decode()}" for key, value in notes.items())
    description = made.get("description")
    return {**made, "description": f"{description} ({words})" if description else f"({words})"}
