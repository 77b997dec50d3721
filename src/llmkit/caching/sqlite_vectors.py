"""Vectors of questions in a file that processes share and only its owner can read."""

from __future__ import annotations

import os

from llmkit.caching.memory import check_bounds
from llmkit.caching.vectors import Near, Vector, nearest, promising, sketch
from llmkit.stores.sqlite import Database
from llmkit.types.vectors import packed, unpacked

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS vectors ("
    "id INTEGER PRIMARY KEY AUTOINCREMENT, partition BLOB NOT NULL, key BLOB NOT NULL, signs BLOB NOT NULL, vector BLOB NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS vectors_by_key ON vectors (partition, key)",
    # Holds all that a search reads first, so that it does not read the vectors.
    "CREATE INDEX IF NOT EXISTS vectors_by_signs ON vectors (partition, id, signs)",
)
_PLACES = ", ".join("?" * 64)


class SqliteVectors:
    """A file at `path` (made with mode 0600) with at most `entries` vectors: the oldest go first. It may be the file of the answers."""

    blocking = True

    def __init__(self, path: str | os.PathLike[str], *, entries: int = 100_000) -> None:
        check_bounds(entries, 1)
        self._database = Database(path, schema=_SCHEMA)
        self._entries = entries

    def near(self, partition: bytes, vector: Vector, count: int) -> list[Near]:
        """Return the `count` nearest of the partition, the nearest first."""
        kept = self._database.read("SELECT id, signs FROM vectors WHERE partition = ? ORDER BY id", (partition,))
        places = promising(vector, [int.from_bytes(_bytes(signs)) for _, signs in kept])
        chosen = [kept[place][0] for place in places]
        found: list[tuple[bytes, Vector]] = []
        for begin in range(0, len(chosen), 64):
            some = chosen[begin : begin + 64]
            wanted = (*some, *[None] * (64 - len(some)))
            rows = self._database.read(f"SELECT key, vector FROM vectors WHERE id IN ({_PLACES})", wanted)  # noqa: S608 - only marks
            found += [(_bytes(key), unpacked(_bytes(numbers))) for key, numbers in rows]
        return nearest(vector, found, count)

    def put(self, partition: bytes, key: bytes, vector: Vector) -> None:
        """Keep a vector; the oldest go where there are too many."""
        signs = sketch(vector).to_bytes((len(vector) + 7) // 8)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM vectors WHERE partition = ? AND key = ?", (partition, key))
            connection.execute(
                "INSERT INTO vectors (partition, key, signs, vector) VALUES (?, ?, ?, ?)", (partition, key, signs, packed(vector))
            )
            over = connection.execute("SELECT count(*) FROM vectors").fetchone()[0] - self._entries
            if over > 0:
                connection.execute("DELETE FROM vectors WHERE id IN (SELECT id FROM vectors ORDER BY id LIMIT ?)", (over,))

    def remove(self, partition: bytes, key: bytes) -> None:
        """Forget a vector."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM vectors WHERE partition = ? AND key = ?", (partition, key))

    def clear(self) -> None:
        """Forget everything."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM vectors")

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value
