"""A user's type as what is asked of a model: a schema with an object at its root, and a way back from JSON."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Generic, TypeVar

from llmkit.errors import InvalidRequest
from llmkit.structured.fault import Fault
from llmkit.structured.fitting import fitted
from llmkit.structured.readers import Reader, reader_of
from llmkit.structured.references import pointed, references_in, resolved

T = TypeVar("T")
WRAPPED = "value"
"""The property that holds an answer which is no object: APIs want an object at the root."""
DEFAULT_NAME = "output"
_COMPOSED = ("anyOf", "oneOf", "allOf", "not", "if", "enum", "const")


class OutputType(Generic[T]):
    """`schema` is the whole JSON Schema, `wrapped` says that the value stands in its property `value`, `name` is for the wire."""

    __slots__ = ("_inner", "_reader", "name", "schema", "wrapped")

    def __init__(self, kind: Any) -> None:
        self._reader = reader_of(kind)
        self._inner = self._reader.schema
        self.name = _name(kind, self._inner)
        self.schema, self.wrapped = _rooted(self._reader)

    def read(self, value: Any) -> T:
        """Return the user's value that the JSON value `value` is. Raises `Fault`."""
        try:
            return self._read(self.unwrapped(value))
        except RecursionError:
            pass
        raise Fault("The answer is too deep")

    def _read(self, value: Any) -> T:
        """Read what is there; where it does not fit, what it can have meant."""
        fault: Fault
        try:
            made: T = self._reader.read(value)
            return made
        except Fault as error:
            fault = error
        again = fitted(value, self._inner, self._inner)
        if repr(again) != repr(value):
            try:
                made = self._reader.read(again)
                return made
            except Fault as error:
                fault = error
        raise fault

    def unwrapped(self, value: Any) -> Any:
        """Return what stands in `value`; models that are only asked in words leave the wrapping out."""
        if self.wrapped and isinstance(value, dict) and value.keys() == {WRAPPED}:
            return value[WRAPPED]
        return value


def output_type(kind: Any) -> OutputType[Any]:
    """Return `kind` made ready. Raises `InvalidRequest` for what is no type of JSON data."""
    try:
        return _made(kind)
    except TypeError:  # a schema is not hashable
        return OutputType(kind)


@lru_cache(maxsize=256)
def _made(kind: Any) -> OutputType[Any]:
    return OutputType(kind)


def _name(kind: Any, schema: dict[str, Any]) -> str:
    name = kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__args__") else schema.get("title")
    return re.sub(r"[^a-zA-Z0-9_-]+", "_", name if isinstance(name, str) else "").strip("_")[:64] or DEFAULT_NAME


def _rooted(reader: Reader) -> tuple[dict[str, Any], bool]:
    """Return the schema with an object at its root, and whether it had to be wrapped for that."""
    schema = reader.schema
    problem = ""
    try:
        plain = resolved(schema, schema)
    except Fault as error:
        problem = str(error)
    if problem:
        raise InvalidRequest(f"This is no JSON Schema that can be used: {problem}.", parameter="type")
    if isinstance(plain, dict) and plain.get("type") == "object" and not any(word in plain for word in _COMPOSED):
        return (schema if plain is schema else _used(plain)), False
    moved = _moved({key: value for key, value in schema.items() if key != "$schema"})
    definitions: dict[str, Any] = {word: moved.pop(word) for word in ("$defs", "definitions") if word in moved}
    root = {"type": "object", "properties": {WRAPPED: moved}, "required": [WRAPPED], "additionalProperties": False}
    return {**root, **definitions}, True


def _used(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out the definitions that nothing refers to once the root stands for itself."""
    definitions = schema.get("$defs", {})
    used: dict[str, Any] = {}
    open_ = references_in(schema)
    while open_:
        reference = open_.pop()
        name = reference.removeprefix("#/$defs/")
        if reference.startswith("#/$defs/") and name in definitions and name not in used:
            used[name] = definitions[name]
            open_ |= references_in(pointed(reference, schema))
    rest = {key: value for key, value in schema.items() if key != "$defs"}
    return {**rest, "$defs": {name: definitions[name] for name in definitions if name in used}} if used else rest


def _moved(node: Any) -> Any:
    """Return a schema whose references to its own root point to the place it moved to; definitions stay where they were."""
    if isinstance(node, list):
        return [_moved(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    moved = {key: _moved(value) for key, value in node.items()}
    reference = node.get("$ref")
    if isinstance(reference, str) and not reference.startswith(("#/$defs/", "#/definitions/")):
        moved["$ref"] = f"#/properties/{WRAPPED}{reference[1:]}"
    return moved
