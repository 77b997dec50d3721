"""Percentiles of any number of durations in little memory: counted in steps of two per cent."""

from __future__ import annotations

import math
from collections import Counter

_STEP = math.log(1.02)
_LEAST = 1e-4
"""Seconds; what is quicker counts as this."""


class Sketch:
    """Durations in seconds. A percentile is told to within one per cent."""

    __slots__ = ("_counts", "count")

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self.count = 0

    def add(self, seconds: float) -> None:
        """Count one; what is no duration is passed over."""
        if not 0 <= seconds < 1e9:
            return
        self._counts[round(math.log(max(seconds, _LEAST)) / _STEP)] += 1
        self.count += 1

    def at(self, share: float) -> float | None:
        """Return the duration that `share` of all do not exceed; None: there are none."""
        left = math.ceil(share * self.count)
        for step in sorted(self._counts):
            left -= self._counts[step]
            if left <= 0:
                return math.exp(step * _STEP)
        return None
