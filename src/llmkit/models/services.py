"""Find the rates that hold for a call: by service tier, region, hour, whether the model thought, and how much it read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from llmkit.models.off_peak import in_windows
from llmkit.types.price import Price, RateCard
from llmkit.types.usage import Usage

PLAIN = frozenset({"", "default", "standard", "standard_only", "auto", "on_demand", "unspecified", "service_tier_unspecified"})
"""Words for the usual way to be served.

`auto` is what a caller asks for and some APIs repeat; it is the usual tier unless a project is set up otherwise
(https://platform.openai.com/docs/api-reference/responses, read 2026-11-23).
"""
SERVICES: Mapping[str, str] = {
    **dict.fromkeys(PLAIN, ""),
    **{name: name for name in ("batch", "flex", "priority", "fast", "ultrafast", "balanced", "thinking", "decisions", "off_peak")},
    "batches": "batch",
    "on_demand_flex": "flex",
    "on_demand_priority": "priority",
}
"""Words that answers use for how a call was served (in lower case), and the `Service` that they mean; empty: the plain rates."""
RESERVED = frozenset({"scale", "provisioned", "provisioned_throughput", "reserved", "dedicated", "performance"})
"""Capacity that is paid beforehand, so that a call has no price of its own."""


class Unpriced(Exception):
    """A price is not known. The message says which."""


def service_of(word: str) -> str:
    """Return the `Service` that a tier word means; empty: the plain rates. Raises `Unpriced` for a word without a price."""
    service = SERVICES.get(word)
    if service is None:
        service = SERVICES.get(word.lower().replace("-", "_"))
    if service is None:
        why = "is paid beforehand: a call has no price of its own" if word.lower() in RESERVED else "is not known"
        raise Unpriced(f"the service tier {word!r} {why}")
    return service


def listed(price: Price, currency: str) -> RateCard:
    """Return the list in `currency`. Raises `Unpriced` where there is none: nothing is converted."""
    if not currency or currency == price.currency:
        return price
    if price.native is not None and currency == price.native_currency:
        return price.native
    raise Unpriced(f"no price in {currency} is listed")


def in_region(price: Price, card: RateCard, region: str) -> tuple[RateCard, Decimal | None]:
    """Return the rates in `region` and the factor on them. A region that is not listed is at the plain rates."""
    if not region:
        return card, None
    own = price.regions.get(region) if card is price else None
    return (card, price.uplifts.get(region)) if own is None else (own, None)


def served(price: Price, card: RateCard, usage: Usage | None, *, service: str, at: float | None, thought: bool | None) -> RateCard:
    """Return the rates of a service. Raises `Unpriced` where it, or what it depends on, has no price."""
    name = service_of(service)
    if name:
        chosen = card.services.get(name)
        if chosen is None:
            raise Unpriced(f"no price is listed for the service tier {name!r}")
    else:
        chosen = card
    if "thinking" in card.services and name not in ("thinking", "decisions"):
        chosen = _thinking(card, chosen, usage, thought, name)
    if price.off_peak and "off_peak" in chosen.services:
        if at is None:
            raise Unpriced("the price depends on the time of day, which is not told")
        chosen = chosen.services["off_peak"] if in_windows(price.off_peak, at) else chosen
    return chosen


def _thinking(card: RateCard, chosen: RateCard, usage: Usage | None, thought: bool | None, service: str) -> RateCard:
    if thought is None:
        thought = usage is not None and usage.reasoning > 0
    if not thought:
        return chosen
    own = chosen.services.get("thinking")
    if own is None:  # The service has one price; it holds for both only where both are alike.
        if card.services["thinking"].rates.get("output") != card.rates.get("output"):
            raise Unpriced(f"no price is listed for thinking in the service tier {service!r}")
        return chosen
    return own


def by_length(card: RateCard, plain: RateCard, usage: Usage) -> Mapping[str, Decimal]:
    """Return the rates for a request of this length: all of it is billed at those of the highest boundary that its input exceeds."""
    size = usage.input
    exceeded = None
    for tier in card.tiers or plain.tiers:  # sorted
        if size > tier.above:
            exceeded = tier
    if exceeded is None:
        return card.rates
    if not card.tiers:
        raise Unpriced(f"no price of this service or region is listed for more than {exceeded.above} tokens of input")
    return exceeded.rates
