"""What a sample says about all mutants of an area: a share, and the interval in which the true one lies."""

from __future__ import annotations

from math import comb, sqrt
from statistics import NormalDist

WANTED = 90.0
"""Percent of the mutants."""
_DOUBT = 0.01


def interval(killed: int, mutants: int, sureness: float = 0.95) -> tuple[float, float]:
    """Return the bounds, in percent, by Wilson's score: they are right near 100 % and for few mutants too."""
    if not mutants:
        return 0.0, 100.0
    deviation = NormalDist().inv_cdf((1 + sureness) / 2)
    share, square = killed / mutants, deviation**2
    middle = (share + square / (2 * mutants)) / (1 + square / mutants)
    reach = deviation / (1 + square / mutants) * sqrt(share * (1 - share) / mutants + square / (4 * mutants**2))
    return max(0.0, 100 * (middle - reach)), min(100.0, 100 * (middle + reach))


def contradicts(killed: int, mutants: int, share: float = WANTED) -> bool:
    """Tell whether so few killed are less likely than one in a hundred if `share` percent of all are (one-sided binomial test)."""
    chance = share / 100
    likely = sum(comb(mutants, count) * chance**count * (1 - chance) ** (mutants - count) for count in range(killed + 1))
    return mutants > 0 and likely < _DOUBT
