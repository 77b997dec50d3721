"""JSON Schemas as the runtime's grammar wants them: compact output, and no string without an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Compact output: fewer tokens, and a layout that can be read as it comes. Lenient: a keyword it does not know is passed over.
GUIDANCE = {"whitespace_flexible": False, "lenient": True}
ARGUMENT = 200  # characters of a string in a call
FIELD = 1000  # characters of a string in an answer
_SCHEMAS = ("properties", "$defs", "definitions", "patternProperties")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = ("items", "additionalProperties", "not")


def guided(schema: dict[str, Any], longest: int = FIELD) -> dict[str, Any]:
    """Return `schema` for the runtime: strings bounded, for a tiny model can run on in one until the token limit."""
    return {"x-guidance": GUIDANCE, **bounded(schema, longest)}


def bounded(schema: dict[str, Any], longest: int) -> dict[str, Any]:
    """Return `schema` with a `maxLength` on every free string."""

    def bound(node: dict[str, Any]) -> dict[str, Any]:
        free = node.get("type") == "string" and not {"maxLength", "enum", "const", "pattern", "format"} & node.keys()
        return {**node, "maxLength": max(longest, node.get("minLength", 0))} if free else node

    return _mapped(schema, bound)


def without_patterns(schema: dict[str, Any]) -> dict[str, Any]:
    """Return `schema` without the patterns of its strings: the runtime's own check prints what it thinks of them."""
    return _mapped(schema, lambda node: {key: value for key, value in node.items() if key != "pattern"})


def renamed(schema: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return `schema` with `prefix` before the name of each definition it refers to, so that several can live in one document."""

    def rename(node: dict[str, Any]) -> dict[str, Any]:
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/$defs/"):
            return {**node, "$ref": f"#/$defs/{prefix}{reference.removeprefix('#/$defs/')}"}
        return node

    return _mapped(schema, rename)


def _mapped(node: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    found = dict(node)
    for key in _SCHEMAS:
        if isinstance(found.get(key), dict):
            found[key] = {name: _inner(inner, change) for name, inner in found[key].items()}
    for key in _LISTS:
        if isinstance(found.get(key), list):
            found[key] = [_inner(inner, change) for inner in found[key]]
    for key in _SINGLE:
        if key in found:
            found[key] = _inner(found[key], change)
    return change(found)


def _inner(node: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    return _mapped(node, change) if isinstance(node, dict) else node
