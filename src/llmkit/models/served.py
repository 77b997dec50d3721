"""Lay what a provider tells of a model now over what is known of it besides."""

from __future__ import annotations

from typing import Any

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price

_PLAIN = (
    "mode",
    "name",
    "family",
    "base_model",
    "inputs",
    "outputs",
    "context_window",
    "max_input",
    "max_output",
    "dimensions",
    "reasoning",
    "parameters",
    "release_date",
    "updated",
    "knowledge_cutoff",
    "deprecation_date",
    "open_weights",
    "weights",
    "aliases",
    "endpoints",
    "last_seen",
)
"""Facts that are told or not, each for itself; what is empty is not told."""
_GONE = ("retired", "unlisted")
"""States that a model cannot be in which its provider lists."""


def merged(told: ModelInfo, known: ModelInfo | None) -> ModelInfo:
    """Return `told` by the provider, completed from what is `known` of the same model; where both speak the provider is right."""
    if known is None:
        return told
    facts: dict[str, Any] = {name: value for name in _PLAIN if (value := getattr(told, name)) not in (None, "", ())}
    can = tuple(dict.fromkeys([*told.can, *(ability for ability in known.can if ability not in told.cannot)]))
    cannot = tuple(dict.fromkeys([*told.cannot, *(ability for ability in known.cannot if ability not in can)]))
    return known.replace(id=told.id, status=_status(told, known), can=can, cannot=cannot, **facts, **_price(told, known))


def _status(told: ModelInfo, known: ModelInfo) -> str:
    """Return the state: few lists tell one, so that `active` may only mean that the model is listed."""
    return known.status if told.status == "active" and known.status not in _GONE else told.status


def _price(told: ModelInfo, known: ModelInfo) -> dict[str, Any]:
    """Return the price that is told, with all that is known besides where the told rates are the same: lists tell but the plain ones."""
    if told.price is None:
        return {}
    price = known.price if known.price is not None and _holds(known.price, told.price) else told.price
    return {"price": price, "free": told.free, "subscription": False, "price_source": told.price_source, "price_as_of": told.price_as_of}


def _holds(known: Price, told: Price) -> bool:
    """Tell whether `known` says nothing else than `told`, and perhaps more."""
    same = known.currency == told.currency and all(known.rates.get(name) == rate for name, rate in told.rates.items())
    tiers = not told.tiers or known.tiers == told.tiers
    return same and tiers and (not told.off_peak or known.off_peak == told.off_peak)
