"""Which accounts a call is on, and the windows of them that run: found once for a scope, as long as they hold."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

from llmkit.metering.budget import Budget
from llmkit.metering.ledger import Claim
from llmkit.metering.windows import window

_KEPT = 4096
_QUARTER = 900
"""Seconds: calendar windows begin at multiples of it, whatever the time zone."""


class Bound(NamedTuple):
    """A budget, and the claim that it has on a call."""

    budget: Budget
    claim: Claim


class Bounds(NamedTuple):
    """All that a call is bound by: each budget's claim, and one claim for each account. They hold from `since` until `until`."""

    bound: tuple[Bound, ...]
    claims: tuple[Claim, ...]
    since: float
    until: float


class Claims:
    """The claims of some budgets."""

    def __init__(self, budgets: Sequence[Budget]) -> None:
        self._budgets = [(budget, budget.limit if budget.hard else None) for budget in budgets]
        self._found: dict[tuple[Any, ...], Bounds] = {}
        self._lock = threading.Lock()

    def of(self, scope: Any, now: float) -> Bounds:
        """Return what a call of `scope` is bound by at `now` (Unix seconds)."""
        key = (scope.tenant, scope.user, scope.key, scope.tags)
        found = self._found.get(key)
        if found is None or not found.since <= now < found.until:
            found = self._look(scope, now)
            with self._lock:
                if len(self._found) >= _KEPT:  # users and tags come from outside
                    self._found.clear()
                self._found[key] = found
        return found

    def _look(self, scope: Any, now: float) -> Bounds:
        bound: list[Bound] = []
        until = (now // _QUARTER + 1) * _QUARTER
        for budget, limit in self._budgets:
            accounts = budget.accounts(scope.tenant, scope.user, scope.key, scope.tags)
            if not accounts:
                continue
            cell, since, end = window(budget.per, budget.zone, budget.rolling, now)
            if budget.rolling:
                until = min(until, int(now) + 1)  # it moves on with each second
            bound += [Bound(budget, Claim(account, cell, since, end, limit)) for account in accounts]
        return Bounds(tuple(bound), _distinct(bound), now, until)


def _distinct(bound: Sequence[Bound]) -> tuple[Claim, ...]:
    """Return one claim for each account, with the lowest of its limits: money is reserved once, however many budgets watch it."""
    claims: dict[str, Claim] = {}
    for _, claim in bound:
        other = claims.get(claim.account)
        if other is None or (claim.limit is not None and (other.limit is None or claim.limit < other.limit)):
            claims[claim.account] = claim
    return tuple(claims.values())
