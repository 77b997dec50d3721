"""When a budget begins anew: with the calendar of a time zone, rolling, or never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

Period: TypeAlias = Literal["hour", "day", "week", "month", "total"]
PERIODS: tuple[Period, ...] = ("hour", "day", "week", "month", "total")
SPANS: dict[str, int] = {"hour": 3600, "day": 86_400, "week": 7 * 86_400, "month": 30 * 86_400}
"""Seconds of a rolling period; a rolling month has 30 days."""
FOREVER = 2**62
_CELLS = 60
"""A rolling window is counted in so many cells: what was spent counts up to a sixtieth of the period too long, never too short."""
_QUARTER = 900
"""Seconds; offsets of time zones are multiples of it, so that no window begins between two."""


class Window(NamedTuple):
    """`cell` is where money spent now is booked, cells from `since` on count; `until` then the cell is of no account any more."""

    cell: int
    since: int
    until: int


def window(period: Period, zone: str, rolling: bool, now: float) -> Window:
    """Return the window that holds at `now` (Unix seconds)."""
    if period == "total":
        return Window(0, 0, FOREVER)
    if not rolling:
        return _aligned(period, zone, int(now // _QUARTER))
    span = SPANS[period]
    width = span // _CELLS
    cell = int(now // width) * width
    return Window(cell, int(now) - span - width + 1, cell + width + span)


@lru_cache(maxsize=512)
def _aligned(period: Period, zone: str, quarter: int) -> Window:
    here = datetime.fromtimestamp(quarter * _QUARTER, ZoneInfo(zone))
    if period == "hour":  # counted in UTC, since a local hour that comes twice in autumn is two
        offset = here.utcoffset() or timedelta()
        into = (here.astimezone(UTC) + offset).minute * 60
        start = quarter * _QUARTER - into
        return Window(start, start, start + 3600)
    day = here.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if period == "week":
        day -= timedelta(days=day.weekday())
        end = day + timedelta(days=7)
    elif period == "month":
        day = day.replace(day=1)
        end = (day + timedelta(days=32)).replace(day=1)
    else:
        end = day + timedelta(days=1)
    start = int(day.timestamp())
    return Window(start, start, int(end.timestamp()))
