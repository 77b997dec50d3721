"""What one encoding knows and gathers on its way: target, profile, warnings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.dialects.gemini.dialect_profile import NAME
from llmkit.types.parts import CacheMark, PartFields, Provenance
from llmkit.types.profile import Profile
from llmkit.types.warnings import Warning, WarningKind

WHERE = "The generateContent format"
OPENAPI = "openapi"
"""Option of a tool and of the request: write the schema in the older field, which takes the OpenAPI subset of JSON Schema."""

Block = Any
"""A wire block: a dict, or raw JSON that goes out as it came."""


class Draft:
    """The state of one encoding."""

    __slots__ = ("profile", "target", "warnings")

    def __init__(self, target: Provenance, profile: Profile) -> None:
        self.target = target
        self.profile = profile
        self.warnings: list[Warning] = []

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

    def is_foreign(self, part: PartFields) -> bool:
        """Tell whether another format made `part`."""
        return part.origin is not None and part.origin.dialect != NAME

    def is_moved(self, part: PartFields) -> bool:
        """Tell whether another account made `part`, so that state bound to an account does not fit."""
        account = part.origin.account if part.origin is not None else ""
        return bool(account and self.target.account and account != self.target.account)

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
