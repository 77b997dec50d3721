"""What the encoder needs to know of its target, and what it gathers on its way: warnings and documents."""

from __future__ import annotations

from typing import Any, NoReturn

from llmkit.dialects.cohere.dialect_profile import NAME
from llmkit.dialects.draft import Draft
from llmkit.errors import UnsupportedFeature
from llmkit.types.parts import CacheMark, PartFields, Provenance
from llmkit.types.profile import Profile


class CohereDraft(Draft):
    """The common draft, the model's name, and the documents that the messages hold: the body lists them apart."""

    __slots__ = ("documents", "model", "uncited")
    dialect = NAME

    def __init__(self, *, model: str, target: Provenance, profile: Profile) -> None:
        super().__init__(target, profile)
        self.model = model
        self.documents: list[dict[str, Any]] = []
        self.uncited = 0

    def refuse(self, feature: str, hint: str | None = None) -> NoReturn:
        """Raise `UnsupportedFeature`."""
        raise UnsupportedFeature(feature, where=self.model or "this model", hint=hint)

    def is_native(self, part: PartFields) -> bool:
        """Tell whether the part's wire block was made by this dialect."""
        return bool(part.native) and part.origin is not None and part.origin.dialect == NAME

    def unmarked(self, mark: CacheMark | None) -> None:
        """Say that a cache mark is not sent."""
        if mark is not None:
            self.warn("dropped", "cache", "the API takes no cache marks; it caches by itself")
