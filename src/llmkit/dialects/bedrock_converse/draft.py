"""What an encoding of this format needs beside the common draft: cache points, ids, the names of documents."""

from __future__ import annotations

import re
from typing import Any

from llmkit.dialects.bedrock_converse.dialect_profile import NAME
from llmkit.dialects.draft import Draft
from llmkit.dialects.tool_ids import fitted_id
from llmkit.types.parts import CacheMark, Provenance
from llmkit.types.profile import Profile

SEPARATE = "separate"
"""Option of a user message: do not join it to the tool results before it."""
_LIFETIMES = {"5m": 300, "1h": 3600}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9_.:-]")
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9\s\-()\[\]]+")
_LONGEST_NAME = 200


class ConverseDraft(Draft):
    """The state of one encoding. `names` are those of the documents so far, which must differ."""

    __slots__ = ("names",)
    dialect = NAME

    def __init__(self, target: Provenance, profile: Profile) -> None:
        super().__init__(target, profile)
        self.names: set[str] = set()

    def cache_point(self, mark: CacheMark | None) -> dict[str, Any] | None:
        """Return the block that ends what is cached."""
        if mark is None:
            return None
        if self.profile.cache in ("none", "auto"):
            self.warn("dropped", "cache", "Cache marks cannot be set here.")
            return None
        point = {"type": "default"}
        return {"cachePoint": point if mark.ttl is None else {**point, "ttl": self._lifetime(mark.ttl)}}

    def tool_id(self, identity: str) -> str:
        """Return the id of a call in the signs and the length that this format takes; the same for the call and its result."""
        cleaned = _NOT_IN_IDS.sub("_", identity) or "call"
        fitting = fitted_id(cleaned, length=self.profile.tool_id_length, limit=self.profile.tool_id_limit)
        if fitting != identity:
            self.warn("renamed", "tool_call.id", "Ids of tool calls may hold only letters, digits and `_.:-`, up to a limit.")
        return fitting

    def document_name(self, given: str | None) -> str:
        """Return a name of the signs that this format takes (docs, read 2026-11-22), different from those before it."""
        wanted = (given or "").strip()
        cleaned = " ".join(_NOT_IN_NAMES.sub(" ", _without_ending(wanted)).split())[:_LONGEST_NAME] or "document"
        name, count = cleaned, 1
        while name in self.names:
            count += 1
            name = f"{cleaned} {count}"
        self.names.add(name)
        if wanted and name != wanted:
            self.warn("renamed", "document.name", "Names of documents are unique and hold letters, digits, spaces, hyphens and brackets.")
        return name

    def _lifetime(self, ttl: str) -> str:
        if ttl in _LIFETIMES:
            return ttl
        count, unit = ttl[:-1], _UNITS.get(ttl[-1:], 0)
        wanted = int(count) * unit if count.isdecimal() and len(count) < 10 else 0
        known = "1h" if wanted >= _LIFETIMES["1h"] else "5m"
        self.warn("clamped", "cache", f"Cache lifetimes are 5m and 1h; {known} is the nearest.")
        return known


def _without_ending(name: str) -> str:
    stem, point, ending = name.rpartition(".")
    return stem if point and stem and ending.isalnum() and len(ending) <= 5 else name
