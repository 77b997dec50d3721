"""Who asks for all, agreed on in a file by the processes of one machine."""

from __future__ import annotations

import os
from typing import Any

from llmkit.caching.flights import KEPT, Landing
from llmkit.caching.memory import check_bounds
from llmkit.stores.sqlite import Database

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS flights (key BLOB PRIMARY KEY, token TEXT NOT NULL, ends REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS landings (token TEXT PRIMARY KEY, data BLOB NOT NULL, ends REAL NOT NULL)",
    "CREATE INDEX IF NOT EXISTS landings_by_end ON landings (ends)",
    "CREATE INDEX IF NOT EXISTS flights_by_end ON flights (ends)",
)
_PATIENCE = 2.0
"""Seconds to wait for others that write: then it is quicker to ask."""


class SqliteFlights:
    """Leases and landed answers of at most `size` bytes in the file `path`, by the machine's clock."""

    local = False

    def __init__(self, path: str | os.PathLike[str], *, size: int = 8 * 2**20) -> None:
        check_bounds(1, size)
        self._size = size
        self._file = Database(path, schema=_SCHEMA, patience=_PATIENCE)

    def lead(self, key: bytes, token: str, seconds: float, now: float) -> str:
        """Take the lease of `key`, unless somebody has it; return the token of whoever has it now."""
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM flights WHERE ends <= ?", (now,))
            connection.execute("DELETE FROM landings WHERE ends <= ?", (now,))
            connection.execute("INSERT OR IGNORE INTO flights VALUES (?, ?, ?)", (key, token, now + seconds))
            return str(connection.execute("SELECT token FROM flights WHERE key = ?", (key,)).fetchone()[0])

    def look(self, key: bytes, token: str, now: float) -> Landing:
        """Return how the flight of `token` stands."""
        query = "SELECT 1, data FROM landings WHERE token = ? UNION ALL SELECT 0, x'' FROM flights WHERE key = ? AND token = ? AND ends > ?"
        rows: list[Any] = self._file.read(query, (token, key, token, now))
        if not rows:
            return Landing("gone")
        landed, data = max(rows)
        if landed:
            return Landing("landed", bytes(data)) if data else Landing("failed")
        return Landing("flying")

    def land(self, key: bytes, token: str, data: bytes, now: float) -> bool:
        """End the lease, and let those who wait have `data`, if it is not too large."""
        data = data if len(data) <= self._size else b""
        with self._file.transaction() as connection:
            ended = connection.execute("DELETE FROM flights WHERE key = ? AND token = ? AND ends > ?", (key, token, now)).rowcount
            if ended:
                connection.execute("INSERT INTO landings VALUES (?, ?, ?)", (token, data, now + KEPT))
            return bool(ended)

    def release(self, key: bytes, token: str) -> None:
        """End the lease, and let another lead."""
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM flights WHERE key = ? AND token = ?", (key, token))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
