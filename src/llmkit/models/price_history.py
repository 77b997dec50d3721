"""Find the price that held on an earlier day."""

from __future__ import annotations

from collections.abc import Iterable

from llmkit.types.model_info import PriceThen
from llmkit.types.price import Price

_RATES = ("input", "output", "cache_read")


def price_at(history: Iterable[PriceThen], day: str) -> Price | None:
    """Return the usual rates of `day` (ISO 8601), None where they are not known. `history` is that of `Evidence`, oldest first.

    Only the plain rates have a history: services, tiers, units and fees of that day are not known, and are not in the answer.
    """
    held = None
    for then in history:
        if then.since is None or then.since <= day:
            held = then
    rates = {name: rate for name in _RATES if held is not None and (rate := getattr(held, name)) is not None}
    return Price(rates=rates) if rates else None
