"""Answers kept in a file that processes share and only its owner can read."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

from llmkit.caching.memory import check_bounds
from llmkit.stores.sqlite import Database

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB NOT NULL, expires REAL NOT NULL, used REAL NOT NULL)",
    "CREATE INDEX IF NOT EXISTS entries_by_use ON entries (used)",
    "CREATE INDEX IF NOT EXISTS entries_by_end ON entries (expires)",
    "CREATE TABLE IF NOT EXISTS totals (one INTEGER PRIMARY KEY CHECK (one = 1), entries INTEGER NOT NULL, size INTEGER NOT NULL)",
    "INSERT OR IGNORE INTO totals VALUES (1, 0, 0)",
    "CREATE TRIGGER IF NOT EXISTS entry_came AFTER INSERT ON entries BEGIN "
    "UPDATE totals SET entries = entries + 1, size = size + length(new.value); END",
    "CREATE TRIGGER IF NOT EXISTS entry_went AFTER DELETE ON entries BEGIN "
    "UPDATE totals SET entries = entries - 1, size = size - length(old.value); END",
    "CREATE TRIGGER IF NOT EXISTS entry_changed AFTER UPDATE OF value ON entries BEGIN "
    "UPDATE totals SET size = size + length(new.value) - length(old.value); END",
)
_PUT = """
INSERT INTO entries VALUES (:key, :value, :expires, :now)
ON CONFLICT (key) DO UPDATE SET value = :value, expires = :expires, used = :now
"""
_GLANCE = 60.0
"""Seconds between two notes of the same entry's use: a note is a write."""
_PATIENCE = 2.0
"""Seconds to wait for others that write: then it is quicker to ask."""


class SqliteEntries:
    """A file at `path` (made with mode 0600) with at most `entries` answers of at most `size` bytes together.

    The file is opened at first use. It does not shrink, but what was freed is used again.
    """

    blocking = True

    def __init__(self, path: str | os.PathLike[str], *, entries: int = 100_000, size: int = 2**30) -> None:
        check_bounds(entries, size)
        self._entries, self._size = entries, size
        self._file = Database(path, schema=_SCHEMA, patience=_PATIENCE)

    def get(self, key: bytes, now: float) -> bytes | None:
        """Return what is kept under `key`, which makes it the last to go."""
        rows: list[Any] = self._file.read("SELECT value, used FROM entries WHERE key = ?", (key,))
        if not rows:
            return None
        ((value, used),) = rows
        if now - used > _GLANCE:
            with self._file.transaction() as connection:
                connection.execute("UPDATE entries SET used = ? WHERE key = ?", (now, key))
        return bytes(value)

    def put(self, key: bytes, value: bytes, *, now: float, expires: float) -> int:
        """Keep `value`, unless it is larger than everything together may be; return how many others went for it."""
        if len(value) > self._size:
            self.remove(key)
            return 0
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM entries WHERE expires <= ?", (now,))
            connection.execute(_PUT, {"key": key, "value": value, "expires": expires, "now": now})
            return self._evict(connection, key)

    def remove(self, key: bytes) -> None:
        """Forget what is kept under `key`."""
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM entries WHERE key = ?", (key,))

    def clear(self) -> None:
        """Forget everything."""
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM entries")

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._file.close()

    def totals(self) -> tuple[int, int]:
        """Return how many entries and how many bytes are kept."""
        rows: list[Any] = self._file.read("SELECT entries, size FROM totals")
        ((entries, size),) = rows
        return entries, size

    def _evict(self, connection: sqlite3.Connection, newest: bytes) -> int:
        entries, size = connection.execute("SELECT entries, size FROM totals").fetchone()
        if entries <= self._entries and size <= self._size:
            return 0
        doomed: list[tuple[bytes]] = []
        for key, length in connection.execute("SELECT key, length(value) FROM entries WHERE key != ? ORDER BY used", (newest,)):
            doomed.append((key,))
            entries, size = entries - 1, size - length
            if entries <= self._entries and size <= self._size:
                break
        connection.executemany("DELETE FROM entries WHERE key = ?", doomed)
        return len(doomed)
