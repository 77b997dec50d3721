"""From what users pass as texts, pictures and conversations to checked inputs of an operation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llmkit.errors import InvalidRequest
from llmkit.types.parts import Image, Part, Text


def several(name: str, value: Any) -> list[Any]:
    """Return the items of `value`: itself alone, or all of a list. Raises `InvalidRequest` where there are none."""
    items = [value] if isinstance(value, str | Text | Image | dict) else list(value) if isinstance(value, Iterable) else None
    if not items:
        raise InvalidRequest(f"{name} is empty.", parameter=name, hint="Pass a text or a list of texts.")
    return items


def text_or_parts(place: str, item: Any) -> str | tuple[Part, ...]:
    """Return a text, or texts and pictures that belong together. Raises `InvalidRequest` for anything else."""
    if isinstance(item, str):
        if not item:
            raise InvalidRequest(f"{place} is empty.", parameter=place)
        return item
    parts = (item,) if isinstance(item, Text | Image) else tuple(item) if isinstance(item, list | tuple) else ()
    parts = tuple([Text(text=part) if isinstance(part, str) else part for part in parts])
    if not parts or not all(isinstance(part, Text | Image) for part in parts):
        raise InvalidRequest(f"{place} must be text, an image, or a list of these.", parameter=place)
    return parts


def models_in(model: Any, kind: type) -> tuple[Any, ...]:
    """Return the models as they were given: one, a request, or a list."""
    return (model,) if isinstance(model, str | kind) else tuple(model)
