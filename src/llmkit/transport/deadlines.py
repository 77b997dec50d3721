"""Six limits in seconds become readings of the monotonic clock, and the error that names the one that passed."""

from __future__ import annotations

from time import monotonic

from llmkit.errors import Timeout
from llmkit.types.http import Timeouts


def earliest(limit: float | None, begun: float, other: float | None) -> float | None:
    """Return the deadline of a limit that counts from `begun`, or the `other` where that comes first."""
    if limit is None:
        return other
    deadline = begun + limit
    return deadline if other is None or deadline < other else other


def nearest(limit: float | None, phase: str, total: float | None) -> tuple[float | None, str]:
    """Return which deadline comes first, that of a phase which begins now or the total, and its name."""
    deadline = earliest(limit, monotonic(), total)
    return deadline, "total" if deadline == total else phase


def expired(phase: str, timeouts: Timeouts) -> Timeout:
    """Return the error for a limit that passed."""
    return Timeout(phase, getattr(timeouts, phase, None))
