"""The figure of the comparison."""

from __future__ import annotations

from tests.security.canary.peers.comparison import MEASURED, Column, Comparison, compare
from tests.security.canary.peers.libraries import PACKAGES
from tests.security.claim import Figure


def leaks() -> Figure:
    """Measure how many channels leak in each library."""
    return figure(compare())


def figure(comparison: Comparison) -> Figure:
    """Return the figure of a comparison: met where ours leak nothing, all others were looked at, and something was found in each."""
    ours = [column for column in comparison.columns if column.ours]
    others = [column for column in comparison.columns if not column.ours]
    thin = [f"{column}: only {measured(column)} channels could be measured" for column in comparison.columns if measured(column) < MEASURED]
    own = sum(column.counted()["leak"] for column in ours)
    found = all(column.counted()["leak"] for column in others)
    told = [f"ours {own}/{sum(map(measured, ours))}", *(f"{column} {column.total()}" for column in others)]
    unmeasured = [f"{column}: {channel} was not measured ({why})" for column, channel, why in _unmeasured(comparison)]
    return Figure(
        met=bool(ours and others and found) and not (own or thin or comparison.failures),
        measured=", ".join(told),
        wanted=f"ours 0, and leaks found in each of {', '.join(PACKAGES.values())}",
        notes=(*comparison.failures, *thin, *unmeasured, *_leaking(ours)),
    )


def measured(column: Column) -> int:
    """Return how many channels apply and could be measured."""
    found = column.counted()
    return found["leak"] + found["clean"]


def _unmeasured(comparison: Comparison) -> list[tuple[Column, str, str]]:
    return [
        (column, channel, why)
        for column in comparison.columns
        for channel, (outcome, why) in column.cells.items()
        if outcome == "not measured"
    ]


def _leaking(ours: list[Column]) -> list[str]:
    return [f"{column}: {channel}: {why}" for column in ours for channel, (outcome, why) in column.cells.items() if outcome == "leak"]
