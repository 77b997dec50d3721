"""The OpenAPI subset of older schema fields, as JSON Schema: the form that every other format takes."""

from __future__ import annotations

from typing import Any

_NAMED = ("properties", "$defs", "definitions")
"""Keywords that hold a schema under each of the caller's own names."""
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = ("items", "additionalProperties", "not")


def json_schema(schema: Any) -> Any:
    """Return `schema` with types in lower case and `nullable` as a type; what was JSON Schema before is returned equal."""
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for name, value in schema.items():
        if name in _NAMED and isinstance(value, dict):
            found[name] = {own: json_schema(inner) for own, inner in value.items()}
        elif name in _LISTS and isinstance(value, list):
            found[name] = [json_schema(inner) for inner in value]
        elif name in _SINGLE:
            found[name] = json_schema(value)
        elif name == "type" and isinstance(value, str):
            found[name] = value.lower()
        elif name != "nullable" or not isinstance(value, bool):
            found[name] = value
    return _nullable(found) if schema.get("nullable") is True else found


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    if isinstance(kind, str):
        return {**schema, "type": [kind, "null"]}
    if isinstance(schema.get("anyOf"), list):
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    return schema
