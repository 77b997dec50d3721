"""A ledger in a SQLite file: exact between all processes that use the file, and there after a crash."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from llmkit.metering.ledger import KEPT, Claim, Reserved, Row, Standing, Ticket
from llmkit.stores.sqlite import Database

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS llmkit_ledger_1 (account TEXT NOT NULL, cell INTEGER NOT NULL, until INTEGER NOT NULL, "
    "reserved INTEGER NOT NULL, settled INTEGER NOT NULL, released INTEGER NOT NULL, fraction INTEGER NOT NULL, "
    "PRIMARY KEY (account, cell)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS llmkit_reservations_1 (id TEXT PRIMARY KEY, amount INTEGER NOT NULL, expires REAL NOT NULL, "
    "expired INTEGER NOT NULL, claims BLOB NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS llmkit_reservations_1_expires ON llmkit_reservations_1 (expires)",
)
_PATIENCE = 30.0
"""Seconds to wait for others that write: a reservation is worth more than a cached answer."""
_AT_ONCE = 256
"""Expired reservations that one step clears away."""
_claims = msgspec.json.Decoder(tuple[Claim, ...])


class SQLiteLedger:
    """Accounts in the file `path`, made with mode 0600. A process that dies holds its reservations only until they expire.

    What was settled survives the death of every process; with `durable=False` a power cut can take back the last moments.
    """

    blocking = True

    def __init__(self, path: str | os.PathLike[str], *, durable: bool = True) -> None:
        self._file = Database(path, schema=_SCHEMA, durable=durable, patience=_PATIENCE)

    def reserve(self, ticket: Ticket, now: float) -> Reserved:
        """Reserve on all accounts or on none."""
        with self._file.transaction() as connection:
            return _reserve(connection, ticket, now)

    def settle(self, ticket: Ticket, pico: int, now: float) -> bool:
        """Book the cost once; a reservation that had expired is booked all the same."""
        with self._file.transaction() as connection:
            return _settle(connection, ticket, pico)

    def standing(self, claim: Claim, now: float) -> Standing:
        """Return how an account stands."""
        with self._file.transaction() as connection:
            _expire(connection, now)
            return _standing(connection, claim)

    def rows(self) -> list[tuple[str, int, Row]]:
        """Return all rows: account, cell, sums."""
        query = "SELECT account, cell, until, reserved, settled, released, fraction FROM llmkit_ledger_1 ORDER BY account, cell"
        return [_entry(row) for row in self._file.read(query)]

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _entry(row: Sequence[Any]) -> tuple[str, int, Row]:
    account, cell, *sums = row
    return account, cell, Row(*sums)


def _reserve(connection: sqlite3.Connection, ticket: Ticket, now: float) -> Reserved:
    _expire(connection, now)
    standings = tuple([_standing(connection, claim) for claim in ticket.claims])
    if any(standing.exceeds(claim.limit, ticket.amount) for claim, standing in zip(ticket.claims, standings, strict=True)):
        return Reserved(False, standings)
    connection.execute(
        "INSERT INTO llmkit_reservations_1 VALUES (?, ?, ?, 0, ?)",
        (ticket.id, ticket.amount, ticket.expires, msgspec.json.encode(ticket.claims)),
    )
    for claim in ticket.claims:
        row = _row(connection, claim)
        row.reserved += ticket.amount
        _put(connection, claim, row)
    return Reserved(True, standings)


def _settle(connection: sqlite3.Connection, ticket: Ticket, pico: int) -> bool:
    found = connection.execute(
        "DELETE FROM llmkit_reservations_1 WHERE id = ? RETURNING amount, expired",
        (ticket.id,),
    ).fetchone()
    if found is None:
        return False
    amount, expired = found
    for claim in ticket.claims:
        row = _row(connection, claim)
        row.settle(0 if expired else amount, pico)
        _put(connection, claim, row)
    return True


def _standing(connection: sqlite3.Connection, claim: Claim) -> Standing:
    spent, held, oldest = connection.execute(
        "SELECT coalesce(sum(settled) + (sum(fraction) + 999999) / 1000000, 0), coalesce(sum(reserved - settled - released), 0), min(cell) "
        "FROM llmkit_ledger_1 WHERE account = ? AND cell >= ?",
        (claim.account, claim.since),
    ).fetchone()
    return Standing(spent, held, oldest)


def _row(connection: sqlite3.Connection, claim: Claim) -> Row:
    found = connection.execute(
        "SELECT until, reserved, settled, released, fraction FROM llmkit_ledger_1 WHERE account = ? AND cell = ?",
        (claim.account, claim.cell),
    ).fetchone()
    return Row(*found) if found is not None else Row(claim.until)


def _put(connection: sqlite3.Connection, claim: Claim, row: Row) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO llmkit_ledger_1 VALUES (?, ?, ?, ?, ?, ?, ?)",
        (claim.account, claim.cell, row.until, row.reserved, row.settled, row.released, row.fraction),
    )


def _expire(connection: sqlite3.Connection, now: float) -> None:
    """Free what calls held that never came back; a day later forget them."""
    for name, amount, expired, claims in _overdue(connection, now):
        if expired:
            connection.execute("DELETE FROM llmkit_reservations_1 WHERE id = ?", (name,))
            continue
        for claim in _claims.decode(claims):
            row = _row(connection, claim)
            row.released += amount
            _put(connection, claim, row)
        connection.execute("UPDATE llmkit_reservations_1 SET expired = 1, expires = expires + ? WHERE id = ?", (KEPT, name))


def _overdue(connection: sqlite3.Connection, now: float) -> Iterable[tuple[str, int, int, bytes]]:
    query = "SELECT id, amount, expired, claims FROM llmkit_reservations_1 WHERE expires <= ? LIMIT ?"
    return connection.execute(query, (now, _AT_ONCE)).fetchall()
