"""Price the usual answer in one step: words in and out, perhaps from a cache, at plain rates. `cost.explain` prices all others alike."""

from __future__ import annotations

from decimal import Decimal
from operator import attrgetter
from sys import maxsize

from llmkit.models.billing import EXACT, MILLIONTH
from llmkit.models.services import PLAIN
from llmkit.types.price import Price
from llmkit.types.usage import Cost, Usage

_rare = attrgetter(
    "cache_write", "cache_write_5m", "cache_write_1h", "output_audio", "output_image", "input_audio", "input_image", "server_tools"
)
_SPECIAL = frozenset({"thinking", "off_peak"})
"""Services that hold without being asked for."""


class UsualCost:
    """What a token of each kind costs by one price list."""

    __slots__ = ("_as_of", "_cached", "_currency", "_input", "_longest", "_output", "_reasoning", "_regional")

    def __init__(self, price: Price, as_of: str | None) -> None:
        self._as_of, self._currency = as_of, price.currency
        self._input, self._output = _by_token(price, "input"), _by_token(price, "output")
        self._cached = _by_token(price, "cache_read")
        self._reasoning = _by_token(price, "reasoning") or self._output
        self._longest = min((tier.above for tier in price.tiers), default=maxsize)
        self._regional = bool(price.regions or price.uplifts)

    def cost(self, usage: Usage, tier: str | None, region: str) -> Cost | None:
        """Return what `usage` costs; None: it is not usual, or a rate is not listed."""
        if (tier and tier not in PLAIN) or (region and self._regional) or any(_rare(usage)):
            return None
        amount: Decimal | None = None
        buckets: dict[str, Decimal] = {}
        for name, count, rate in (
            ("uncached", usage.uncached, self._input),
            ("cache_read", usage.cache_read, self._cached),
            ("output_text", usage.output_text, self._output),
            ("reasoning", usage.reasoning, self._reasoning),
        ):
            if count:
                if rate is None or count < 0:
                    return None
                buckets[name] = cost = EXACT.multiply(rate, count)
                amount = cost if amount is None else EXACT.add(amount, cost)
        if amount is None or usage.uncached + usage.cache_read > self._longest:
            return None
        estimated = usage.source == "estimated"
        return Cost(amount=amount, currency=self._currency, basis="registry", as_of=self._as_of, buckets=buckets, estimated=estimated)


def usual_cost(price: Price, as_of: str | None) -> UsualCost | None:
    """Return how the usual answer is priced; None: nothing is usual with this price list."""
    if price.units or price.variants or "citation" in price.rates or not _SPECIAL.isdisjoint(price.services):
        return None
    return UsualCost(price, as_of)


def _by_token(price: Price, name: str) -> Decimal | None:
    rate = price.rates.get(name)
    return EXACT.multiply(rate, MILLIONTH) if rate and rate.is_finite() and rate > 0 else None
