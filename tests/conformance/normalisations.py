"""The differences between a recorded request and ours that mean nothing: each with its reason, each applied to both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = Any


@dataclass(frozen=True)
class Normalisation:
    """One difference without meaning. `apply` changes a copy of the body in place."""

    name: str
    dialects: tuple[str, ...]
    reason: str
    apply: Callable[[dict[str, Any]], None]


def normalised(dialect: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` without the differences that mean nothing."""
    copy: dict[str, Any] = _copy(body)
    for normalisation in NORMALISATIONS:
        if dialect in normalisation.dialects:
            normalisation.apply(copy)
    return copy


def first_difference(expected: Json, found: Json, path: str = "") -> str | None:
    """Return where and how two JSON values differ; None where they are equal."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in [*expected, *(name for name in found if name not in expected)]:
            here = f"{path}.{name}" if path else name
            if name not in found:
                return f"{here} was lost: {str(expected[name])[:60]}"
            if name not in expected:
                return f"{here} was added: {str(found[name])[:60]}"
            if difference := first_difference(expected[name], found[name], here):
                return difference
        return None
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{path} has {len(expected)} items, ours {len(found)}"
        pairs = enumerate(zip(expected, found, strict=True))
        return next((text for index, (left, right) in pairs if (text := first_difference(left, right, f"{path}[{index}]"))), None)
    if expected != found or isinstance(expected, bool) != isinstance(found, bool):
        return f"{path}: {str(expected)[:60]!r} became {str(found)[:60]!r}"
    return None


def _copy(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


NORMALISATIONS: tuple[Normalisation, ...] = ()
