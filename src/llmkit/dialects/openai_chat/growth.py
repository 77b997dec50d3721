"""Add a piece of a wire block to what came before it."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object

_WORDS = frozenset({"text", "thinking", "summary", "data", "arguments", "input", "transcript"})
"""Fields whose text goes on from piece to piece; any other field is said whole, and the last word holds."""


def grow(block: Object, piece: Object) -> None:
    """Add `piece` to `block`: words are joined, lists continued, all else replaced; null says nothing."""
    for key, value in piece.items():
        before = block.get(key)
        if value is None:
            block.setdefault(key, None)
        elif isinstance(before, str) and isinstance(value, str) and key in _WORDS:
            block[key] = before + value
        elif isinstance(before, list) and isinstance(value, list):
            _continue(before, value)
        elif isinstance(before, dict) and isinstance(value, dict):
            grow(before, value)
        else:
            block[key] = value


def _continue(items: list[Any], more: list[Any]) -> None:
    for item in tuple(more):  # it may be the same list, where a server says a thing twice in one piece
        last = items[-1] if items else None
        if isinstance(last, dict) and isinstance(item, dict) and last.get("type") == item.get("type") and last.keys() == item.keys():
            grow(last, item)
        else:
            items.append(item)
