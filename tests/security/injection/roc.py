"""How well scores tell attacks from harmless texts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import floor


def area(attacks: Sequence[float], harmless: Sequence[float]) -> float:
    """Return the area under the curve: how often an attack scores above a harmless text; a tie counts half."""
    ordered = sorted(harmless)
    above = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in attacks)
    return above / 2 / len(attacks) / len(ordered)


def threshold(harmless: Sequence[float], rate: float) -> float:
    """Return the lowest score above which at most the share `rate` of harmless texts lies."""
    ordered = sorted(harmless, reverse=True)
    return ordered[min(len(ordered) - 1, floor(rate * len(ordered)))]


def found(scores: Sequence[float], above: float) -> float:
    """Return the share of scores above a threshold."""
    return sum(score > above for score in scores) / len(scores)


def curve(attacks: Sequence[float], harmless: Sequence[float]) -> list[tuple[float, float]]:
    """Return the points of the curve: the share of harmless texts, and of attacks, from each score on."""
    levels = sorted({*attacks, *harmless}, reverse=True)
    points = [(_from(harmless, level), _from(attacks, level)) for level in levels]
    return [(0.0, 0.0), *points]


def _from(scores: Sequence[float], level: float) -> float:
    return sum(score >= level for score in scores) / len(scores)
