"""Read from response headers how long to wait before trying again. Reads no clock: dates count from the `Date` header."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait from `retry-after-ms` or `Retry-After` (seconds or a date), None if neither says."""
    milliseconds = seconds_of(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = seconds_of(value)
    return seconds if seconds is not None else seconds_until(headers, date_of(value))


def seconds_of(value: str | None) -> float | None:
    """Return a count of seconds as a number, None unless it is finite and not negative."""
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None


def seconds_until(headers: Mapping[str, str], moment: datetime | None) -> float | None:
    """Return the seconds from the response's own `Date` to `moment`, at least 0."""
    sent = date_of(headers.get("date"))
    return max(0.0, (moment - sent).total_seconds()) if moment is not None and sent is not None else None


def date_of(value: str | None) -> datetime | None:
    """Return an HTTP date or an RFC 3339 time, None for anything else."""
    if not value:
        return None
    from email.utils import parsedate_to_datetime  # Costs ten milliseconds to import.

    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return None
