"""What a row of the table of faults is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from llmkit import Timeouts
from llmkit.testing.answers import SAMPLE, Answer
from tests.faults.chaos import DIALECTS, PATIENT, Damage

Outcomes = tuple[str | None, str | None]
"""What comes of a plain call and of a stream; None: it cannot happen there."""


@dataclass(frozen=True)
class Way:
    """One way in which a fault happens. `by` names the formats for which something else is right, and what."""

    name: str
    damage: Damage
    whole: str | None
    stream: str | None
    by: dict[str, Outcomes] = field(default_factory=dict)
    only: tuple[str, ...] = DIALECTS
    early: bool = False
    timeouts: Timeouts = PATIENT
    answer: Answer = SAMPLE
    options: dict[str, Any] = field(default_factory=dict)

    def expected(self, dialect: str, *, stream: bool) -> str | None:
        """Return what is to come of it."""
        if dialect not in self.only:
            return None
        return self.by.get(dialect, (self.whole, self.stream))[stream]


@dataclass(frozen=True)
class Row:
    """One fault: the ways in which it is done here, and the tests that prove it elsewhere."""

    number: int
    name: str
    ways: tuple[Way, ...] = ()
    elsewhere: tuple[str, ...] = ()
    note: str = ""
