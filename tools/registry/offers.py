"""Choose among the prices that sources offer for one model: whom to believe, and what to take from whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from llmkit.types.model_info import ModelInfo, PriceThen
from llmkit.types.price import Price
from tools.registry import modes
from tools.registry.amounts import close
from tools.registry.fact import Notes
from tools.registry.listed import DISTRUSTED
from tools.registry.sound import sound

_FAMILIES = dict.fromkeys(
    ("modelsdev", "modelsdev_202605", "modelsdev_202607", "modelsdev_202608", "pi-ai", "pi-catalog", "ruby-llm"), "modelsdev"
)
"""Sources that copy each other agree without being two."""
_PARTS = ("tiers", "services", "regions", "uplifts", "off_peak", "units", "variants", "fees")


@dataclass(frozen=True)
class Offer:
    """What one source says of one model."""

    source: str
    date: str
    info: ModelInfo

    @property
    def family(self) -> str:
        """Return what sources that copy each other have in common."""
        return _FAMILIES.get(self.source, self.source)

    @property
    def rank(self) -> tuple[Decimal | None, Decimal | None]:
        """Return the two rates that prices are compared by."""
        rates = self.info.price.rates if self.info.price is not None else {}
        return rates.get("input"), rates.get("output")


def judged(offer: Offer, mode: str) -> Offer:
    """Return the offer without what cannot be true of a model of this kind."""
    info = offer.info.replace(mode=mode, price_source=offer.source)
    if (offer.source, info.model) in DISTRUSTED:
        info = info.replace(price=None)
    return Offer(offer.source, offer.date, sound(modes.repaired(info, Notes()))[0])


def agree(one: Offer, other: Offer) -> bool:
    """Return whether two offers have the same input and output, within one percent, and something to compare."""
    pairs = list(zip(one.rank, other.rank, strict=True))
    return any(a is not None for a, _ in pairs) and all(close(a, b) for a, b in pairs)


def outvoted(top: Offer, offers: Iterable[Offer], history: Sequence[PriceThen]) -> Offer | None:
    """Return the offer of two independent, newer sources that agree against `top`, unless it is a price of old."""
    newer = [offer for offer in offers if offer.date > top.date and comparable(top, offer) and not agree(top, offer)]
    for first in newer:
        second = [offer for offer in newer if offer.family != first.family and agree(first, offer)]
        if second and first.family != top.family and not _of_old(first, history):
            return first
    return None


def comparable(one: Offer, other: Offer) -> bool:
    """Return whether two offers are priced by tokens, above zero, in the same money."""
    a, b = one.info.price, other.info.price
    return a is not None and b is not None and a.currency == b.currency and bool(one.rank[0] and other.rank[0])


def choose(offers: Sequence[Offer], precedence: Sequence[str], history: Sequence[PriceThen], *, unpaid: bool = False) -> Offer | None:
    """Return the offer to believe: the first by precedence that has a price, but for the four exceptions."""
    order = {name: place for place, name in enumerate(precedence)}
    priced = sorted((offer for offer in offers if offer.info.price is not None), key=lambda offer: order.get(offer.source, len(order)))
    if not priced:
        return None
    paid = [offer for offer in priced if _paid(offer)]
    top = (priced if unpaid or not paid else paid)[0]
    top = outvoted(top, priced, history) or top
    return next((offer for offer in priced if _tells_apart(offer, top)), top)


def completed(top: Offer, offers: Iterable[Offer], precedence: Sequence[str]) -> tuple[Price, dict[str, str]]:
    """Return the price with the parts that only others tell whose input and output are the same; and who told each."""
    price = top.info.price or Price()
    told: dict[str, str] = {}
    order = {name: place for place, name in enumerate(precedence)}
    for offer in sorted(offers, key=lambda offer: order.get(offer.source, len(order))):
        other = offer.info.price
        if offer is top or other is None or other.currency != price.currency or not agree(top, offer):
            continue
        extra = {name: rate for name, rate in other.rates.items() if name not in price.rates and rate}
        told |= {f"price.{name}": offer.source for name in extra}
        parts = {name: getattr(other, name) for name in _PARTS if getattr(other, name) and not getattr(price, name)}
        if "off_peak" in parts or ("off_peak" in other.services and not price.off_peak):
            parts.pop("off_peak", None)
            parts.pop("services", None)
        told |= {f"price.{name}": offer.source for name in parts}
        if extra or parts:
            price = price.replace(rates={**price.rates, **extra}, **parts)
    return price, told


def kept(price: Price, before: ModelInfo, top: Offer) -> Price:
    """Return the price with the parts that the registry has besides, where input and output are what they were."""
    old = before.price
    if old is None or old.currency != price.currency:
        return price
    rates = {name: _same(rate, old.rates.get(name)) for name, rate in price.rates.items()}
    units = {name: _same(value, old.units.get(name)) for name, value in price.units.items()}
    if not agree(top, Offer("", "", before)) and (rates or units != old.units):
        return price.replace(rates=rates, units=units)
    rates |= {name: rate for name, rate in old.rates.items() if name not in rates and rate}
    parts = {name: getattr(old, name) for name in _PARTS if getattr(old, name) and not getattr(price, name)}
    services = {name: card for name, card in old.services.items() if name not in price.services}
    if services and (price.off_peak or "off_peak" not in services):
        parts["services"] = {**price.services, **services}
    more = {"units": {**old.units, **units}, "fees": {**old.fees, **price.fees}, "variants": {**old.variants, **price.variants}}
    more |= {"regions": {**old.regions, **price.regions}, "native": old.native, "native_currency": old.native_currency}
    if "off_peak" in parts and "off_peak" not in {**price.services, **parts.get("services", {})}:
        parts["services"] = {**price.services, **old.services}
    return price.replace(rates=rates, **{**more, **{name: value for name, value in parts.items() if name not in more}})


def _same(new: Decimal, old: Decimal | None) -> Decimal:
    """Return the old figure where the new one is but another rounding of it."""
    return old if old is not None and close(new, old, within=Decimal("0.0001")) else new


def _paid(offer: Offer) -> bool:
    price = offer.info.price
    return price is not None and any(
        (*price.rates.values(), *price.units.values(), *[v for kinds in price.variants.values() for v in kinds.values()])
    )


def _tells_apart(offer: Offer, top: Offer) -> bool:
    """Return whether `offer` knows pictures or hours apart where `top` has one figure for both."""
    one, other = offer.info.price, top.info.price
    if one is None or other is None or offer is top:
        return False
    pictures = one.rates.get("image_out")
    mixed = pictures is not None and "image_out" not in other.rates and close(pictures, other.rates.get("output"))
    peak = one.services.get("off_peak")
    one_hour_only = peak is not None and "off_peak" not in other.services and close(peak.input, other.rates.get("input"))
    return bool(mixed or one_hour_only)


def _of_old(offer: Offer, history: Sequence[PriceThen]) -> bool:
    """Return whether the offer is an earlier price: all but the last of the history are."""
    cost_in, cost_out = offer.rank
    return any(close(cost_in, then.input) and close(cost_out, then.output) for then in history[:-1])
