"""A ledger of one process, in memory: exact between its threads, gone with it."""

from __future__ import annotations

import threading
from heapq import heappop, heappush

from llmkit.metering.ledger import KEPT, Claim, Reserved, Row, Standing, Ticket
from llmkit.metering.money import PICO

_SWEEP = 1024
"""Reservations between two looks for cells whose time is over."""


class MemoryLedger:
    """One row for each account with a window that runs: memory grows with the accounts in use and not with the calls."""

    blocking = False

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, Row]] = {}
        self._held: dict[str, int] = {}
        self._agenda: list[tuple[float, str, Ticket]] = []
        self._lock = threading.Lock()
        self._count = 0

    def reserve(self, ticket: Ticket, now: float) -> Reserved:
        """Reserve on all accounts or on none."""
        with self._lock:
            self._expire(now)
            standings = tuple([self._standing(claim) for claim in ticket.claims])
            amount = ticket.amount
            for claim, standing in zip(ticket.claims, standings, strict=True):
                if claim.limit is not None and standing.exceeds(claim.limit, amount):
                    return Reserved(False, standings)
            for claim in ticket.claims:
                self._row(claim).reserved += amount
            self._held[ticket.id] = amount
            heappush(self._agenda, (ticket.expires, ticket.id, ticket))
            return Reserved(True, standings)

    def settle(self, ticket: Ticket, pico: int, now: float) -> bool:
        """Book the cost once; a reservation that had expired is booked all the same."""
        with self._lock:
            self._expire(now)
            held = self._held.pop(ticket.id, None)
            if held is None:
                return False
            for claim in ticket.claims:
                self._row(claim).settle(held, pico)
            return True

    def standing(self, claim: Claim, now: float) -> Standing:
        """Return how an account stands."""
        with self._lock:
            self._expire(now)
            return self._standing(claim)

    def close(self) -> None:
        """Do nothing: there is nothing open."""

    def rows(self) -> list[tuple[str, int, Row]]:
        """Return all rows: account, cell, sums."""
        with self._lock:
            return [(account, cell, row) for account, cells in self._rows.items() for cell, row in cells.items()]

    def _row(self, claim: Claim) -> Row:
        cells = self._rows.get(claim.account)
        if cells is None:
            cells = self._rows[claim.account] = {}
        row = cells.get(claim.cell)
        if row is None:
            row = cells[claim.cell] = Row(claim.until)
        return row

    def _standing(self, claim: Claim) -> Standing:
        cells = self._rows.get(claim.account)
        if not cells:
            return Standing()
        if len(cells) == 1 and (row := cells.get(claim.cell)) is not None:  # nearly always, and in a third of the time
            return Standing(row.settled + (row.fraction > 0), row.reserved - row.settled - row.released, claim.cell)
        counted = [(cell, row) for cell, row in cells.items() if cell >= claim.since]
        spent = sum([row.settled for _, row in counted]) - (-sum([row.fraction for _, row in counted]) // PICO)  # rounded up
        return Standing(spent, sum([row.held for _, row in counted]), min([cell for cell, _ in counted], default=None))

    def _expire(self, now: float) -> None:
        """Free what calls held that never came back; a day later forget them."""
        while self._agenda and self._agenda[0][0] <= now:
            when, name, ticket = heappop(self._agenda)
            held = self._held.get(name)
            if held is None:
                continue
            if when > ticket.expires:
                del self._held[name]
                continue
            for claim in ticket.claims:
                self._row(claim).released += held
            self._held[name] = 0
            heappush(self._agenda, (ticket.expires + KEPT, name, ticket))
        self._count += 1
        if self._count % _SWEEP == 0:
            self._sweep(now)

    def _sweep(self, now: float) -> None:
        for account, cells in list(self._rows.items()):
            for cell in [cell for cell, row in cells.items() if row.until <= now and not row.held]:
                del cells[cell]
            if not cells:
                del self._rows[account]
        live = [item for item in self._agenda if item[1] in self._held]
        if 2 * len(live) < len(self._agenda):
            self._agenda = sorted(live)
