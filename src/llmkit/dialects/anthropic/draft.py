"""What an encoding of this format needs beside the common draft: betas, cache marks, ids."""

from __future__ import annotations

import re
from typing import Any

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.dialects.draft import Draft
from llmkit.types.parts import CacheMark, Provenance
from llmkit.types.profile import Profile

AS_BLOCKS = "as_blocks"
"""Option of a message or tool result: write a single text as a list of blocks, not as a string."""
SEPARATE = "separate"
"""Option of a user message: do not join it to the tool results before it."""
_LIFETIMES = {"5m": 300, "1h": 3600}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9_-]")


class AnthropicDraft(Draft):
    """The state of one encoding."""

    __slots__ = ("betas",)
    dialect = NAME

    def __init__(self, target: Provenance, profile: Profile) -> None:
        super().__init__(target, profile)
        self.betas: list[str] = []

    def cache_control(self, mark: CacheMark | None) -> dict[str, Any] | None:
        """Return the wire form of a cache mark."""
        if mark is None:
            return None
        if self.profile.cache in ("none", "auto"):
            self.warn("dropped", "cache", "Cache marks cannot be set here.")
            return None
        if mark.ttl is None:
            return {"type": "ephemeral"}
        return {"type": "ephemeral", "ttl": self._lifetime(mark.ttl)}

    def tool_id(self, identity: str) -> str:
        """Return the id of a call in the letters that this format takes; the same for the call and its result."""
        fitting = _NOT_IN_IDS.sub("_", identity)
        if fitting != identity:
            self.warn("renamed", "tool_call.id", "Ids of tool calls may hold only letters, digits, `_` and `-`.")
        return fitting

    def _lifetime(self, ttl: str) -> str:
        if ttl in _LIFETIMES:
            return ttl
        count, unit = ttl[:-1], _UNITS.get(ttl[-1:], 0)
        wanted = int(count) * unit if count.isdecimal() and len(count) < 10 else 0
        known = "1h" if wanted >= _LIFETIMES["1h"] else "5m"
        self.warn("clamped", "cache", f"Cache lifetimes are 5m and 1h; {known} is the nearest.")
        return known
