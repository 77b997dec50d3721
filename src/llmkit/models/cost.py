"""Say what a call cost: listed prices times what was used, exactly, or why that is not known.

Pure functions: nothing is fetched and no clock is read. A cost is whole or it is None; a part of one is never given for the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, getcontext, setcontext
from typing import TypedDict, Unpack

from llmkit.models.billing import EXACT, bill, is_free, total
from llmkit.models.price_history import price_at
from llmkit.models.services import PLAIN, Unpriced, by_length, in_region, listed, served, service_of
from llmkit.models.tool_fees import tool_costs
from llmkit.models.unit_prices import by_request, unit_costs
from llmkit.types.model import Model
from llmkit.types.price import Price, RateCard
from llmkit.types.usage import Cost, Usage

__all__ = ["Circumstances", "Priced", "Units", "cost_of", "explain", "price_at"]

Units = Mapping[str, int | float | Decimal]
_NOTHING: Units = {}


class Circumstances(TypedDict, total=False):
    """What a price may depend on beside the tokens."""

    service: str
    """How the call was served, in the provider's word (`default`, `flex`, `priority`, `batch` ...)."""
    region: str
    """A region or group of regions as the list calls it; one that is not listed has the plain prices."""
    at: float | None
    """When the answer was complete, in Unix seconds; needed where hours have prices of their own."""
    thought: bool | None
    """Whether the model thought before it answered; None: it did if the usage counts such tokens."""
    units: Units | None
    """What was used that is no tokens, by `Unit` (`{"image": 2}`). Characters are counted singly, and priced by the million."""
    variant: str
    """Size, quality or resolution of the units, in any usual spelling (`high/1024x1024`, `720p`)."""
    context_size: str
    """How much a search tool was told to bring (`low`, `medium`, `high`)."""
    currency: str
    """Instead of the list's own currency the seller's, where both are listed. Nothing is converted."""
    as_of: str | None
    """The day of the list."""


class Priced(Model, frozen=True, kw_only=True):
    """A cost, or the reason why it is not known, which names the price that is missing."""

    cost: Cost | None = None
    reason: str = ""


def cost_of(price: Price, usage: Usage | None, **circumstances: Unpack[Circumstances]) -> Cost | None:
    """Return what `usage` and the units cost by the list `price`, None where any part of it has no known price.

    Example:
        >>> price = Price(rates={"input": Decimal("1.25"), "output": Decimal("10"), "cache_read": Decimal("0.125")})
        >>> cost_of(price, Usage(uncached=1200, cache_read=8000, output_text=300)).amount
        Decimal('0.005500000')
    """
    return explain(price, usage, **circumstances).cost


def explain(
    price: Price,
    usage: Usage | None,
    *,
    service: str = "",
    region: str = "",
    at: float | None = None,
    thought: bool | None = None,
    units: Units | None = None,
    variant: str = "",
    context_size: str = "",
    currency: str = "",
    as_of: str | None = None,
) -> Priced:
    """Return the same as `cost_of`, and the reason where it is None."""
    own = getcontext()
    setcontext(EXACT)
    try:
        card: RateCard = price if not currency else listed(price, currency)
        card, factor = in_region(price, card, region) if region else (card, None)
        buckets: dict[str, Decimal] = {}
        if usage is not None:
            if card.services or service not in PLAIN:
                card = served(price, card, usage, service=service, at=at, thought=thought)
            buckets = _tokens(price, card, usage, factor, units)
        if units or ((price.units or price.variants) and by_request(price)) or (usage is not None and usage.server_tools):
            buckets |= _others(price, usage, units or _NOTHING, service=service, variant=variant, size=context_size, currency=currency)
        if not buckets and not is_free(price):
            raise Unpriced("nothing is told of what was used")
        cost = Cost(
            amount=total(buckets),
            currency=currency or price.currency,
            basis="registry",
            as_of=as_of,
            buckets=buckets,
            estimated=usage is not None and usage.source == "estimated",
        )
        return Priced(cost=cost)
    except Unpriced as unknown:
        return Priced(reason=str(unknown))
    except ArithmeticError:
        return Priced(reason="the amount cannot be told exactly")
    finally:
        setcontext(own)


def _tokens(price: Price, card: RateCard, usage: Usage, factor: Decimal | None, units: Units | None) -> dict[str, Decimal]:
    """Return what the tokens cost. A list that has other units and no rate above zero does not charge for tokens."""
    if (price.units or price.variants) and not any(card.rates.values()):
        if not units and not by_request(price):
            told = ", ".join(sorted({*price.units, *price.variants}))
            raise Unpriced(f"it is billed by {told}, of which nothing is told")
        return {}
    rates = by_length(card, price, usage) if card.tiers or price.tiers else card.rates
    if "citation" in rates:
        raise Unpriced("the tokens of citations are billed apart, and are not told")
    buckets = bill(usage, rates, price)
    return buckets if factor is None else {name: cost * factor for name, cost in buckets.items()}


def _others(price: Price, usage: Usage | None, units: Units, *, service: str, variant: str, size: str, currency: str) -> dict[str, Decimal]:
    """Return what is not tokens: units, and calls of the provider's tools."""
    buckets = unit_costs(price, units, usage, variant, size)
    if buckets and service_of(service):
        raise Unpriced(f"no price is listed for {', '.join(buckets)} in the service tier {service!r}")
    if usage is not None and usage.server_tools:
        buckets |= tool_costs(price.fees, usage.server_tools, size)
    if buckets and currency not in ("", price.currency):
        raise Unpriced(f"no price in {currency} is listed for {', '.join(buckets)}")
    return buckets
