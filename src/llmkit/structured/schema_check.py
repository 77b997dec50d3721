"""Refuse what is no JSON Schema, before a model is asked for it."""

from __future__ import annotations

from typing import Any

from llmkit.structured.fault import Fault
from llmkit.structured.references import children, pointed
from llmkit.structured.validator import MOST_DEPTH, MOST_STEPS, TYPES, pattern_of

# They change what counts as valid and are not implemented: passing over them would call wrong answers right.
_UNSUPPORTED = ("unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef")


def check_schema(schema: dict[str, Any]) -> None:
    """Raise `Fault` where `schema` is no schema that can be checked against."""
    stack: list[tuple[str, Any, int]] = [("#", schema, 0)]
    steps = 0
    while stack:
        path, node, depth = stack.pop()
        steps += 1
        if depth > MOST_DEPTH or steps > MOST_STEPS:
            raise Fault("The schema is too deep or too large", path)
        if isinstance(node, bool):
            continue
        if not isinstance(node, dict):
            raise Fault(f"A schema must be an object or a boolean, not {type(node).__name__}", path)
        _check_words(node, path, schema)
        stack.extend((f"{path}.{step}", inner, depth + 1) for step, inner in children(node))


def _check_words(node: dict[str, Any], path: str, root: dict[str, Any]) -> None:
    for keyword in _UNSUPPORTED:
        if keyword in node:
            raise Fault(f"{keyword} is not supported", path)
    kinds = node.get("type", [])
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if not isinstance(kind, str) or kind not in TYPES:
            raise Fault(f"{kind!r} is no JSON type", path)
    for keyword, kind in _SHAPES.items():
        if keyword in node and (not isinstance(node[keyword], kind) or isinstance(node[keyword], bool)):
            raise Fault(f"{keyword} must not be {node[keyword]!r}", path)
    for names in (node.get("required", []), *node.get("dependentRequired", {}).values()):
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise Fault(f"The names of properties are texts, not {names!r}", path)
    for pattern in (node.get("pattern"), *node.get("patternProperties", ())):
        if pattern is not None:
            pattern_of(pattern, path)
    if "$ref" in node:
        pointed(node["$ref"], root)


_SHAPES: dict[str, Any] = {
    **dict.fromkeys(("properties", "$defs", "definitions", "patternProperties", "dependentSchemas", "dependentRequired"), dict),
    **dict.fromkeys(("required", "enum", "anyOf", "oneOf", "allOf", "prefixItems"), list),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), int),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), int | float),
    "pattern": str,
    "$ref": str,
}
