"""Read from an answer's headers how much may still be sent. Pure, and cheap enough for every answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from llmkit.providers.answers import RateHeaders
from llmkit.types.rate_state import RateState

LONGEST = 64
"""Most characters of a value that is read: whatever is longer is none of these."""
FARTHEST = 400 * 86400.0
"""Most seconds until a limit is full again: beyond a year it is a mistake in the unit."""
_FROM_NOW = frozenset({"seconds", "milliseconds", "duration"})

_Pairs = Iterable[tuple[str, str]]
_DURATION = re.compile(
    r"(?:(\d{1,4})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,9}(?:\.\d{1,9})?)s)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?", re.ASCII
)
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,18})?", re.ASCII)
_IMF = re.compile(r"\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rate_state(names: RateHeaders, pairs: _Pairs) -> RateState | None:
    """Return what `pairs` tell under the names of `names`; None where they tell nothing that can be believed.

    Times count from the answer's own `Date`: no clock is read. Of a field that comes twice the last value counts.
    """
    wanted = _fields(names)
    index = dict(pairs)
    if not index.keys() >= wanted.keys():  # some servers write them otherwise than in lower case, or leave some out
        index = {name.lower(): value for name, value in index.items()}
    sent = ""
    if names.reset not in _FROM_NOW:
        sent = index.get("date") or index.get("Date") or ""
    told: dict[str, Any] = {}
    for name, (field, kind) in wanted.items():
        value = index.get(name)
        if value is not None and len(value) <= LONGEST and (number := _read(kind, value, sent)) is not None:
            told[field] = number
    return RateState(**told) if told else None


@lru_cache(maxsize=64)
def _fields(names: RateHeaders) -> dict[str, tuple[str, str]]:
    """Return, by the header that tells it, a field of the state and how its value is written."""
    fields = {
        names.requests_limit: ("requests_limit", "count"),
        names.requests_left: ("requests_left", "count"),
        names.requests_reset: ("requests_reset_seconds", names.reset),
        names.tokens_limit: ("tokens_limit", "count"),
        names.tokens_left: ("tokens_left", "count"),
        names.tokens_reset: ("tokens_reset_seconds", names.reset),
    }
    return {name: field for name, field in fields.items() if name}


@lru_cache(maxsize=1024)  # limits and short waits are the same again and again
def _read(kind: str, value: str, sent: str) -> float | None:
    return _KINDS[kind](value.strip(), sent)


def _count(value: str, sent: str) -> int | None:
    """Return a whole number of at most 15 digits: beyond that, providers mean that there is no limit."""
    return int(float(value)) if _NUMBER.fullmatch(value) else None


def _seconds(value: str, sent: str, unit: float = 1.0) -> float | None:
    if _NUMBER.fullmatch(value) is None:
        return None
    return _near(float(value) * unit)


def _milliseconds(value: str, sent: str) -> float | None:
    return _seconds(value, sent, 0.001)


def _duration(value: str, sent: str) -> float | None:
    """Return the seconds in `6m0s`, `1.5s`, `20ms`; a plain number counts seconds."""
    parts = _DURATION.fullmatch(value)
    if parts is None or not value:
        return _seconds(value, sent)
    days, hours, minutes, seconds, milliseconds = [float(part) if part else 0.0 for part in parts.groups()]
    return _near(days * 86400 + hours * 3600 + minutes * 60 + seconds + milliseconds / 1000)


def _date(value: str, sent: str) -> float | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return _until(moment.replace(tzinfo=UTC).timestamp() if moment.tzinfo is None else moment.timestamp(), sent)


def _unix(value: str, sent: str, unit: float = 1.0) -> float | None:
    return None if _NUMBER.fullmatch(value) is None else _until(float(value) * unit, sent)


def _unix_milliseconds(value: str, sent: str) -> float | None:
    return _unix(value, sent, 0.001)


def _until(moment: float, sent: str) -> float | None:
    begun = _stamp(sent)
    return None if begun is None else _near(max(0.0, moment - begun))


def _near(seconds: float) -> float | None:
    return seconds if seconds <= FARTHEST else None


@lru_cache(maxsize=16)
def _stamp(date: str) -> float | None:
    """Return the Unix seconds of an HTTP date; many answers come in the same second."""
    parts = _IMF.fullmatch(date)
    if parts is None or parts[2] not in _MONTHS:
        return None
    try:
        day, hour, minute, second = [int(parts[place]) for place in (1, 4, 5, 6)]
        return datetime(int(parts[3]), _MONTHS.index(parts[2]) + 1, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None


_KINDS: dict[str, Callable[[str, str], float | None]] = {
    "count": _count,
    "seconds": _seconds,
    "milliseconds": _milliseconds,
    "duration": _duration,
    "date": _date,
    "unix": _unix,
    "unix_milliseconds": _unix_milliseconds,
}
