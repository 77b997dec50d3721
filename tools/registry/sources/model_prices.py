"""Read model-prices: how the prices of makers changed, checked daily against their own pages; USD per million tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import RateCard, Tier
from tools.registry.amounts import amount, plain, scaled
from tools.registry.sources.listing import parsed, price, provider, rates, told

_RATES = {"input": "input", "output": "output", "cache_read": "cache_read", "cache_write": "cache_write"}
_SERVICES = ("batch", "flex", "fast", "ultrafast", "thinking")
_HOUR = Decimal(2)
"""Writes for an hour cost twice the input; a larger factor is that of half a day."""


def read(content: bytes) -> list[ModelInfo]:
    """Return what holds now."""
    said = parsed(content)
    removed = {(owner, model) for owner, models in said.get("status", {}).items() for model, word in models.items() if word == "removed"}
    found: list[ModelInfo] = []
    for owner, models in said["prices"].items():
        for model, services in models.items():
            usual = _card(services.get("standard") or ())
            if usual is None:
                continue
            others = {name: card for name in _SERVICES if (card := _card(services.get(name) or ())) is not None}
            mode = "embedding" if "embed" in model and usual.rates.get("output") in (None, 0) else "chat"
            info = ModelInfo(
                provider=provider(owner),
                id=model,
                mode=mode,
                status="retired" if (owner, model) in removed else "active",
                price=price(usual.rates, tiers={tier.above: tier.rates for tier in usual.tiers}, services=others),
            )
            found.append(told(info))
    return found


def _card(periods: Iterable[Mapping[str, Any]]) -> RateCard | None:
    latest = [period["rates"] for period in periods][-1:]
    if not latest or latest[0] is None:
        return None
    now = latest[0]
    tiers = [Tier(above=int(tier["above"]), rates=_rates(tier, now)) for tier in now.get("tiers") or ()]
    return RateCard(rates=_rates(now, now), tiers=tuple(sorted(tiers, key=lambda tier: tier.above)))


def _rates(said: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Decimal]:
    found = rates(said, _RATES)
    factor = amount(now.get("cache_write_1h_multiple"))
    base = scaled(said.get("input"), 1)
    if factor and base and "cache_write" in found:
        found["cache_write_1h" if factor <= _HOUR else "cache_write_12h"] = plain(base * factor)
    return found
