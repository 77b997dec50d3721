"""JSON Schemas of Python types, for parameters of tools: small, without references where that is possible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_origin

import msgspec

_REFERENCE = "#/$defs/"
_ENUM_TYPES: dict[type, str] = {str: "string", int: "integer"}
_MAPS = frozenset({"properties", "$defs", "patternProperties"})


def is_pydantic(annotation: Any) -> bool:
    """Tell whether pydantic must read `annotation`: a model, or a `Field(...)`, stands in it."""
    if hasattr(annotation, "__get_pydantic_core_schema__") or hasattr(annotation, "__pydantic_fields__"):
        return True
    if type(annotation).__module__.partition(".")[0] == "pydantic":
        return True
    return any(is_pydantic(inner) for inner in (*get_args(annotation), *getattr(annotation, "__metadata__", ())))


def schemas_of(annotations: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Return the schema of each annotation, and the definitions that they refer to. Raises `TypeError` for a type JSON cannot say."""
    own = {name: annotation for name, annotation in annotations.items() if not is_pydantic(annotation)}
    found, definitions = msgspec.json.schema_components(list(own.values()), ref_template=_REFERENCE + "{name}")
    schemas: dict[str, dict[str, Any]] = dict(zip(own, found, strict=True))
    for name, annotation in annotations.items():
        if name not in own:
            schemas[name] = _pydantic(annotation)
            definitions.update(schemas[name].pop("$defs", {}))
    definitions = {name: _tidy(schema) for name, schema in definitions.items()}
    placed = {name: _inlined(_tidy(schemas[name]), definitions, ()) for name in annotations}
    return placed, _needed(placed, definitions)


def _pydantic(annotation: Any) -> dict[str, Any]:
    from pydantic import TypeAdapter  # Whoever has a model has it imported already.

    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    return adapter.json_schema(ref_template=_REFERENCE + "{model}")


def _tidy(schema: Any) -> Any:
    """Drop titles that only repeat names (a property called `title` stays); say the type of an enum, which some APIs demand."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        key: ({name: _tidy(inner) for name, inner in value.items()} if key in _MAPS and isinstance(value, dict) else _tidy(value))
        for key, value in schema.items()
        if key != "title" or not isinstance(value, str)
    }
    kinds = {type(value) for value in tidy.get("enum", ())} if "type" not in tidy else set()
    return {"type": _ENUM_TYPES[kinds.pop()], **tidy} if len(kinds) == 1 and kinds <= _ENUM_TYPES.keys() else tidy


def _inlined(schema: Any, definitions: Mapping[str, Any], above: tuple[str, ...]) -> Any:
    """Put definitions in place of references, but for those that refer to themselves: not every API reads references."""
    if isinstance(schema, list):
        return [_inlined(item, definitions, above) for item in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and (name := reference.removeprefix(_REFERENCE)) in definitions:
        if name in above or _recursive(name, definitions):
            return schema
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return {**_inlined(definitions[name], definitions, (*above, name)), **rest}
    return {key: _inlined(value, definitions, above) for key, value in schema.items()}


def _references(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {name for item in schema for name in _references(item)}
    if not isinstance(schema, dict):
        return set()
    reference = schema.get("$ref")
    own = {reference.removeprefix(_REFERENCE)} if isinstance(reference, str) else set()
    return own.union(*[_references(value) for value in schema.values()])


def _reachable(names: set[str], definitions: Mapping[str, Any]) -> set[str]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in seen:
            seen.add(name)
            waiting.extend(_references(definitions[name]))
    return seen


def _recursive(name: str, definitions: Mapping[str, Any]) -> bool:
    return name in _reachable(_references(definitions[name]), definitions)


def _needed(schemas: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    needed = _reachable(_references(list(schemas.values())), definitions)
    return {name: schema for name, schema in definitions.items() if name in needed}


def names_type(annotation: Any, wanted: type) -> bool:
    """Tell whether `annotation` is `wanted`, or `wanted | None`."""
    if annotation is wanted:
        return True
    return get_origin(annotation) is not None and wanted in get_args(annotation)
