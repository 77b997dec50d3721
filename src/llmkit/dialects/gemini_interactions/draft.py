"""What an encoding of this format needs beside the common draft."""

from __future__ import annotations

from llmkit.dialects.draft import Draft
from llmkit.dialects.gemini_interactions.dialect_profile import NAME
from llmkit.types.parts import CacheMark

WHERE = "The Interactions format"


class InteractionsDraft(Draft):
    """The state of one encoding."""

    __slots__ = ()
    dialect = NAME

    def mark(self, mark: CacheMark | None) -> None:
        """Note a cache mark: the format has none."""
        if mark is not None:
            self.warn("dropped", "cache", "Prompts are cached by themselves here; marks cannot be set.")
