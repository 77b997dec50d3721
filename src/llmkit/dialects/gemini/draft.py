"""What an encoding of this format needs beside the common draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.dialects.draft import Draft
from llmkit.dialects.gemini.dialect_profile import NAME
from llmkit.types.parts import CacheMark

WHERE = "The generateContent format"
OPENAPI = "openapi"
"""Option of a tool and of the request: write the schema in the older field, which takes the OpenAPI subset of JSON Schema."""

Block = Any
"""A wire block: a dict, or raw JSON that goes out as it came."""


class GeminiDraft(Draft):
    """The state of one encoding."""

    __slots__ = ()
    dialect = NAME

    def mark(self, mark: CacheMark | None) -> None:
        """Note a cache mark: the format has none, prompts are cached by themselves or by name (`cachedContent`)."""
        if mark is not None:
            self.warn("dropped", "cache", "Prompts are cached by themselves here; marks cannot be set.")


def laid_over(block: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return `block` with `fields` on top: objects are joined, None takes a field away, all else replaces."""
    joined = dict(block)
    for name, value in fields.items():
        before = joined.get(name)
        if value is None:
            joined.pop(name, None)
        elif isinstance(value, dict) and isinstance(before, dict):
            joined[name] = laid_over(before, value)
        else:
            joined[name] = value
    return joined
