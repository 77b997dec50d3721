"""How much is reserved: unknown prices, the dearest model, the longest answer, a store that is away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmkit.errors import BudgetExceeded, PriceUnknown, StoreUnavailable
from llmkit.metering import MemoryLedger
from llmkit.pipeline.budget import Budgets
from llmkit.testing import FakeProvider
from tests.faces import ask, client_of
from tests.metering.budget_cases import ANSWER, spent
from tests.metering.money import MODEL, budgeted, cents, listed

UNKNOWN = [("allow", True, 0), ("refuse", False, 0), (Decimal("0.004"), True, 4000), (Decimal("0.02"), False, 0)]


@pytest.mark.parametrize(("unknown", "made", "charged"), UNKNOWN)
def test_a_model_without_a_price_is_treated_as_told(unknown: Any, made: bool, charged: int) -> None:
    budgets = Budgets([cents(1)], unknown=unknown)
    with FakeProvider("openai_chat") as fake:
        fake.always(ANSWER)
        client = client_of(fake, layers=[budgets])

        try:
            ask("sync", client, "openai/not-priced-1", "Hi", max_tokens=1000)
        except PriceUnknown:
            assert unknown == "refuse"
        except BudgetExceeded:
            assert unknown != "refuse"

    assert (made, (charged, 0)) == (bool(fake.requests), spent(budgets))


def test_an_exhausted_budget_refuses_models_without_a_price_too() -> None:
    budgets = Budgets([cents(0)])
    with FakeProvider("openai_chat") as fake, pytest.raises(BudgetExceeded):
        ask("sync", client_of(fake, layers=[budgets]), "openai/not-priced-1", "Hi")

    assert [] == fake.requests


def test_the_dearest_of_several_models_is_reserved() -> None:
    """Failover may come to it."""
    dear = listed(output="1000").replace(id="dear-1")
    budgets = Budgets([cents(1)])
    with FakeProvider("openai_chat") as fake, pytest.raises(BudgetExceeded) as failure:
        ask("sync", budgeted(fake, budgets, models=[listed(), dear]), [MODEL, "openai/dear-1"], "Hi", max_tokens=1000)

    assert Decimal(1) == failure.value.wanted


MOST = [
    ({"input": "100"}, {}, Decimal("0.0100"), "the input"),
    ({"reasoning": "20"}, {}, Decimal("0.02"), "thinking that costs more than words"),
]


@pytest.mark.parametrize(("rates", "options", "least", "what"), MOST)
def test_the_most_that_a_call_can_cost_covers(rates: dict[str, str], options: dict[str, Any], least: Decimal, what: str) -> None:
    budgets = Budgets([cents(0)])
    with FakeProvider("openai_chat") as fake, pytest.raises(BudgetExceeded) as failure:
        ask("sync", budgeted(fake, budgets, models=[listed(**rates)]), MODEL, "Hi", max_tokens=1000, **options)

    assert least <= failure.value.wanted


def test_without_max_tokens_the_longest_answer_is_reserved() -> None:
    budgets = Budgets([cents(99)])
    with FakeProvider("openai_chat") as fake, pytest.raises(BudgetExceeded) as failure:
        ask("sync", budgeted(fake, budgets), MODEL, "Hi")

    assert Decimal(1) == failure.value.wanted
    assert "max_tokens" in str(failure.value)


class Away(MemoryLedger):
    """A ledger that cannot be asked."""

    def reserve(self, ticket: Any, now: float) -> Any:
        raise OSError("the disk is gone")


@pytest.mark.parametrize("away", ["closed", "open"])
def test_a_store_that_is_away_closes_or_opens_as_told(away: Any) -> None:
    budgets = Budgets([cents(1)], store=Away(), away=away)
    with FakeProvider("openai_chat") as fake:
        fake.always(ANSWER)

        try:
            ask("sync", budgeted(fake, budgets), MODEL, "Hi")
        except StoreUnavailable:
            assert away == "closed"

    assert (away == "open") == bool(fake.requests)
