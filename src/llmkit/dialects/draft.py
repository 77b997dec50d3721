"""What one encoding knows and gathers on its way, whatever the format: target, profile, warnings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from llmkit.types.parts import PartFields, Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest
from llmkit.types.warnings import Warning, WarningKind


class Draft:
    """The state of one encoding; a dialect's own adds what only it knows."""

    __slots__ = ("profile", "target", "warnings")
    dialect: ClassVar[str]

    def __init__(self, target: Provenance, profile: Profile) -> None:
        self.target = target
        self.profile = profile
        self.warnings: list[Warning] = []

    def warn(self, kind: WarningKind, parameter: str, detail: str) -> None:
        """Note an edit; the same one only once."""
        warning = Warning(kind=kind, parameter=parameter, detail=detail)
        if warning not in self.warnings:
            self.warnings.append(warning)

    def leave_out(self, request: CompletionRequest, names: Iterable[str], why: str) -> None:
        """Note each of the settings `names` that `request` has and the format cannot say."""
        for name in names:
            if getattr(request, name) not in (None, ()):
                self.warn("dropped", name, why)

    def options(self, options: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return a copy of the wire fields meant for this format or this provider."""
        if not options:
            return {}
        return {**options.get(self.dialect, {}), **options.get(self.target.provider, {})}

    def foreign(self, part: PartFields) -> bool:
        """Tell whether another format made `part`."""
        return part.origin is not None and part.origin.dialect != self.dialect

    def moved(self, part: PartFields) -> bool:
        """Tell whether another account made `part`, so that state bound to an account does not fit."""
        account = part.origin.account if part.origin is not None else ""
        return bool(account and self.target.account and account != self.target.account)
