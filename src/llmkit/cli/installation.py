"""What is installed: our version, the packages we build on, the extras."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires, version

from llmkit.types.model import Model

__all__ = ["Extra", "extras", "versions"]

_CORE = ("msgspec", "httptools")
_REQUIREMENT = re.compile(r"""^([A-Za-z0-9._-]++)(\[[^]]*])?[^;]*;[^;]*\bextra\s*==\s*["']([^"']+)["']""")


class Extra(Model, frozen=True, kw_only=True):
    """A set of optional packages: their versions, None for one that is missing."""

    name: str
    packages: dict[str, str | None]

    @property
    def complete(self) -> bool:
        """Return whether all are here."""
        return None not in self.packages.values()


def versions() -> dict[str, str | None]:
    """Return the versions of the packages that are always needed."""
    return {name: _version(name) for name in _CORE}


def extras() -> tuple[Extra, ...]:
    """Return the extras that our distribution declares; none where it is not installed but only on the path."""
    try:
        declared = requires("llmkit") or []
    except PackageNotFoundError:
        return ()
    found: dict[str, dict[str, str | None]] = {}
    for requirement in declared:
        match = _REQUIREMENT.match(requirement)
        if match and match[1].lower() != "llmkit":
            found.setdefault(match[3], {})[match[1]] = _version(match[1])
    return tuple(Extra(name=name, packages=packages) for name, packages in sorted(found.items()))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
