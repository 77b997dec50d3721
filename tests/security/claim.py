"""One sentence of the security policy, with what proves it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a measurement found. `measured` and `wanted` are for people: `0 of 24,816` and `0`."""

    met: bool
    measured: str
    wanted: str
    notes: tuple[str, ...] = ()
    """What a reader of the table should know beside it, a sentence each: what failed, what was not measured and why."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A promise. `figure` names the function that measures it (`tests.security.canary.figures:leaks`), which returns a `Figure`."""

    id: str
    """Words with a dot between, the topic first: `keys.printed`."""
    says: str
    """The sentence of the policy."""
    tests: tuple[str, ...]
    """Where the test suite holds it: `tests/auth/test_secret.py`, or `tests/auth/test_secret.py::test_scrub_masks_every_appearance`."""
    figure: str
    seconds: int = 30
    """About how long measuring takes, alone on a quiet machine; it is ended after ten times that."""
