"""What a cache did: counts, and the money it saved."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Literal

from llmkit.types.model import Model
from llmkit.types.usage import Cost

Outcome = Literal[
    "hits", "stale", "misses", "similar", "refused", "expired", "damaged", "stored", "declined", "bypassed", "evicted", "failed", "joined"
]


class Figures(Model, frozen=True, kw_only=True):
    """How often each happened.

    `hits` and `stale` were answered without a call, `misses` were not; of those, `expired` and `damaged` say why. `similar`
    of the hits were answers to another question of the same meaning, `refused` neighbours were near enough but for their words. `declined`
    answers were not worth keeping, `bypassed` requests not asked for at all; `failed` says how often the store, or what makes vectors,
    could not be asked.
    `joined` calls shared another's. `saved` is money by currency; `unpriced` counts answers whose cost was not known.
    """

    hits: int = 0
    stale: int = 0
    misses: int = 0
    similar: int = 0
    refused: int = 0
    expired: int = 0
    damaged: int = 0
    stored: int = 0
    declined: int = 0
    bypassed: int = 0
    evicted: int = 0
    failed: int = 0
    joined: int = 0
    unpriced: int = 0
    saved: dict[str, Decimal] = {}

    @property
    def hit_rate(self) -> float:
        """Return the part of the requests that were answered without a call."""
        asked = self.hits + self.stale + self.misses
        return (self.hits + self.stale) / asked if asked else 0.0


class Statistics:
    """Counts from any thread."""

    __slots__ = ("_counts", "_lock", "_saved")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._saved: dict[str, Decimal] = {}

    def count(self, outcome: Outcome, times: int = 1) -> None:
        """Add `times` to `outcome`."""
        with self._lock:
            self._counts[outcome] = self._counts.get(outcome, 0) + times

    def save(self, outcome: Outcome, cost: Cost | None) -> None:
        """Count an answer that was had for nothing instead of `cost`."""
        with self._lock:
            self._counts[outcome] = self._counts.get(outcome, 0) + 1
            if cost is None:
                self._counts["unpriced"] = self._counts.get("unpriced", 0) + 1
            else:
                self._saved[cost.currency] = self._saved.get(cost.currency, Decimal(0)) + cost.amount

    def read(self) -> Figures:
        """Return the counts of this moment."""
        with self._lock:
            return Figures(**self._counts, saved=dict(self._saved))
