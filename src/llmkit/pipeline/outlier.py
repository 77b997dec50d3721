"""Tell whether one deployment does worse than its peers by more than chance."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, sqrt

import msgspec


class Sample(msgspec.Struct, frozen=True, gc=False):
    """What came of a deployment's calls in the window. `seconds` and `squares` are sums over those that succeeded."""

    calls: int = 0
    failures: int = 0
    slow: int = 0
    seconds: float = 0.0
    squares: float = 0.0

    @property
    def failure_rate(self) -> float:
        """Return the share of failures."""
        return self.failures / self.calls if self.calls else 0.0

    @property
    def slow_rate(self) -> float:
        """Return the share of slow successes."""
        return self.slow / self.calls if self.calls else 0.0

    @property
    def successes(self) -> int:
        """Return how many succeeded."""
        return self.calls - self.failures

    @property
    def mean(self) -> float:
        """Return the mean duration of the successes."""
        return self.seconds / self.successes if self.successes else 0.0

    @property
    def variance(self) -> float:
        """Return the variance of that duration."""
        count = self.successes
        return max(self.squares - self.seconds * self.seconds / count, 0.0) / (count - 1) if count > 1 else 0.0


def together(samples: Iterable[Sample]) -> Sample:
    """Return all samples as one."""
    calls = failures = slow = 0
    seconds = squares = 0.0
    for sample in samples:
        calls += sample.calls
        failures += sample.failures
        slow += sample.slow
        seconds += sample.seconds
        squares += sample.squares
    return Sample(calls, failures, slow, seconds, squares)


def failure_score(own: Sample, peers: Sample) -> float:
    """Return by how many standard deviations the failure rate is above that of the peers.

    The peers are counted without the one that is judged: inside a group of n no member can be further than (n - 1) / sqrt(n)
    from the mean of all, so that a small group would never have an outlier.
    """
    if not own.calls or not peers.calls:
        return 0.0
    rate = (own.failures + peers.failures) / (own.calls + peers.calls)
    return _score(own.failure_rate - peers.failure_rate, rate * (1 - rate) * (1 / own.calls + 1 / peers.calls))


def latency_score(own: Sample, peers: Sample) -> float:
    """Return by how many standard deviations the mean duration is above that of the peers."""
    if own.successes < 2 or peers.successes < 2:
        return 0.0
    return _score(own.mean - peers.mean, own.variance / own.successes + peers.variance / peers.successes)


def _score(difference: float, variance: float) -> float:
    if difference <= 0.0:
        return 0.0
    return difference / sqrt(variance) if variance > 0.0 else inf
