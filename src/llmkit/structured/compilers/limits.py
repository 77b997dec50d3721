"""Whether a compiled schema keeps an API's limits of size."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.structured.compilers.rules import Rules
from llmkit.structured.references import children, references_in


class _Counted(msgspec.Struct):
    properties: int = 0
    optional: int = 0
    unions: int = 0
    branches: int = 0
    enum_values: int = 0
    name_characters: int = 0
    depth: int = 0


def beyond(schema: dict[str, Any], rules: Rules) -> str | None:
    """Return which limit `schema` passes, in words; None: it keeps them all."""
    counted = _count(schema)
    limits = (
        ("levels of nesting", counted.depth, rules.most_depth),
        ("properties", counted.properties, rules.most_properties),
        ("optional properties", counted.optional, rules.most_optional),
        ("properties with alternatives", counted.unions, rules.most_unions),
        ("alternatives in one place", counted.branches, rules.most_branches),
        ("values of enumerations", counted.enum_values, rules.most_enum_values),
        ("characters of names and values", counted.name_characters, rules.most_name_characters),
        ("bytes", len(msgspec.json.encode(schema)), rules.most_bytes),
    )
    for what, count, most in limits:
        if most is not None and count > most:
            return f"it has {count} {what}, and {most} are taken"
    if not rules.recursion and recursive(schema):
        return "it refers to itself"
    return None


def recursive(schema: dict[str, Any]) -> bool:
    """Tell whether the schema or one of its definitions contains itself."""
    places = {"#": {key: value for key, value in schema.items() if key not in ("$defs", "definitions")}}
    for word in ("$defs", "definitions"):
        places.update({f"#/{word}/{name}": inner for name, inner in schema.get(word, {}).items()})
    leads = {name: references_in(inner) for name, inner in places.items()}
    safe: set[str] = set()
    while True:  # peel off what leads only to what is safe
        more = {name for name, targets in leads.items() if name not in safe and targets <= safe}
        if not more:
            return len(safe) < len(leads)
        safe |= more


def _count(schema: dict[str, Any]) -> _Counted:
    counted = _Counted()
    stack: list[tuple[Any, int]] = [(schema, 1)]
    while stack:
        node, depth = stack.pop()
        if not isinstance(node, dict):
            continue
        known = node.get("properties", {})
        counted.depth = max(counted.depth, depth if known else depth - 1)
        counted.properties += len(known)
        counted.optional += sum(name not in node.get("required", ()) for name in known)
        counted.unions += sum(
            isinstance(inner, dict) and ("anyOf" in inner or isinstance(inner.get("type"), list)) for inner in known.values()
        )
        counted.branches = max(counted.branches, len(node.get("anyOf", ())))
        values = [*node.get("enum", ()), *([node["const"]] if "const" in node else [])]
        counted.enum_values += len(values)
        names = [*known, *node.get("$defs", ()), *(value for value in values if isinstance(value, str))]
        counted.name_characters += sum(map(len, names))
        for step, inner in children(node):
            inside = not step.startswith(("$defs.", "definitions."))
            stack.append((inner, depth + 1 if known and inside else depth if inside else 1))
    return counted


def _union(schema: Any) -> bool:
    return isinstance(schema, dict) and ("anyOf" in schema or isinstance(schema.get("type"), list))
