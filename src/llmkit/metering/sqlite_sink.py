"""Records of usage in a SQLite file that many processes write."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from llmkit.metering.records import UsageRecord
from llmkit.stores.sqlite import Database

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS llmkit_usage_1 (id TEXT PRIMARY KEY, at REAL NOT NULL, tenant TEXT NOT NULL, record TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS llmkit_usage_1_at ON llmkit_usage_1 (at)",
)
_PATIENCE = 30.0
"""Seconds to wait for others that write."""
_decoder = msgspec.json.Decoder(UsageRecord)
_PAGE = 1000
_NEXT = "SELECT at, id, record FROM llmkit_usage_1 WHERE (at, id) > (?, ?) ORDER BY at, id LIMIT ?"


class SQLiteSink:
    """Keeps records in the file `path`, made with mode 0600. What `write` has kept survives any crash.

    With `durable=False` a power cut can take back the last moments; a process that dies loses nothing either way.
    """

    blocking = True

    def __init__(self, path: str | os.PathLike[str], *, durable: bool = True) -> None:
        self._file = Database(path, schema=_SCHEMA, durable=durable, patience=_PATIENCE)

    def write(self, records: Sequence[UsageRecord], /) -> None:
        """Keep `records`, all or none; one that is there already is kept once."""
        rows = [(record.id, record.at, record.tenant, msgspec.json.encode(record).decode()) for record in records]
        query = "INSERT OR IGNORE INTO llmkit_usage_1 VALUES (?, ?, ?, ?)"
        with self._file.transaction() as connection:
            connection.executemany(query, rows)

    def records(self, since: float = 0.0) -> Iterator[UsageRecord]:
        """Return the records since `since` (Unix seconds), the oldest first; what somebody else has put among them is passed over."""
        last: tuple[float, str] = (since, "")
        while True:
            page: list[Any] = self._file.read(_NEXT, (*last, _PAGE))
            for _, _, text in page:
                try:
                    record = _decoder.decode(text)
                except (msgspec.DecodeError, UnicodeError, RecursionError, TypeError):
                    continue
                yield record
            if len(page) < _PAGE:
                return
            last = page[-1][:2]

    def close(self) -> None:
        """Close the file."""
        self._file.close()
