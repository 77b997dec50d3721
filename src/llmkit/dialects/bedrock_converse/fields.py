"""Read JSON objects field by field, whatever type a field turns out to have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

Fields: TypeAlias = dict[str, msgspec.Raw]
"""A wire object whose values are still JSON text."""
fields_of: Callable[[bytes | msgspec.Raw], Fields] = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
blocks_of: Callable[[bytes | msgspec.Raw], list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw]).decode
_value: Callable[[bytes | msgspec.Raw], Any] = msgspec.json.Decoder().decode


def value(fields: Fields, name: str) -> Any:
    """Return a field decoded, None if it is not there."""
    raw = fields.get(name)
    return _value(raw) if raw else None


def string(fields: Fields, name: str) -> str | None:
    """Return a field that is a string, None for anything else."""
    found = value(fields, name)
    return found if isinstance(found, str) else None


def mapping(found: Any) -> dict[str, Any]:
    """Return `found` if it is an object, else an empty one."""
    return found if isinstance(found, dict) else {}


def inner(fields: Fields, name: str) -> Fields:
    """Return the fields of a field that is an object, none for anything else."""
    raw = fields.get(name)
    try:
        return fields_of(raw) if raw else {}
    except msgspec.ValidationError:
        return {}


def json(value: Any) -> msgspec.Raw:
    """Return `value` as JSON text."""
    return msgspec.Raw(msgspec.json.encode(value))
