"""What is fuzzed, by name. A target is made when it is first asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from tests.security.fuzz.target import Target

MODULES = (
    "framing",
    "dialects",
    "serving",
    "exchange",
    "sockets",
    "addresses",
    "secrets",
    "texts",
    "guards",
    "steps",
    "sessions",
    "headers",
    "stored",
    "credentials",
    "amounts",
    "models",
    "stores",
)
"""Each has a function `targets`."""


@cache
def targets() -> dict[str, Target]:
    """Return all targets."""
    found: dict[str, Target] = {}
    for module in MODULES:
        for one in import_module(f"{__name__}.{module}").targets():
            if one.name in found:
                raise ValueError(f"two targets are called {one.name}")
            found[one.name] = one
    return found


def target(name: str) -> Target:
    """Return one target."""
    return targets()[name]


def named(beginnings: list[str]) -> list[str]:
    """Return the names of all targets, or of those that are called, or begin, so (`stream` is all of `stream.*`)."""
    return [name for name in targets() if not beginnings or any(name == one or name.startswith(f"{one}.") for one in beginnings)]
