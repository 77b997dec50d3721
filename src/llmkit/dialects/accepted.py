"""Refuse before sending what a provider is known to refuse, and tell what it takes; note what a format has no words for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from llmkit.errors import InvalidRequest, nearest
from llmkit.types.warnings import Warning

T = TypeVar("T")


def one_of(name: str, value: str, known: Collection[str], where: str) -> str:
    """Return `value`. Raises `InvalidRequest` with the accepted ones where it is none of `known`; no known ones: anything goes."""
    if not known or value in known:
        return value
    near = nearest(value, list(known))
    hint = f"Did you mean {near[0]}?" if near else None
    raise InvalidRequest(f"{where} takes as {name} {', '.join(known)}, not {value!r}.", parameter=name, hint=hint)


def within(name: str, value: float | None, low: float, high: float, where: str) -> float | None:
    """Return `value`. Raises `InvalidRequest` where it is not from `low` to `high`."""
    if value is not None and not low <= value <= high:
        raise InvalidRequest(f"{where} takes {name} from {low:g} to {high:g}, not {value:g}.", parameter=name)
    return value


def needed(name: str, value: T | None, where: str, hint: str | None = None) -> T:
    """Return `value`. Raises `InvalidRequest` where it is not given and there is no answer without it."""
    if value is None:
        raise InvalidRequest(f"{where} needs {name}=.", parameter=name, hint=hint)
    return value


def unsaid(request: Any, *names: str, detail: str = "this format has no field for it") -> list[Warning]:
    """Return a warning for each of `names` that the request holds."""
    return [Warning(kind="dropped", parameter=name, detail=detail) for name in names if getattr(request, name) not in (None, False)]


def filled(**fields: Any) -> dict[str, Any]:
    """Return the fields that are there: neither None nor an empty object."""
    return {name: value for name, value in fields.items() if value is not None and value != {}}
