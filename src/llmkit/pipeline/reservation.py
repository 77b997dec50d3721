"""One reservation of money, which is given back also when its call is cancelled while it is being made."""

from __future__ import annotations

import threading
from typing import Protocol

from llmkit.metering.ledger import Reserved, Ticket


class _Ledger(Protocol):
    def reserve(self, ticket: Ticket, now: float) -> Reserved: ...

    def settle(self, ticket: Ticket, pico: int, now: float) -> bool: ...


class Reservation:
    """Made in a thread that may go on when nobody waits for it any more."""

    __slots__ = ("_abandoned", "_ledger", "_lock", "_made", "_now", "ticket")

    def __init__(self, ledger: _Ledger, ticket: Ticket, now: float) -> None:
        self.ticket = ticket
        self._ledger, self._now = ledger, now
        self._made = self._abandoned = False
        self._lock = threading.Lock()

    def begin(self) -> Reserved:
        """Reserve."""
        reserved = self._ledger.reserve(self.ticket, self._now)
        with self._lock:
            self._made = True
            alone = self._abandoned
        if alone:
            self.release()
        return reserved

    def abandon(self) -> bool:
        """Give up; say whether the money was reserved already and has to be released by whoever asks."""
        with self._lock:
            self._abandoned = True
            return self._made

    def release(self) -> None:
        """Free the money."""
        self._ledger.settle(self.ticket, 0, self._now)

    def settle(self, pico: int, now: float) -> None:
        """Book a cost in the place of the reservation."""
        self._ledger.settle(self.ticket, pico, now)
