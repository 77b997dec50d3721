"""Say why a budget refuses a call, and warn when one is nearly used up."""

from __future__ import annotations

from llmkit.errors import BudgetExceeded
from llmkit.metering.budget import Budget
from llmkit.metering.ledger import Claim, Standing
from llmkit.metering.money import dollars_of
from llmkit.metering.windows import FOREVER
from llmkit.types.warnings import Warning


def exceeded(budget: Budget, standing: Standing, claim: Claim, amount: int) -> BudgetExceeded:
    """Return the error of a call that wants `amount` micro-dollars."""
    resets: float | None = None
    if amount <= budget.limit and claim.until < FOREVER:
        # A rolling window has more as soon as its oldest cell leaves it.
        resets = claim.until if not budget.rolling or standing.oldest is None else standing.oldest + (claim.until - claim.cell)
    return BudgetExceeded(
        budget.name,
        spent=dollars_of(standing.spent),
        held=dollars_of(standing.held),
        wanted=dollars_of(amount),
        limit=dollars_of(budget.limit),
        resets_at=resets,
        hint="A lower max_tokens reserves less." if amount > 1 else None,
    )


def warning(budget: Budget, standing: Standing, amount: int) -> Warning | None:
    """Return what is said of a budget that is used up, or nearly; None: nothing."""
    used = standing.spent + standing.held + amount
    share = budget.warn if budget.warn is not None else None if budget.hard else 1.0
    if share is None or used <= budget.limit * share:
        return None
    detail = f"{budget.name}: ${dollars_of(standing.spent + standing.held):f} of ${dollars_of(budget.limit):f} are used or held"
    return Warning(kind="exceeded", parameter="budget", detail=detail)
