"""When a budget has more again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmkit import LLMKit
from llmkit.errors import BudgetExceeded
from llmkit.metering import Budget
from llmkit.pipeline.budget import Budgets
from llmkit.runtime.blocking import Blocking
from llmkit.testing import Answer, FakeProvider
from tests.metering.money import MODEL, NOON, budgeted


class Later(Blocking):
    """The clock on the wall, which a test sets."""

    def __init__(self) -> None:
        self.time = NOON

    def wall(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


def test_a_refusal_lasts_until_the_day_is_over() -> None:
    """`resets_at` keeps its word: a second earlier is refused, then the day's money is there again."""
    budget = Budget(usd=Decimal("0.01"), per="day", zone="Europe/Berlin")
    budgets, runtime = Budgets([budget]), Later()
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hi", usage=(1, 1000)))
        with LLMKit(**budgeted(fake, budgets)) as kit:
            kit._core.runtime = runtime
            kit.complete(MODEL, "Hi", max_tokens=1000)
            with pytest.raises(BudgetExceeded) as failure:
                kit.complete(MODEL, "Hi", max_tokens=1000)
            assert failure.value.resets_at is not None
            runtime.advance(failure.value.resets_at - runtime.wall() - 1)
            with pytest.raises(BudgetExceeded):
                kit.complete(MODEL, "Hi", max_tokens=1000)
            runtime.advance(1)

            kit.complete(MODEL, "Hi", max_tokens=1000)

    assert 2 == len(fake.requests)


def test_a_rolling_budget_has_more_when_the_error_says() -> None:
    budgets, runtime = Budgets([Budget(usd=Decimal("0.01"), per="hour", rolling=True)]), Later()
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hi", usage=(1, 1000)))
        with LLMKit(**budgeted(fake, budgets)) as kit:
            kit._core.runtime = runtime
            kit.complete(MODEL, "Hi", max_tokens=1000)
            runtime.advance(3599)
            with pytest.raises(BudgetExceeded) as failure:
                kit.complete(MODEL, "Hi", max_tokens=1000)
            assert failure.value.resets_at is not None
            runtime.advance(failure.value.resets_at - runtime.wall())

            kit.complete(MODEL, "Hi", max_tokens=1000)

    assert 2 == len(fake.requests)
