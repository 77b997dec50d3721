"""What an encoding of this format needs beside the common draft: whether the server keeps items, ids of calls, cache marks."""

from __future__ import annotations

from typing import NoReturn

from llmkit.dialects.draft import Draft
from llmkit.dialects.openai_chat.wire import Object
from llmkit.dialects.openai_responses.dialect_profile import NAME
from llmkit.dialects.tool_ids import fitted_id
from llmkit.errors import UnsupportedFeature
from llmkit.types.parts import CacheMark, PartFields, Provenance
from llmkit.types.profile import Profile

_LIFETIMES = {"30m": 1800, "12h": 43200}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class ResponsesDraft(Draft):
    """The state of one encoding."""

    __slots__ = ("calls", "model", "store")
    dialect = NAME

    def __init__(self, *, model: str, target: Provenance, profile: Profile) -> None:
        super().__init__(target, profile)
        self.model = model
        self.store: bool | None = None
        """Whether the server is asked to keep the response; None: it decides."""
        self.calls: dict[str, str] = {}
        """The kind of item that each call was, by its id, where it is not a plain function's."""

    def refuse(self, feature: str, hint: str | None = None) -> NoReturn:
        """Raise `UnsupportedFeature`."""
        raise UnsupportedFeature(feature, where=self.model or "This model", hint=hint)

    def native(self, part: PartFields) -> bool:
        """Tell whether the part's wire block was made by this dialect."""
        return bool(part.native) and part.origin is not None and part.origin.dialect == NAME

    def call_id(self, identity: str) -> str:
        """Return the id of a call in a length that the API takes; the same for the call and its result."""
        fitted = fitted_id(identity, length=self.profile.tool_id_length, limit=self.profile.tool_id_limit)
        if fitted != identity:
            self.warn("renamed", "tool_call.id", "The API takes no ids of this length.")
        return fitted

    def breakpoint(self, mark: CacheMark | None) -> Object | None:
        """Return the wire form of a cache mark on a content."""
        if mark is None:
            return None
        if self.profile.cache != "explicit":
            self.warn("dropped", "cache", "This model takes no cache marks; it caches by itself.")
            return None
        return {"mode": "explicit", **self.lifetime(mark)}

    def lifetime(self, mark: CacheMark) -> Object:
        """Return the lifetime of a mark as the API knows it: the nearest shorter one, else the shortest."""
        if mark.ttl is None:
            return {}
        if mark.ttl in _LIFETIMES:
            return {"ttl": mark.ttl}
        count, unit = mark.ttl[:-1], _UNITS.get(mark.ttl[-1:], 0)
        wanted = int(count) * unit if count.isdecimal() and len(count) < 10 else 0
        known = "12h" if wanted >= _LIFETIMES["12h"] else "30m"
        self.warn("clamped", "cache", f"Cache lifetimes are 30m and 12h; {known} is sent.")
        return {"ttl": known}
