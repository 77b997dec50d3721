"""A file that layers keep their tables in: safe for many threads and many processes."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

from llmkit.errors import StoreUnavailable

PATIENCE = 5.0
"""Seconds to wait for another process that is writing."""


class Database:
    """One SQLite file. `schema` is run once a connection: `CREATE TABLE IF NOT EXISTS ...`, one statement each.

    The file is its owner's alone. One connection serves all threads in turn; a forked process opens its own.
    `durable`: a transaction that ended survives a loss of power, which costs a write to the disk each time.
    """

    local = False

    def __init__(self, path: str | os.PathLike[str], *, schema: Sequence[str] = (), durable: bool = False) -> None:
        self.path = Path(path)
        self._schema, self._durable = tuple(schema), durable
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._parents: sqlite3.Connection | None = None  # kept, for closing it here would break the parent's locks
        _OPEN.add(self)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that holds the right to write; what is done with it happens wholly or not at all."""
        with self._lock:
            try:
                connection = self._open()
                connection.execute("BEGIN IMMEDIATE")
            except (sqlite3.Error, OSError) as error:
                raise StoreUnavailable(f"SQLite file {self.path.name}", str(error)) from None
            try:
                yield connection
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo(connection)
                raise StoreUnavailable(f"SQLite file {self.path.name}", str(error)) from None
            except BaseException:
                self._undo(connection)
                raise

    def read(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return the rows of `query`."""
        with self._lock:
            try:
                return self._open().execute(query, values).fetchall()
            except (sqlite3.Error, OSError) as error:
                raise StoreUnavailable(f"SQLite file {self.path.name}", str(error)) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None and self._process == os.getpid():
                connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._process != os.getpid():
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            share(connection)
            connection.execute(f"PRAGMA synchronous={'FULL' if self._durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            for statement in self._schema:
                connection.execute(statement)
            connection.execute("COMMIT")
            self._connection, self._process = connection, os.getpid()
        return self._connection

    def forget(self) -> None:
        """In a forked process: leave the parent's connection alone, and take a lock that nobody holds."""
        self._lock = threading.RLock()
        self._parents, self._connection = self._connection, None

    @staticmethod
    def _undo(connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def share(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at once. The change to that is refused at once, whatever the patience, where two make it."""
    for last in (False,) * 20 + (True,):
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if last:
                raise
        connection.execute("BEGIN IMMEDIATE")  # waits for the other
        connection.execute("COMMIT")


_OPEN: WeakSet[Database] = WeakSet()


def _forget_all() -> None:
    for database in list(_OPEN):
        database.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
