"""Multiply tokens with their rates, bucket by bucket, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Clamped, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, Underflow

from llmkit.models.services import Unpriced
from llmkit.types.price import Price, RateCard
from llmkit.types.usage import Usage

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, Overflow, Underflow, DivisionByZero, Clamped])
"""Rounds nothing: what does not fit is an error. `explain` sets it, so that the caller's own decimal context has no say."""
MILLIONTH = Decimal("0.000001")
_NOTHING = Decimal(0)
_USUAL = (("uncached", "input"), ("cache_read", "cache_read"), ("output_text", "output"), ("reasoning", "reasoning"))
_BUCKETS = (
    *_USUAL[:2],
    ("cache_write", "cache_write"),
    ("cache_write_5m", "cache_write"),
    ("cache_write_1h", "cache_write_1h"),
    *_USUAL[2:],
    ("output_audio", "audio_out"),
    ("output_image", "image_out"),
)
"""The buckets of `Usage` and the rate of each; `_USUAL` are those that most calls have."""
_PLAINER = {
    "reasoning": "output",
    "audio_in": "input",
    "image_in": "input",
    "audio_cache_read": "cache_read",
    "image_cache_read": "cache_read",
}
"""Where a price has no such notion, the tokens are billed as these.

Sound and pictures that a model makes are not among them: they cost 4 to 12 times its words, also where a list leaves them out
(the figures of a reseller that tells its costs, recorded in 2025 and 2026).
"""
_BASIC = ("input", "output")
"""Rates of which a listed zero is meant: some models bill by one side only (embeddings).

A finer rate of zero beside a plain one that is not (caches for nothing, thinking for nothing) is a gap in somebody's list.
"""
_ASKED = (("input_audio", "audio_in", "audio_cache_read"), ("input_image", "image_in", "image_cache_read"))


def bill(usage: Usage, rates: Mapping[str, Decimal], price: Price) -> dict[str, Decimal]:
    """Return what each bucket costs at `rates`, which are some of `price`. Raises `Unpriced` for one that was used and has no rate."""
    if usage.input_audio or usage.input_image:
        return _bill_by_kind(usage, rates, price)
    written = usage.cache_write or usage.cache_write_5m or usage.cache_write_1h
    buckets: dict[str, Decimal] = {}
    for bucket, name in _BUCKETS if written or usage.output_audio or usage.output_image else _USUAL:
        count = getattr(usage, bucket)
        if count:
            buckets[bucket] = (rates.get(name) or rate_of(name, rates, price)) * count * MILLIONTH
    return buckets


def rate_of(name: str, rates: Mapping[str, Decimal], price: Price) -> Decimal:
    """Return a rate, or that of the plainer bucket where the price knows no other. Raises `Unpriced` where neither is known."""
    found = rates.get(name)
    if found or (found is not None and name in _BASIC):
        return found
    if is_free(price):
        return _NOTHING
    plainer = _plainer(name, price)
    if plainer is None:
        raise Unpriced(f"no price is listed for {name}" + ("" if rates is price.rates else " with this service, region or length"))
    return rate_of(plainer, rates, price)


def _plainer(name: str, price: Price) -> str | None:
    """Return the bucket as which `name` is billed.

    Cached tokens are full input where no cache is sold: hosts report hits of which the caller has no part (the figures of one that
    tells its costs too, recorded in 2026, say so). Thinking is output where thinking models are a list of their own. The others are
    plain tokens where the plain rates do not tell the two apart.
    """
    if name == "cache_read":
        return None if name in price.rates or _names(price, "cache") else "input"
    plainer = _PLAINER.get(name)
    if plainer is None or (name == "reasoning" and "thinking" in price.services):
        return plainer
    own = price.rates.get(name)
    alike = own == price.rates.get(plainer) if own else not _names(price, name)
    return plainer if alike else None


def _bill_by_kind(usage: Usage, rates: Mapping[str, Decimal], price: Price) -> dict[str, Decimal]:
    """Bill what of the input was sound or pictures at rates of its own."""
    buckets: dict[str, Decimal] = {}
    plain, cached = usage.uncached, usage.cache_read
    for bucket, name, cached_name in _ASKED:
        count = getattr(usage, bucket)
        if not count or _is_plain(name, cached_name, cached, rates, price):
            continue
        if cached and usage.input == plain + cached == count:  # all of the input is of this kind
            count = plain
            buckets["cache_read"] = rate_of(cached_name, rates, price) * cached * MILLIONTH
            cached = 0
        elif usage.input != usage.uncached:
            raise Unpriced(f"how much of {bucket} came from a cache is not told")
        buckets[bucket] = rate_of(name, rates, price) * count * MILLIONTH
        plain -= count
    if plain < 0:
        raise Unpriced("the parts of the input are more than the whole")
    return {**bill(usage.replace(uncached=plain, cache_read=cached, input_audio=0, input_image=0), rates, price), **buckets}


def _is_plain(name: str, cached_name: str, cached: int, rates: Mapping[str, Decimal], price: Price) -> bool:
    if rate_of(name, rates, price) != rate_of("input", rates, price):
        return False
    return not cached or rate_of(cached_name, rates, price) == rate_of("cache_read", rates, price)


def is_free(price: Price) -> bool:
    """Tell whether all that is listed is zero. The registry keeps such a list only where the provider says that nothing is charged."""
    return bool(price.rates) and not any(price.rates.values()) and not any(price.units.values()) and not price.variants


def total(buckets: Mapping[str, Decimal]) -> Decimal:
    """Return the exact sum. Raises `Unpriced` for an amount that is none."""
    amount: Decimal | None = None
    for value in buckets.values():
        if value.is_signed():
            raise Unpriced("a price or a count is negative")
        amount = value if amount is None else amount + value
    if amount is None:
        return _NOTHING
    if not amount.is_finite():
        raise Unpriced("a price or a count is not a number")
    return amount


def _names(price: Price, part: str) -> bool:
    """Tell whether any list of `price` has a rate above zero with `part` in its name."""
    return any(value and part in name for rates in _all_rates(price) for name, value in rates.items())


def _all_rates(card: RateCard) -> Iterator[Mapping[str, Decimal]]:
    yield card.rates
    for tier in card.tiers:
        yield tier.rates
    for service in card.services.values():
        yield from _all_rates(service)
    if isinstance(card, Price):
        for other in (*card.regions.values(), *((card.native,) if card.native is not None else ())):
            yield from _all_rates(other)
