"""What a model accepts, as data: a wrong size, count or file format is refused before it is sent, with the values that are right."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from llmkit.errors import InvalidRequest
from llmkit.types.asking import Place
from llmkit.types.image import ImageRequest

Accepted: TypeAlias = Mapping[str, tuple[Any, ...]]
"""Our name -> the words that are accepted, or the lowest and the highest number."""
Rules: TypeAlias = tuple[tuple[str, Accepted], ...]
"""Globs of model ids, and what these models accept; the first that fits holds."""


def check(request: ImageRequest, place: Place, rules: Rules = ()) -> None:
    """Raise `InvalidRequest` for a value that is documented as wrong for the model; `Serving.options["accepts"]` goes before `rules`."""
    accepted = rule_of(place.model, (*place.options.get("accepts", ()), *rules))
    for name, values in accepted.items():
        value = getattr(request, name)
        if value is not None:
            _check(name, value, values, place)


def rule_of(model: str, rules: Rules) -> Accepted:
    """Return what `model` accepts, empty where nothing is documented."""
    return next((accepted for glob, accepted in rules if fnmatchcase(model, glob)), {})


def _check(name: str, value: Any, values: tuple[Any, ...], place: Place) -> None:
    if values and not isinstance(values[0], str):
        low, high = values
        if not low <= value <= high:
            raise InvalidRequest(f"{name} of {place.model} goes from {low:g} to {high:g}, not {value!r}.", parameter=name)
    elif value not in values:
        listed = ", ".join(values) or "none"
        raise InvalidRequest(f"{name} of {place.model} is one of {listed}, not {value!r}.", parameter=name)
