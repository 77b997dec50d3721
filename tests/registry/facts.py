"""Small facts for the tests of the registry's generator."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.types.model_info import Evidence, ModelInfo
from llmkit.types.price import Price
from tools.registry.fact import Fact


def rates(**said: str) -> dict[str, Decimal]:
    """Return rates of texts."""
    return {name: Decimal(value) for name, value in said.items()}


def info(model: str = "acme/one", price: Price | None = None, **said: Any) -> ModelInfo:
    """Return a model with a price that somebody stands behind, unless `said` says otherwise."""
    provider, _, name = model.partition("/")
    sourced = {"price_source": "litellm", "price_as_of": "2026-11-12"} if price is not None else {}
    return ModelInfo(provider=provider, id=name, price=price, **{"last_seen": "2026-11-12", **sourced, **said})


def fact(model: str = "acme/one", price: Price | None = None, *, evidence: Evidence | None = None, **said: Any) -> Fact:
    """Return a line of the registry."""
    return Fact(info=info(model, price, **said), evidence=evidence or Evidence(sources=("litellm",)))


def paid(cost_in: str = "1", cost_out: str = "4", **more: Any) -> Price:
    """Return a price by tokens."""
    return Price(rates=rates(input=cost_in, output=cost_out), **more)
