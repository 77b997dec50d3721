"""Take fields out of a client's JSON, or say which one is wrong."""

from __future__ import annotations

from typing import Any, NoReturn

from llmkit.dialects.openai_chat.dialect_profile import NAME
from llmkit.errors import InvalidRequest
from llmkit.types.parts import CacheMark, Provenance

Object = dict[str, Any]

OURS = Provenance(provider="", dialect=NAME)
"""The origin of wire blocks that a client sends back: this dialect, by a provider that it does not name."""


def invalid(path: str, wanted: str) -> NoReturn:
    """Raise `InvalidRequest` for the field at `path`."""
    raise InvalidRequest(f"{path} must be {wanted}.", parameter=path)


def an_object(value: Any, path: str) -> Object:
    """Return `value` as an object."""
    if not isinstance(value, dict):
        invalid(path, "an object")
    return value


def a_list(value: Any, path: str) -> list[Any]:
    """Return `value` as a list, an empty one for null."""
    if value is None:
        return []
    if not isinstance(value, list):
        invalid(path, "a list")
    return value


def a_text(value: Any, path: str) -> str:
    """Return `value` as text."""
    if not isinstance(value, str):
        invalid(path, "text")
    return value


def a_text_or_none(value: Any, path: str) -> str | None:
    """Return `value` as text or null."""
    return None if value is None else a_text(value, path)


def rest_of(fields: Object, known: frozenset[str]) -> Object:
    """Return the fields that are not `known`; null says nothing."""
    return {key: value for key, value in fields.items() if key not in known and value is not None}


def options_of(fields: Object) -> dict[str, Object]:
    """Return `fields` as options of this dialect."""
    return {NAME: fields} if fields else {}


def mark_of(value: Any) -> CacheMark | None:
    """Return the cache mark that `cache_control` says, None where it says something else."""
    if not isinstance(value, dict) or value.get("type") != "ephemeral" or value.keys() - {"type", "ttl"}:
        return None
    ttl = value.get("ttl")
    return CacheMark(ttl=ttl) if ttl is None or isinstance(ttl, str) else None
