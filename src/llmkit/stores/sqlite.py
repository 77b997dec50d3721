"""A file that layers keep their tables in: safe for many threads and many processes, and its owner's alone."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

from llmkit.errors import StoreUnavailable
from llmkit.folders import private_folder

PATIENCE = 5.0
"""Seconds to wait for another process that is writing."""
_LOG = 8 * 2**20
"""Bytes to which the write-ahead log shrinks again after something large."""
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)  # absent on Windows


class Database:
    """One SQLite file. `schema` is run once a connection: `CREATE TABLE IF NOT EXISTS ...`, one statement each.

    The file is its owner's alone, and not behind a symbolic link. One connection serves all threads in turn; it is opened when it is
    first used, and a forked process opens its own. `durable`: a transaction that ended survives a loss of power, which costs a write
    to the disk each time. Whatever fails is `StoreUnavailable`.
    """

    local = False

    def __init__(
        self, path: str | os.PathLike[str], *, schema: Sequence[str] = (), durable: bool = False, patience: float = PATIENCE
    ) -> None:
        self.path = Path(path)
        self._schema, self._durable, self._patience = tuple(schema), durable, patience
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
            except (sqlite3.Error, OSError, UnicodeDecodeError) as error:  # the last: the file is damaged
                raise self._unavailable(error) from None
            try:
                yield connection
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo(connection)
                raise self._unavailable(error) from None
            except BaseException:
                self._undo(connection)
                raise

    def read(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return the rows of `query`."""
        with self._lock:
            try:
                return self._open().execute(query, values).fetchall()
            except (sqlite3.Error, OSError, UnicodeDecodeError) as error:  # the last: the file is damaged
                raise self._unavailable(error) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None and self._process == os.getpid():
                connection.close()

    def forget(self) -> None:
        """In a forked process: leave the parent's connection alone, and take a lock that nobody holds."""
        self._lock = threading.RLock()
        self._parents, self._connection = self._connection, None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._process != os.getpid():
            private_folder(self.path.parent)
            with _making:
                make_private(self.path)
                connection = sqlite3.connect(self.path, timeout=self._patience, isolation_level=None, check_same_thread=False)
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            self._connection, self._process = connection, os.getpid()
        return self._connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        share(connection)
        connection.execute(f"PRAGMA synchronous={'FULL' if self._durable else 'NORMAL'}")
        connection.execute(f"PRAGMA journal_size_limit={_LOG}")
        connection.execute("BEGIN IMMEDIATE")
        for statement in self._schema:
            connection.execute(statement)
        connection.execute("COMMIT")

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return StoreUnavailable(f"SQLite file {self.path.name}", reason)

    @staticmethod
    def _undo(connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def make_private(path: Path) -> None:
    """Make the file where it is not there yet, and close it to others. Raises `OSError`, also for a symbolic link.

    A file that is there is not opened: to close it again would take the locks away that this process holds on it
    (POSIX, fcntl: "all locks are removed when any file descriptor for that file is closed"; sqlite.org, howtocorrupt, 2.2).
    """
    try:
        # SQLite gives its companions (-wal, -shm) the same mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NOFOLLOW, 0o600))
    except FileExistsError:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            raise OSError(errno.ELOOP, "It is a symbolic link.") from None
        if os.name == "posix" and stat.S_ISREG(mode) and mode & 0o077:
            os.chmod(path, 0o600)


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
_making = threading.Lock()
"""Held while a file is made, so that nobody has it open when it is closed."""


def _forget_all() -> None:
    global _making
    _making = threading.Lock()
    for database in list(_OPEN):
        database.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
