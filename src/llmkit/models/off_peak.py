"""Tell whether a moment lies in the hours that are sold for less."""

from __future__ import annotations

from collections.abc import Iterable

from llmkit.types.price import Window


def in_windows(windows: Iterable[Window], at: float) -> bool:
    """Return whether `at` (Unix seconds) lies in one of `windows`. One that does not end after its start reaches into the next day."""
    days, seconds = divmod(at, 86_400)
    minute = int(seconds // 60)
    today = (int(days) + 3) % 7 + 1  # 1970-01-01 was a Thursday, and Monday is 1
    yesterday = (today + 5) % 7 + 1
    return any(_covers(window, minute, today, yesterday) for window in windows)


def _covers(window: Window, minute: int, today: int, yesterday: int) -> bool:
    start, end = window.start, window.end
    if start < end:
        return today in window.weekdays and start <= minute < end
    return (today in window.weekdays and minute >= start) or (yesterday in window.weekdays and minute < end)
