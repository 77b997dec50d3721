"""A file for tables: whole transactions or none, for many threads and processes, and its owner's alone."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from llmkit.errors import StoreUnavailable
from llmkit.stores.sqlite import Database, make_private

SCHEMA = ("CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, number INTEGER NOT NULL)",)


def add(database: Database, name: str = "a") -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO counts VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = number + 1", (name,))


def test_threads_and_connections_lose_no_update(tmp_path: Path) -> None:
    databases = [Database(tmp_path / "state.db", schema=SCHEMA) for _ in range(2)]
    threads = [threading.Thread(target=lambda use=number: [add(databases[use % 2]) for _ in range(25)]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [("a", 100)] == databases[0].read("SELECT * FROM counts")


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db", schema=SCHEMA)

    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        connection.execute("INSERT INTO counts VALUES ('a', 1)")
        raise ZeroDivisionError
    with pytest.raises(StoreUnavailable), database.transaction() as connection:
        connection.execute("INSERT INTO counts VALUES ('a', 1)")
        connection.execute("INSERT INTO counts VALUES ('a', 1)")

    assert [] == database.read("SELECT * FROM counts")
    add(database)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "folder" / "state.db", schema=SCHEMA)

    add(database)

    assert 0o600 == stat.S_IMODE((tmp_path / "folder" / "state.db").stat().st_mode)
    assert 0o700 == stat.S_IMODE((tmp_path / "folder").stat().st_mode)


def test_a_closed_file_opens_again(tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db", schema=SCHEMA, durable=True)
    add(database)

    database.close()
    add(database)

    assert [(2,)] == database.read("SELECT number FROM counts")


def test_what_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, and longer than a header of one hundred bytes " * 4)

    with pytest.raises(StoreUnavailable):
        add(Database(tmp_path / "text", schema=SCHEMA))
    with pytest.raises(StoreUnavailable):
        add(Database(tmp_path, schema=SCHEMA))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_uses_a_connection_of_its_own(tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db", schema=SCHEMA)
    add(database)

    child = os.fork()
    if child == 0:
        try:
            add(database)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    add(database)

    assert [(3,)] == database.read("SELECT number FROM counts")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_second_opening_takes_no_lock_from_the_first(tmp_path: Path) -> None:
    """To close a file drops all locks that the process has on it; the last to leave would then take the log away from under us."""
    import fcntl

    database = Database(tmp_path / "state.db", schema=SCHEMA)
    add(database)
    with database.transaction():  # it has the file open, which its lock says
        make_private(tmp_path / "state.db")  # what another opening begins with
        child = os.fork()
        if child == 0:
            with (tmp_path / "state.db").open("r+b") as file:
                try:
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 2**30 + 2)  # SHARED_FIRST and SHARED_SIZE of SQLite's os.h
                except OSError:
                    os._exit(7)
                os._exit(0)
        _, status = os.waitpid(child, 0)

    assert 7 == os.waitstatus_to_exitcode(status)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links on this system")
@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_is_not_followed(there: bool, tmp_path: Path) -> None:
    """Whoever may write into the folder must not say which of our files is opened, or made, elsewhere."""
    if there:
        (tmp_path / "other").write_bytes(b"")
    (tmp_path / "state.db").symlink_to(tmp_path / "other")

    with pytest.raises(StoreUnavailable, match="symbolic link"):
        add(Database(tmp_path / "state.db", schema=SCHEMA))

    assert there == (tmp_path / "other").exists()


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_a_file_that_is_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "state.db").touch(mode=0o666)

    add(Database(tmp_path / "state.db", schema=SCHEMA))

    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
