"""The words of the things that a request is about, and other words in their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmkit.types.parts import Part, Text


def words_of(items: Iterable[str | tuple[Part, ...]]) -> list[str]:
    """Return the words, item by item."""
    found: list[str] = []
    for item in items:
        found.extend([item] if isinstance(item, str) else [part.text for part in item if isinstance(part, Text)])
    return found


def reworded(item: str | tuple[Part, ...], left: Iterator[str]) -> str | tuple[Part, ...]:
    """Return an item with the next of the words that are left; what are no words stays."""
    return next(left) if isinstance(item, str) else reworded_parts(item, left)


def reworded_parts(parts: tuple[Part, ...], left: Iterator[str]) -> tuple[Part, ...]:
    """Return parts with the next of the words that are left."""
    return tuple([part.replace(text=next(left)) if isinstance(part, Text) else part for part in parts])
