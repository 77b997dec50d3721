"""How long to wait between two questions about a job that still runs."""

from __future__ import annotations

FIRST, GROWTH, MOST = 0.5, 1.5, 5.0


def delay_of(polls: int) -> float:
    """Return the seconds to wait before the `polls`-th question: from half a second to five."""
    return min(MOST, FIRST * GROWTH ** min(polls - 1, 16)) if polls > 0 else 0.0
