"""What the encoder needs to know of its target, and the warnings it leaves."""

from __future__ import annotations

from typing import Any, NoReturn

from llmkit.dialects.draft import Draft
from llmkit.dialects.openai_chat.dialect_profile import NAME
from llmkit.dialects.openai_chat.wire import Object
from llmkit.errors import UnsupportedFeature
from llmkit.types.parts import CacheMark, Part, Provenance
from llmkit.types.profile import Profile


class Setting(Draft):
    """The common draft, and the model's name."""

    __slots__ = ("model",)
    dialect = NAME

    def __init__(self, *, model: str, target: Provenance, profile: Profile) -> None:
        super().__init__(target, profile)
        self.model = model

    def refuse(self, feature: str, hint: str | None = None) -> NoReturn:
        """Raise `UnsupportedFeature`."""
        raise UnsupportedFeature(feature, where=self.model or "this model", hint=hint)

    def is_native(self, part: Part) -> bool:
        """Tell whether the part's wire block was made by this dialect."""
        return bool(part.native) and part.origin is not None and part.origin.dialect == self.dialect

    def is_elsewhere(self, part: Part) -> bool:
        """Tell whether the part was made by another provider."""
        made = part.origin.provider if part.origin is not None else ""
        return bool(made and self.target.provider and made != self.target.provider)

    def marked(self, wire: Object, mark: CacheMark | None) -> Object:
        """Return `wire` with a cache mark, where the API takes one."""
        if mark is None:
            return wire
        if self.profile.cache != "explicit":
            self.warn("dropped", "cache", "the API takes no cache marks; it may cache by itself")
            return wire
        return {**wire, "cache_control": cache_control(mark)}


def cache_control(mark: CacheMark) -> Object:
    """Return a cache mark as the hosts that take one spell it."""
    found: dict[str, Any] = {"type": "ephemeral"}
    if mark.ttl is not None:
        found["ttl"] = mark.ttl
    return found
