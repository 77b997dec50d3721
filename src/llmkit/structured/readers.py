"""How each kind of type becomes a JSON Schema, and how a JSON value becomes the type's value."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from llmkit.errors import InvalidRequest
from llmkit.structured.fault import Fault
from llmkit.structured.schema_check import check_schema
from llmkit.structured.type_sources import foreign_constraint, needs_pydantic
from llmkit.structured.validator import validate

MOST_FAULTS = 5
"""Faults told to the model at once."""


class Reader(NamedTuple):
    """A type made ready: its schema, and `read`, which raises `Fault` for a value that does not fit."""

    schema: dict[str, Any]
    read: Callable[[Any], Any]


def reader_of(kind: Any) -> Reader:
    """Return the reader of `kind`. Raises `InvalidRequest` for what is no type of JSON data."""
    if isinstance(kind, Mapping):
        return _of_schema(dict(kind))
    if needs_pydantic(kind):
        return _of_pydantic(kind)
    unread = foreign_constraint(kind)
    if unread is not None:
        raise InvalidRequest(f"The constraint {unread} needs pydantic.", parameter="type", hint="Import it, or use msgspec.Meta(...).")
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _of_enum(kind)
    return _of_msgspec(kind)


def _of_schema(schema: dict[str, Any]) -> Reader:
    problem = ""
    try:
        check_schema(schema)
        msgspec.json.encode(schema)
    except (Fault, TypeError, ValueError, RecursionError) as error:
        problem = str(error)
    if problem:
        raise InvalidRequest(f"This is no JSON Schema that can be used: {problem}.", parameter="type")

    def read(value: Any) -> Any:
        validate(value, schema, schema)
        return value

    return Reader(schema, read)


def _of_pydantic(kind: Any) -> Reader:
    from pydantic import TypeAdapter, ValidationError
    from pydantic.errors import PydanticUserError

    problem = ""
    try:
        adapter: Any = TypeAdapter(kind)
        schema = adapter.json_schema()
    except (PydanticUserError, TypeError, NameError) as error:
        problem = str(error).partition("\n")[0]
    if problem:
        raise InvalidRequest(f"{kind!r} cannot be a JSON Schema: {problem}", parameter="type")

    def read(value: Any) -> Any:
        faults: list[tuple[str, str]] = []
        try:
            return adapter.validate_json(msgspec.json.encode(value))
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            faults = [(_path(fault["loc"]), fault["msg"]) for fault in found[:MOST_FAULTS]]
        words = [f"{text} - at {path}" for path, text in faults]
        raise _told("; ".join(words), faults[0][0])

    return Reader(schema, read)


def _told(message: str, path: str) -> Fault:
    fault = Fault(message)
    fault.path = path
    return fault


def _path(steps: tuple[int | str, ...]) -> str:
    return "$" + "".join([f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps])


def _of_enum(kind: type[enum.Enum]) -> Reader:
    """Any enumeration of JSON values, also one of mixed values, which msgspec does not take."""
    values = {member.value: member for member in kind}
    if not values or not all(isinstance(value, str | int | float | bool | None) for value in values):
        raise InvalidRequest(f"{kind!r} has values that are not JSON.", parameter="type")
    names = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    kinds = list(dict.fromkeys(next(name for base, name in names.items() if isinstance(value, base)) for value in values))
    schema: dict[str, Any] = {"title": kind.__name__, "type": kinds[0] if len(kinds) == 1 else kinds, "enum": list(values)}

    def read(value: Any) -> Any:
        validate(value, schema, schema)
        return values[value]

    return Reader(schema, read)


def _of_msgspec(kind: Any) -> Reader:
    """Structs, dataclasses, typed dicts, named tuples, attrs classes, literals, unions, generics and plain types."""
    problem = ""
    try:
        schema = msgspec.json.schema(kind)
    except (TypeError, NameError, ValueError, RecursionError) as error:
        problem = str(error).partition("\n")[0].rstrip(":")
    if problem:
        raise InvalidRequest(f"{kind!r} cannot be a JSON Schema: {problem}.", parameter="type")

    def read(value: Any) -> Any:
        problem = ""
        try:
            return msgspec.convert(value, kind, str_keys=True)
        except (msgspec.ValidationError, RecursionError) as error:
            problem = str(error)
        message, _, path = problem.rpartition(" - at `")
        raise Fault(message, path.rstrip("`")) if message else Fault(problem)

    return Reader(schema, read)
