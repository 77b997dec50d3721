"""Follow `$ref` inside one JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from llmkit.structured.fault import Fault

MOST_HOPS = 64
SINGLE = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
MAPS = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")


def pointed(reference: Any, root: dict[str, Any]) -> Any:
    """Return the schema that `reference` names. Raises `Fault` for one that leads nowhere or out of the schema."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        raise Fault(f"$ref {reference!r} leads out of the schema")
    found: Any = root
    for step in unquote(reference[1:]).split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            raise Fault(f"$ref {reference!r} leads nowhere")
    return found


def resolved(schema: Any, root: dict[str, Any]) -> Any:
    """Return what `schema` is behind its `$ref`, if it has one; words beside the `$ref` stand above those behind it."""
    hops = 0
    while isinstance(schema, dict) and "$ref" in schema:
        hops += 1
        if hops > MOST_HOPS:
            raise Fault(f"$ref {schema['$ref']!r} leads in a circle")
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        target = pointed(schema["$ref"], root)
        schema = {**target, **beside} if isinstance(target, dict) else target
    return schema


def children(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the schemas right inside `schema`, each with the last step of its path."""
    for key in SINGLE:
        if isinstance(schema.get(key), dict | bool):
            yield key, schema[key]
    for key in LISTS:
        if isinstance(schema.get(key), list):
            yield from ((f"{key}[{place}]", inner) for place, inner in enumerate(schema[key]))
    for key in MAPS:
        if isinstance(schema.get(key), dict):
            yield from ((f"{key}.{name}", inner) for name, inner in schema[key].items())


def references_in(schema: Any) -> set[str]:
    """Return every `$ref` inside `schema`, its definitions left out."""
    found: set[str] = set()
    stack = [schema]
    while stack:
        node = stack.pop()
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("$ref"), str):
            found.add(node["$ref"])
        stack.extend(inner for step, inner in children(node) if not step.startswith(("$defs.", "definitions.")))
    return found
