"""JSON Schemas as the runtime's grammar wants them: compact output, and no string without an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

GUIDANCE = {"whitespace_flexible": False}  # compact output: fewer tokens, and a layout that can be read as it comes
ARGUMENT = 200  # characters of a string in a call
FIELD = 1000  # characters of a string in an answer
_SCHEMAS = ("properties", "$defs", "definitions", "patternProperties")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_INNER = ("items", "additionalProperties", "not")


def guided(schema: dict[str, Any], longest: int = FIELD) -> dict[str, Any]:
    """Return `schema` for the runtime: strings bounded, for a tiny model can run on in one until the token limit."""
    return {"x-guidance": GUIDANCE, **bounded(schema, longest)}


def bounded(schema: dict[str, Any], longest: int) -> dict[str, Any]:
    """Return `schema` with a `maxLength` on every free string."""

    def bound(node: dict[str, Any]) -> dict[str, Any]:
        free = node.get("type") == "string" and not {"maxLength", "enum", "const", "pattern", "format"} & node.keys()
        return {**node, "maxLength": max(longest, node.get("minLength", 0))} if free else node

    found: dict[str, Any] = _mapped(schema, bound)
    return found


def renamed(schema: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return `schema` with `prefix` before the name of each definition it refers to, so that several can live in one document."""

    def rename(node: dict[str, Any]) -> dict[str, Any]:
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/$defs/"):
            return {**node, "$ref": f"#/$defs/{prefix}{reference.removeprefix('#/$defs/')}"}
        return node

    found: dict[str, Any] = _mapped(schema, rename)
    return found


def _mapped(node: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    if not isinstance(node, dict):
        return node
    found = dict(node)
    for key in _SCHEMAS:
        if isinstance(found.get(key), dict):
            found[key] = {name: _mapped(inner, change) for name, inner in found[key].items()}
    for key in _LISTS:
        if isinstance(found.get(key), list):
            found[key] = [_mapped(inner, change) for inner in found[key]]
    for key in _INNER:
        if key in found:
            found[key] = _mapped(found[key], change)
    return change(found)
