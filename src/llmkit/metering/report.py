"""Add up records of usage by day, model or whoever paid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO

import msgspec

from llmkit.metering.records import UsageRecord

GROUPS: dict[str, Callable[[UsageRecord], tuple[str, ...]]] = {
    "day": lambda record: (str(day_of(record.at) or "-"),),
    "model": lambda record: (record.model,),
    "tenant": lambda record: (record.tenant or "-",),
    "user": lambda record: (record.user or "-",),
    "key": lambda record: (record.key or "-",),
    "tag": lambda record: record.tags or ("-",),
    "status": lambda record: (record.error or record.status,),
}
"""What records can be added up by. A call with several tags counts for each."""
_LONGEST = 1024 * 1024
_DIGITS = 30
"""An amount with an exponent beyond it is a mistake, and could not be added up."""


def day_of(at: float) -> date | None:
    """Return the day in UTC; None: it is no time of this calendar."""
    try:
        return datetime.fromtimestamp(at, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def dollars(text: str | None) -> Decimal:
    """Return an amount; what is none (a line may come from anywhere) counts nothing."""
    try:
        amount = Decimal(text or 0)
    except InvalidOperation:
        return Decimal()
    return amount if amount.is_finite() and abs(amount.adjusted()) < _DIGITS else Decimal()


@dataclass(slots=True)
class Total:
    """The sums of a group."""

    name: str
    calls: int = 0
    """Without the second requests of calls that were hedged."""
    hedged: int = 0
    failed: int = 0
    aborted: int = 0
    hits: int = 0
    """Answers out of our own cache."""
    input: int = 0
    cache_read: int = 0
    output: int = 0
    cost: Decimal = Decimal()
    """Of the calls whose cost is known."""
    unpriced: int = 0
    estimated: int = 0
    saved: Decimal = Decimal()

    def add(self, record: UsageRecord) -> None:
        """Count a call."""
        self.calls += not record.hedged
        self.hedged += record.hedged
        self.failed += record.status == "error"
        self.aborted += record.status == "aborted" and not record.hedged
        self.hits += record.cached
        self.input += record.input
        self.cache_read += record.cache_read
        self.output += record.output
        self.unpriced += record.cost is None
        self.estimated += record.estimated
        self.cost += dollars(record.cost)
        self.saved += dollars(record.saved)


def totals(records: Iterable[UsageRecord], by: str) -> tuple[list[Total], Total]:
    """Return the sums of each group, days in order and all else by cost; and those of everything."""
    group = GROUPS[by]
    found: dict[str, Total] = {}
    whole = Total("all")
    for record in records:
        whole.add(record)
        for name in group(record):
            found.setdefault(name, Total(name)).add(record)
    if by == "day":
        return sorted(found.values(), key=lambda total: total.name), whole
    return sorted(found.values(), key=lambda total: (-total.cost, -total.calls, total.name)), whole


class Records:
    """The records in a file that a meter wrote, SQLite or JSON lines. `skipped` counts lines that are none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.skipped = 0

    def since(self, moment: float) -> Iterator[UsageRecord]:
        """Return the records since `moment` (Unix seconds). Raises `OSError` or `StoreUnavailable`."""
        with self.path.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                file.seek(0)
                yield from self._lines(file, moment)
                return
        from llmkit.metering.sqlite_sink import SQLiteSink

        sink = SQLiteSink(self.path)
        try:
            yield from sink.records(moment)
        finally:
            sink.close()

    def _lines(self, file: IO[bytes], moment: float) -> Iterator[UsageRecord]:
        decoder = msgspec.json.Decoder(UsageRecord)
        while line := file.readline(_LONGEST):
            if not line.strip():
                continue
            try:
                record = decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                self.skipped += 1
                continue
            if record.at >= moment:
                yield record
