"""Questions, and what makes vectors of them, for tests."""

from __future__ import annotations

from math import acos, cos, sin
from typing import Any

from llmkit.caching import Semantic
from llmkit.pipeline.cache import Cache
from llmkit.types.messages import Message
from llmkit.types.requests import CompletionRequest

ONE, SAME = "How do I reset my password?", "How can I reset my password"


def equal(texts: list[str]) -> list[list[float]]:
    """Take everything for the same."""
    return [[1.0, 0.0] for _ in texts]


def at(similarity: float) -> Any:
    """Make vectors that are so alike: the first text against all others."""
    known: list[str] = []

    def embed(texts: list[str]) -> list[list[float]]:
        known.extend(text for text in texts if text not in known)
        angle = acos(similarity)
        return [[1.0, 0.0] if text == known[0] else [cos(angle), sin(angle)] for text in texts]

    return embed


def alike(embed: Any = equal, **options: Any) -> Cache:
    """Make a cache that answers questions of the same meaning."""
    outer = {name: options.pop(name) for name in ("ttl", "stale", "shared_by", "store", "tools") if name in options}
    return Cache(semantic=Semantic(embed=embed, **options), **outer)


def asking(*content: Any, **fields: Any) -> CompletionRequest:
    """Make a request of one turn."""
    return CompletionRequest(model="fake/one", messages=(Message.user(*content),), **fields)
