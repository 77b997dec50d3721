"""Price lists, for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.models.cost import cost_of, explain
from llmkit.types.price import Price
from llmkit.types.usage import Usage


def rates(**listed: str) -> dict[str, Decimal]:
    return {name: Decimal(rate) for name, rate in listed.items()}


def amount(price: Price, usage: Usage | None, **circumstances: Any) -> str | None:
    cost = cost_of(price, usage, **circumstances)
    return None if cost is None else f"{cost.amount.normalize():f}"


def reason(price: Price, usage: Usage | None, **circumstances: Any) -> str:
    priced = explain(price, usage, **circumstances)
    assert priced.cost is None
    return priced.reason


PLAIN = Price(rates=rates(input="3", output="15", cache_read="0.3", cache_write="3.75", cache_write_1h="6"))
