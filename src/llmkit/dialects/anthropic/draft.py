"""What one encoding knows and gathers on its way: target, profile, warnings, betas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.types.parts import CacheMark, PartFields, Provenance
from llmkit.types.profile import Profile
from llmkit.types.warnings import Warning, WarningKind

AS_BLOCKS = "as_blocks"
"""Option of a message or tool result: write a single text as a list of blocks, not as a string."""
SEPARATE = "separate"
"""Option of a user message: do not join it to the tool results before it."""
_LIFETIMES = {"5m": 300, "1h": 3600}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9_-]")


class Draft:
    """The state of one encoding."""

    __slots__ = ("betas", "profile", "target", "warnings")

    def __init__(self, target: Provenance, profile: Profile) -> None:
        self.target = target
        self.profile = profile
        self.warnings: list[Warning] = []
        self.betas: list[str] = []

    def warn(self, kind: WarningKind, parameter: str, detail: str) -> None:
        """Note an edit; the same one only once."""
        warning = Warning(kind=kind, parameter=parameter, detail=detail)
        if warning not in self.warnings:
            self.warnings.append(warning)

    def options(self, options: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return a copy of the wire fields meant for this format or this provider."""
        if not options:
            return {}
        return {**options.get(NAME, {}), **options.get(self.target.provider, {})}

    def foreign(self, part: PartFields) -> bool:
        """Tell whether another format made `part`."""
        return part.origin is not None and part.origin.dialect != NAME

    def moved(self, part: PartFields) -> bool:
        """Tell whether another account made `part`, so that state bound to an account does not fit."""
        account = part.origin.account if part.origin is not None else ""
        return bool(account and self.target.account and account != self.target.account)

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
        wanted = int(count) * unit if count.isdecimal() else 0
        known = "1h" if wanted >= _LIFETIMES["1h"] else "5m"
        self.warn("clamped", "cache", f"Cache lifetimes are 5m and 1h; {known} is the nearest.")
        return known
