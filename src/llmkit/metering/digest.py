"""Read records once and keep what a page of plots shows: by day, model, tenant and error."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from llmkit.metering.records import UsageRecord
from llmkit.metering.report import Total, day_of, dollars
from llmkit.metering.sketch import Sketch

KINDS = {
    "uncached": "input",
    "cache_read": "input from a cache",
    "cache_write": "input written to a cache",
    "output_text": "words",
    "reasoning": "thinking",
    "output_other": "sound and pictures",
}
"""Tokens, as they are called on the page."""
SAVINGS = ("providers' caches", "our caches")
OTHERS = "others"
_MOST_SERIES = 8
_MOST_COLUMNS = 100
_MOST_NAMES = 10_000
"""Tenants and models may be named by strangers; the rest is counted as others."""


class Series(NamedTuple):
    """A part of each column."""

    name: str
    values: tuple[Decimal, ...]


class Speeds(NamedTuple):
    """How long a model takes, and how long until its first event."""

    whole: Sketch
    first: Sketch


class Digest:
    """What is known of the records that were read."""

    def __init__(self, records: Iterable[UsageRecord]) -> None:
        self.whole = Total("all")
        self.tenants: dict[str, Total] = {}
        self.models: dict[str, Total] = {}
        self.speeds: dict[str, Speeds] = {}
        self.errors: Counter[str] = Counter()
        self._spent: _Cells = defaultdict(Counter)
        self._tokens: _Cells = defaultdict(Counter)
        self._failed: _Cells = defaultdict(Counter)
        self._saved: _Cells = defaultdict(Counter)
        self._days: set[date] = set()
        for record in records:
            self._read(record)

    def _read(self, record: UsageRecord) -> None:
        self.whole.add(record)
        model = _bounded(self.models, record.model or "-")
        self.models.setdefault(model, Total(model)).add(record)
        tenant = _bounded(self.tenants, record.tenant or "-")
        self.tenants.setdefault(tenant, Total(tenant)).add(record)
        if record.status == "error":
            self.errors[_bounded(self.errors, record.error or "error")] += 1
        if record.status == "ok" and not (record.cached or record.again or record.hedged):
            speeds = self.speeds.setdefault(model, Speeds(Sketch(), Sketch()))
            speeds.whole.add(record.seconds)
            if record.first_event is not None:
                speeds.first.add(record.first_event)
        day = day_of(record.at)
        if day is not None:
            self._days.add(day)
            self._read_day(record, day, model)

    def _read_day(self, record: UsageRecord, day: date, model: str) -> None:
        self._spent[day][model] += dollars(record.cost)  # type: ignore[assignment]  # a Counter adds any numbers
        for field, name in KINDS.items():
            self._tokens[day][name] += getattr(record, field)
        if record.status == "error":
            self._failed[day][record.error or "error"] += 1
        if record.saved is not None:
            self._saved[day][SAVINGS[record.cached]] += dollars(record.saved)  # type: ignore[assignment]  # as above

    def columns(self) -> tuple[date, ...]:
        """Return the first day of each column: of every day between the first and the last, or of weeks, months or years."""
        if not self._days:
            return ()
        first, last = min(self._days), max(self._days)
        found = _range(first, last, self.step())
        return tuple(found[-_MOST_COLUMNS:])

    def step(self) -> str:
        """Return what a column is: a day, week, month or year."""
        if not self._days:
            return "day"
        first, last = min(self._days), max(self._days)
        span = (last - first).days
        return next((name for name, days in (("day", 1), ("week", 7), ("month", 31)) if span < _MOST_COLUMNS * days), "year")

    def spent(self) -> list[Series]:
        """Return dollars by model."""
        return self._series(self._spent)

    def tokens(self) -> list[Series]:
        """Return tokens by kind, in the order of `KINDS`."""
        return self._series(self._tokens, tuple(KINDS.values()))

    def failed(self) -> list[Series]:
        """Return failures by the type of error."""
        return self._series(self._failed)

    def saved(self) -> list[Series]:
        """Return dollars that caches saved. A day on which writing a cache cost more than it saved shows as nothing."""
        return self._series(self._saved, SAVINGS)

    def _series(self, cells: _Cells, order: Sequence[str] = ()) -> list[Series]:
        """Return the largest series with a value, and the sum of all others."""
        columns, step = self.columns(), self.step()
        sums: Counter[str] = Counter()
        by_column: dict[date, Counter[str]] = defaultdict(Counter)
        for day, values in cells.items():
            for name, value in values.items():
                sums[name] += value
                by_column[_begin(day, step)][name] += value
        names = [name for name in (order or [name for name, _ in sums.most_common(_MOST_SERIES)]) if sums[name] > 0]
        found = [Series(name, tuple([Decimal(by_column[column][name]) for column in columns])) for name in names]
        rest = tuple([Decimal(sum([by_column[column][name] for name in sums if name not in names])) for column in columns])
        return [*found, Series(OTHERS, rest)] if any(rest) and not order else found


_Cells = defaultdict[date, Counter[str]]


def _bounded(known: Any, name: str) -> str:
    return name if name in known or len(known) < _MOST_NAMES else OTHERS


def _begin(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=min(day.weekday(), (day - date.min).days))
    if step == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if step == "year" else day


def _range(first: date, last: date, step: str) -> list[date]:
    if step in ("day", "week"):
        days, begin = (1 if step == "day" else 7), _begin(first, step)
        return [begin + timedelta(days=place) for place in range(0, (last - begin).days + 1, days)]
    if step == "year":
        return [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]
