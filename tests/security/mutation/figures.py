"""How many of a little damage's kinds the tests notice: a fresh sample beside those that were written down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.security.claim import Figure
from tests.security.mutation.areas import AREAS, Area
from tests.security.mutation.estimate import WANTED, contradicts, interval
from tests.security.mutation.record import entries, latest, mark
from tests.security.mutation.running import Score, played

FRESH = 12
"""Mutants of each area that are played for the figure; the long samples were written down."""
_ENOUGH = 40


def score() -> Figure:
    """Play a few mutants of each area, and estimate from the samples in `RUNS.md`."""
    with ThreadPoolExecutor(2) as pool:
        fresh = list(pool.map(lambda area: played(area, FRESH), AREAS))
    told = [_told(area, one) for area, one in zip(AREAS, fresh, strict=True)]
    wrong = [note for met, _, note in told if not met]
    found = entries()
    older = [area.name for area in AREAS if all(entry.mark != mark(area) for entry in found if entry.area == area.name)]
    notes = [note for _, _, note in told]
    if older:
        notes.append(f"Code or tests changed since the recorded samples of: {', '.join(older)}.")
    return Figure(
        met=not wrong,
        measured="; ".join(words for _, words, _ in told),
        wanted=f">= {WANTED:.0f} % of each area, estimated from random samples",
        notes=tuple(notes),
    )


def _told(area: Area, fresh: Score) -> tuple[bool, str, str]:
    """Return whether an area's samples say that it is held, what they say, and the same at length."""
    mutants, killed = latest(area, entries())
    share = 100 * killed / mutants if mutants else 0.0
    low, high = interval(killed, mutants)
    met = enough(killed, mutants) and not contradicts(fresh.killed, fresh.mutants)
    words = f"{area.name} {share:.0f} % ({low:.0f} to {high:.0f})"
    note = f"{area.name}: {killed} of {mutants} sampled mutants killed; now {fresh.killed} of {fresh.mutants}."
    return met, words, note


def enough(killed: int, mutants: int) -> bool:
    """Tell whether so many of so many say that an area is held."""
    return mutants >= _ENOUGH and 100 * killed >= WANTED * mutants
