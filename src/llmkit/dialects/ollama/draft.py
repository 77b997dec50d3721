"""What the encoder needs to know of its target, and the warnings it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from llmkit.dialects.draft import Draft
from llmkit.dialects.ollama.dialect_profile import NAME
from llmkit.errors import UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark, InvalidToolCall, Provenance, ToolCall
from llmkit.types.profile import Profile


class OllamaDraft(Draft):
    """The common draft, the model's name, and the names of the tools that were called."""

    __slots__ = ("called", "model")
    dialect = NAME

    def __init__(self, *, model: str, target: Provenance, profile: Profile, conversation: Iterable[Message]) -> None:
        super().__init__(target, profile)
        self.model = model
        self.called = {
            part.id: part.name for message in conversation for part in message.content if isinstance(part, ToolCall | InvalidToolCall)
        }

    def refuse(self, feature: str, hint: str | None = None) -> NoReturn:
        """Raise `UnsupportedFeature`."""
        raise UnsupportedFeature(feature, where=self.model or "this model", hint=hint)

    def unmarked(self, mark: CacheMark | None) -> None:
        """Say that a cache mark is not sent."""
        if mark is not None:
            self.warn("dropped", "cache", "the API takes no cache marks; it caches by itself")
