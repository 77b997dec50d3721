"""Answers kept in a file that processes share and only its owner can read."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager

from llmkit.caching.memory import check_bounds
from llmkit.errors import StoreUnavailable
from llmkit.stores.sqlite import share

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB NOT NULL, expires REAL NOT NULL, used REAL NOT NULL);
CREATE INDEX IF NOT EXISTS entries_by_use ON entries (used);
CREATE INDEX IF NOT EXISTS entries_by_end ON entries (expires);
CREATE TABLE IF NOT EXISTS totals (one INTEGER PRIMARY KEY CHECK (one = 1), entries INTEGER NOT NULL, size INTEGER NOT NULL);
INSERT OR IGNORE INTO totals VALUES (1, 0, 0);
CREATE TRIGGER IF NOT EXISTS entry_came AFTER INSERT ON entries BEGIN
    UPDATE totals SET entries = entries + 1, size = size + length(new.value);
END;
CREATE TRIGGER IF NOT EXISTS entry_went AFTER DELETE ON entries BEGIN
    UPDATE totals SET entries = entries - 1, size = size - length(old.value);
END;
CREATE TRIGGER IF NOT EXISTS entry_changed AFTER UPDATE OF value ON entries BEGIN
    UPDATE totals SET size = size + length(new.value) - length(old.value);
END;
"""
_PUT = """
INSERT INTO entries VALUES (:key, :value, :expires, :now)
ON CONFLICT (key) DO UPDATE SET value = :value, expires = :expires, used = :now
"""
_GLANCE = 60.0  # seconds between two notes of the same entry's use: a note is a write


class SqliteEntries:
    """A file at `path` (made with mode 0600) with at most `entries` answers of at most `size` bytes together.

    The file is opened at first use. It does not shrink, but what was freed is used again.
    """

    blocking = True

    def __init__(self, path: str | os.PathLike[str], *, entries: int = 100_000, size: int = 2**30) -> None:
        check_bounds(entries, size)
        self._path = os.fspath(path)
        self._entries, self._size = entries, size
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def get(self, key: bytes, now: float) -> bytes | None:
        """Return what is kept under `key`, which makes it the last to go."""
        with self._open() as connection:
            row = connection.execute("SELECT value, used FROM entries WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            if now - row[1] > _GLANCE:
                connection.execute("UPDATE entries SET used = ? WHERE key = ?", (now, key))
            return bytes(row[0])

    def put(self, key: bytes, value: bytes, *, now: float, expires: float) -> int:
        """Keep `value`, unless it is larger than everything together may be; return how many others went for it."""
        if len(value) > self._size:
            self.remove(key)
            return 0
        with self._open() as connection, _transaction(connection):
            connection.execute("DELETE FROM entries WHERE expires <= ?", (now,))
            connection.execute(_PUT, {"key": key, "value": value, "expires": expires, "now": now})
            return self._evict(connection, key)

    def remove(self, key: bytes) -> None:
        """Forget what is kept under `key`."""
        with self._open() as connection:
            connection.execute("DELETE FROM entries WHERE key = ?", (key,))

    def clear(self) -> None:
        """Forget everything."""
        with self._open() as connection:
            connection.execute("DELETE FROM entries")

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def totals(self) -> tuple[int, int]:
        """Return how many entries and how many bytes are kept."""
        with self._open() as connection:
            entries, size = connection.execute("SELECT entries, size FROM totals").fetchone()
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

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection, None, None]:
        """Lend the connection to one thread at a time; a failure of the file is `StoreUnavailable`."""
        failure: Exception
        try:
            with self._lock:
                if self._connection is None or self._process != os.getpid():  # a connection must not cross a fork
                    self._connection = self._connect()
                    self._process = os.getpid()
                yield self._connection
                return
        except (sqlite3.Error, OSError) as error:
            failure = error
        raise StoreUnavailable(f"The cache {self._path}", type(failure).__name__) from failure

    def _connect(self) -> sqlite3.Connection:
        # Made before SQLite opens it: its companions (-wal, -shm) take over the mode.
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        if os.name == "posix":
            os.chmod(self._path, 0o600)
        connection = sqlite3.connect(self._path, timeout=2.0, isolation_level=None, check_same_thread=False)
        try:
            share(connection)
            for pragma in ("synchronous=NORMAL", "journal_size_limit=8388608"):
                connection.execute(f"PRAGMA {pragma}")
            connection.executescript(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Generator[None, None, None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
