"""One SQLite file that many processes write: opened late, private, in steps that nothing comes between."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from llmkit.stores.sqlite import share

T = TypeVar("T")
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)  # absent on Windows


class SQLiteFile:
    """A connection, opened at the first use and anew in a forked process; `schema` may be run any number of times.

    `durable`: a commit waits for the disk, so that not even a power cut takes it back.
    """

    def __init__(self, path: str | os.PathLike[str], schema: str, *, durable: bool) -> None:
        self.path = Path(path)
        self._schema, self._durable = schema, durable
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in one transaction that begins with the right to write. Raises `sqlite3.Error` or `OSError`."""
        with self._lock:
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return result

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work`, which writes nothing."""
        with self._lock:
            return work(self._open())

    def close(self) -> None:
        """Close the connection; the next use opens it again."""
        with self._lock:
            if self._connection is not None and self._owner == os.getpid():
                self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._owner == os.getpid():
            return self._connection
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | _NOFOLLOW, 0o600))  # SQLite gives its side files the same mode
        connection = sqlite3.connect(self.path, timeout=30.0, isolation_level=None, check_same_thread=False)
        try:
            share(connection)
            connection.execute(f"PRAGMA synchronous={'FULL' if self._durable else 'NORMAL'}")
            connection.executescript(self._schema)
        except BaseException:
            connection.close()
            raise
        self._connection, self._owner = connection, os.getpid()
        return connection
