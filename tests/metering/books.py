"""A ledger beside the plainest model of it, for tests: one machine for every kind of ledger."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule, run_state_machine_as_test

from llmkit.metering.money import PICO
from tests.metering.money import NOON, ledger_of, ticket

LIMIT = 1000
ACCOUNTS = ("a", "b", "c")
MINUTE = 60
"""The unit of time: what a slow machine needs for an example does not count beside it."""


def run_books(machine: type[Books], examples: int) -> None:
    """Run so many examples of `machine`."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call] - hypothesis does not type it
        machine,
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)),
    )


class Books(RuleBasedStateMachine):
    """A ledger beside the plainest model of it: open amounts and an exact sum for each account."""

    kind = "memory"
    open = Bundle("open")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="llmkit-ledger-")
        self.ledger = self.made()
        self.now = NOON
        self.count = 0
        self.held: dict[str, Any] = {}
        self.paid = dict.fromkeys(ACCOUNTS, 0)

    def made(self) -> Any:
        """Return an empty ledger."""
        return ledger_of(self.kind, Path(self.folder.name))

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()

    def level(self, account: str) -> int:
        live = [made for made in self.held.values() if made.expires > self.now]
        held = sum([made.amount for made in live if account in [claim.account for claim in made.claims]])
        return held - (-self.paid[account] // PICO)

    @rule(target=open, amount=st.integers(0, 600), accounts=st.sets(st.sampled_from(ACCOUNTS), min_size=1), lease=st.integers(1, 100))
    def reserve(self, amount: int, accounts: set[str], lease: int) -> Any:
        self.count += 1
        made = ticket(f"t{self.count}", amount, LIMIT, expires=self.now + lease * MINUTE, accounts=tuple(sorted(accounts)))
        fits = amount == 0 or all(self.level(account) + amount <= LIMIT for account in accounts)

        reserved = self.ledger.reserve(made, self.now)

        assert fits == reserved.admitted
        if not fits:
            return multiple()
        self.held[made.id] = made
        return made

    @rule(made=consumes(open), pico=st.integers(0, 700 * PICO), again=st.booleans())
    def settle(self, made: Any, pico: int, again: bool) -> None:
        """Also after it expired, and never twice."""
        assert self.ledger.settle(made, pico, self.now)
        if again:
            assert not self.ledger.settle(made, pico, self.now)
        del self.held[made.id]
        for claim in made.claims:
            self.paid[claim.account] += pico

    @rule(minutes=st.integers(1, 50))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @invariant()
    def every_sum_holds(self) -> None:
        for account in ACCOUNTS:
            standing = self.ledger.standing(ticket("-", 0, None, accounts=(account,)).claims[0], self.now)
            assert self.level(account) == standing.spent + standing.held
        rows = {account: row for account, _, row in self.ledger.rows()}
        for account, row in rows.items():
            live = [made for made in self.held.values() if made.expires > self.now]
            outstanding = [made.amount for made in live if account in [claim.account for claim in made.claims]]
            assert sum(outstanding) == row.reserved - row.settled - row.released == row.held
            assert min(row.reserved, row.settled, row.released, row.held, row.fraction) >= 0
            assert self.paid[account] == row.settled * PICO + row.fraction


class BooksOnDisk(Books):
    """The same in a file."""

    kind = "sqlite"
