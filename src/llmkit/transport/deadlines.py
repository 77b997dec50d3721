"""Six limits in seconds become readings of the monotonic clock, and the error that names the one that passed."""

from __future__ import annotations

from time import monotonic

from llmkit.errors import Timeout
from llmkit.types.http import HttpRequest, Timeouts


def total_deadline(request: HttpRequest) -> float | None:
    """Return when the whole call must be over."""
    total = request.timeouts.total
    if total is None:
        return request.deadline
    end = monotonic() + total
    return end if request.deadline is None else min(end, request.deadline)


def nearest(limit: float | None, phase: str, total: float | None) -> tuple[float | None, str]:
    """Return which deadline comes first, that of a phase which begins now or the total, and its name."""
    deadline = None if limit is None else monotonic() + limit
    if total is not None and (deadline is None or total < deadline):
        return total, "total"
    return deadline, phase


def expired(phase: str, timeouts: Timeouts) -> Timeout:
    """Return the error for a limit that passed."""
    return Timeout(phase, getattr(timeouts, phase, None))
