"""Answers of a known price, and what budgets say was spent, for tests."""

from __future__ import annotations

from llmkit.metering.ledger import Claim
from llmkit.metering.windows import window
from llmkit.pipeline.budget import Budgets
from llmkit.testing import Answer

TEXT = " ".join(["word"] * 40)


ANSWER = Answer(text=TEXT, usage=(10, 300))
"""It costs 0.3 cents."""


def spent(budgets: Budgets, **scope: str) -> tuple[int, int]:
    """Return micro-dollars settled and held on the first budget's ledger."""
    budget = budgets.budgets[0]
    cell, since, until = window(budget.per, budget.zone, budget.rolling, 1.8e9)
    (account,) = budget.accounts(scope.get("tenant", ""), scope.get("user", ""), "", (scope["tag"],) if "tag" in scope else ())
    return budgets.store.standing(Claim(account, cell, since, until, None), 0.0)[:2]
