"""Figures that cannot be are not believed: a server that says less than nothing would pay money back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmkit.models.registry import Registry
from llmkit.operations.believing import MOST, believable
from llmkit.pricing import Pricing
from llmkit.types.reply import Reply
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost, Usage
from tests.rows import PROVIDERS

IMPOSSIBLE = [Decimal("-0.01"), Decimal("1e30"), Decimal("Infinity"), Decimal("NaN")]


@pytest.mark.parametrize("count", [-1, MOST, 10**40])
def test_tokens_that_cannot_be_count_as_none(count: int) -> None:
    reply = believable(Reply(usage=Usage(uncached=count, output_text=3)))

    assert Usage(output_text=3) == reply.usage


@pytest.mark.parametrize("amount", [-0.5, 1e308, float("inf"), float("nan")])
def test_units_that_cannot_be_are_not_told(amount: float) -> None:
    reply = believable(Reply(units={"second_in": amount, "image": 2.0}))

    assert {"image": 2.0} == reply.units


@pytest.mark.parametrize("amount", IMPOSSIBLE)
def test_a_cost_that_cannot_be_is_not_told(amount: Decimal) -> None:
    assert believable(Reply(cost=Cost(amount=amount))).cost is None


@pytest.mark.parametrize("amount", IMPOSSIBLE)
def test_an_answer_cannot_make_room_in_a_budget(amount: Decimal) -> None:
    """What an answer says it cost is what budgets count."""
    pricing, answer = Pricing(lambda: Registry()), CompletionResponse(cost=Cost(amount=amount))

    cost, warning = pricing.cost(PROVIDERS["openai"], "m", answer, at=0.0)

    assert cost is None
    assert warning is not None


def test_what_can_be_stays_as_it_is() -> None:
    reply = Reply(usage=Usage(uncached=1), units={"image": 1.0}, cost=Cost(amount=Decimal("0.5")))

    assert believable(reply) is reply
