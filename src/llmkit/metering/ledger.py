"""The contract of ledgers: money is reserved before a call and settled after it, in one step each, and nothing gets lost between."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import msgspec

from llmkit.metering.money import PICO

KEPT = 86_400.0
"""Seconds for which an expired reservation can still be settled: its call was only slow."""


class Claim(msgspec.Struct, frozen=True, gc=False):
    """One account that a call is on, and its limit. Cells from `since` on count; what is spent now goes into `cell`."""

    account: str
    cell: int
    since: int
    until: int
    limit: int | None
    """In micro-dollars; None: it is only counted."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A reservation of `amount` micro-dollars on every account of `claims`, until `expires` (Unix seconds)."""

    id: str
    amount: int
    claims: tuple[Claim, ...]
    expires: float


class Standing(NamedTuple):
    """An account within its window: micro-dollars settled and held by calls under way, and the oldest cell that counts."""

    spent: int = 0
    held: int = 0
    oldest: int | None = None

    def exceeds(self, limit: int | None, amount: int) -> bool:
        """Return whether `amount` more would be too much. What costs nothing never is."""
        return limit is not None and amount > 0 and self.spent + self.held + amount > limit


class Reserved(NamedTuple):
    """Whether the money was reserved, on all accounts or on none; and how these stood before."""

    admitted: bool
    standings: tuple[Standing, ...]


class Row(msgspec.Struct):
    """One cell of an account, as double entry: `reserved - settled - released` is what calls under way hold, and never below 0."""

    until: int
    reserved: int = 0
    settled: int = 0
    released: int = 0
    fraction: int = 0
    """Settled on top, in millionths of a micro-dollar: the remainder that the next settlement takes along."""

    @property
    def held(self) -> int:
        """Return what calls under way hold."""
        return self.reserved - self.settled - self.released

    def settle(self, held: int, pico: int) -> None:
        """Book a cost in the place of a reservation of `held`; more than was reserved is reserved first."""
        cost, self.fraction = divmod(self.fraction + pico, PICO)
        self.settled += cost
        if cost > held:
            self.reserved += cost - held
        else:
            self.released += held - cost


class Ledger(Protocol):
    """Keeps accounts. Every method is one step that nothing can come between; they may be called from any thread."""

    @property
    def blocking(self) -> bool:
        """Return whether methods wait for a disk or a network."""
        ...

    def reserve(self, ticket: Ticket, now: float) -> Reserved:
        """Reserve the ticket's amount where no claim would exceed its limit. `now` is in Unix seconds."""
        ...

    def settle(self, ticket: Ticket, pico: int, now: float) -> bool:
        """Book what the call cost, in millionths of a micro-dollar, and free the rest; False: that was done before."""
        ...

    def standing(self, claim: Claim, now: float) -> Standing:
        """Return how an account stands."""
        ...

    def close(self) -> None:
        """Free what is open; the ledger can be used again."""
        ...
