"""Undo what a provider's form of the schema forced on a value, and nothing else.

Strict schemas know no absent property, so the model writes null for one: where null is not allowed and the property is optional,
it is read as absent. And 3.0 is an integer to JSON Schema, though not to every type of this language.
"""

from __future__ import annotations

from typing import Any

from llmkit.structured.references import resolved
from llmkit.structured.validator import MOST_DEPTH, fits


def fitted(value: Any, schema: Any, root: dict[str, Any], depth: int = 0) -> Any:
    """Return `value` as `schema`, a part of `root`, can have meant it."""
    schema = resolved(schema, root)
    if not isinstance(schema, dict) or depth > MOST_DEPTH:
        return value
    for keyword in ("anyOf", "oneOf"):
        for branch in schema.get(keyword, ()):
            candidate = fitted(value, branch, root, depth + 1)
            if fits(candidate, branch, root):
                return candidate
    for part in schema.get("allOf", ()):
        value = fitted(value, part, root, depth + 1)
    if isinstance(value, dict):
        return _object(value, schema, root, depth)
    if isinstance(value, list):
        return _array(value, schema, root, depth)
    if isinstance(value, float) and value.is_integer() and schema.get("type") == "integer":
        return int(value)
    return value


def _object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], depth: int) -> dict[str, Any]:
    known, required, others = schema.get("properties", {}), schema.get("required", ()), schema.get("additionalProperties", True)
    found: dict[str, Any] = {}
    for name, inner in value.items():
        if inner is None and name in known and name not in required and not fits(None, known[name], root):
            continue
        found[name] = fitted(inner, known.get(name, others), root, depth + 1)
    return found


def _array(value: list[Any], schema: dict[str, Any], root: dict[str, Any], depth: int) -> list[Any]:
    first, items = schema.get("prefixItems", ()), schema.get("items", True)
    return [fitted(item, first[place] if place < len(first) else items, root, depth + 1) for place, item in enumerate(value)]
