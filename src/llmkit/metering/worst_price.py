"""The most that a call can cost by one price list, made ready so that a budget asks it in a microsecond."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from sys import maxsize

from llmkit.metering.money import PICO
from llmkit.metering.wanted import Wanted
from llmkit.models.billing import is_free
from llmkit.models.services import Unpriced, service_of
from llmkit.models.unit_prices import unit_price
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard

_WRITES = ("cache_write", "cache_write_1h", "cache_write_12h")
_HELD = ("thinking", "off_peak")
"""Services that hold without being asked for."""


class WorstPrice:
    """What the tokens and units of a model cost at most, in one way of being served, with certain kinds of input and output."""

    __slots__ = ("_fee", "_free", "_long", "_longest", "_price", "_step", "_steps")

    def __init__(self, info: ModelInfo, price: Price, service: str, kinds: frozenset[str], assumed: int) -> None:
        self._price, self._free = price, is_free(price)
        self._longest = info.max_output or assumed
        self._steps = _steps(price, _named(service), kinds)
        self._step = self._steps[-1]
        self._long = self._steps[-2][0] if len(self._steps) > 1 else maxsize
        self._fee = _pico(_dearest(price, "request", "")) or 0

    def most(self, wanted: Wanted) -> int | None:
        """Return micro-dollars, rounded up; None: what is billed has no listed price."""
        if self._free:
            return 0
        tokens, output = wanted.tokens, wanted.output
        _, rate_in, rate_out = self._step if tokens <= self._long else next(step for step in self._steps if tokens > step[0])
        written = self._longest if output is None else output
        if rate_in is not None and rate_out is not None and not wanted.units:
            return -(-(tokens * rate_in + written * rate_out + self._fee) // PICO)
        pieces = self._pieces(wanted) if wanted.units else None
        words = None if rate_out is None else written * rate_out
        if not self._fee and (rate_in is None or written) and words is None and pieces is None:
            return None
        if not self._fee and rate_in is None and pieces is None:
            return None
        # Many lists tell the same thing twice, by tokens and by the piece: it is billed once.
        pico = tokens * (rate_in or 0) + max(words or 0, pieces or 0) + self._fee
        return -(-pico // PICO)

    def _pieces(self, wanted: Wanted) -> int | None:
        """Return what the units cost. Lists name the same thing by several units: the dearest counts."""
        costs = []
        for unit, count in wanted.units.items():
            rate = _dearest(self._price, unit, wanted.variant)
            if rate is not None and count:
                amount = rate * Decimal(str(count))
                costs.append(_pico(amount / 1_000_000 if unit in ("characters_in", "characters") else amount) or 0)
        return max(costs, default=None)


def _steps(price: Price, service: str, kinds: frozenset[str]) -> list[tuple[int, int | None, int | None]]:
    """Return the rates in pico-dollars a token by length of the input, the longest first: length, input, output."""
    bounds = {-1, *[tier.above for card in _cards(price, service) for tier in card.tiers]}
    return [(above, *_at(price, service, kinds, above + 1)) for above in sorted(bounds, reverse=True)]


def _at(price: Price, service: str, kinds: frozenset[str], tokens: int) -> tuple[int | None, int | None]:
    inputs = ("input", *[f"{kind}_in" for kind in ("image", "audio", "video") if kind in kinds])
    # A model that draws draws without being asked for it; it speaks only when asked.
    outputs = ("output", "reasoning", "image_out", *[kind for kind in ("audio_out", "video_out") if kind in kinds])
    found_in: list[Decimal] = []
    found_out: list[Decimal] = []
    for rates in _alternatives(price, service, tokens):
        own = [rates[name] for name in inputs if name in rates]
        found_in += own
        found_in += [rates[name] for name in _WRITES if own and "cache" in kinds and name in rates]
        found_out += [rates[name] for name in outputs if name in rates]
    factor = max([Decimal(1), *price.uplifts.values()])
    return _rate(found_in, factor), _rate(found_out, factor)


def _alternatives(price: Price, service: str, tokens: int) -> Iterable[Mapping[str, Decimal]]:
    """Return the rates that may hold: nobody says beforehand in which region it runs, whether it thinks, at which hour it ends."""
    plain = _rates([price, *_own(price, service)], tokens)
    yield plain
    for name in _HELD:
        if name in price.services:
            yield _rates([price, *_own(price, service), price.services[name]], tokens)
    for card in price.regions.values():
        yield _rates([price, card, *_own(card, service)], tokens)


def _own(card: RateCard, service: str) -> list[RateCard]:
    return [card.services[service]] if service in card.services else []


def _cards(price: Price, service: str) -> list[RateCard]:
    cards = [price, *price.regions.values(), *[price.services[name] for name in _HELD if name in price.services]]
    return [*cards, *[found for card in cards for found in _own(card, service)]]


def _rates(cards: Iterable[RateCard], tokens: int) -> Mapping[str, Decimal]:
    """Return the rates of the last card, and of those before it what it does not say."""
    rates: dict[str, Decimal] = {}
    for card in cards:
        rates.update(card.rates)
        for tier in card.tiers:
            if tokens > tier.above:
                rates.update(tier.rates)
    return rates


def _dearest(price: Price, unit: str, variant: str) -> Decimal | None:
    """Return the price of a unit in the size that is asked for; of one that is not listed so the dearest."""
    try:
        return unit_price(price, unit, variant)
    except Unpriced:
        own = [price.units[unit]] if unit in price.units else []
        return max([*own, *price.variants.get(unit, {}).values()], default=None)


def _named(word: str) -> str:
    try:
        return service_of(word)
    except Unpriced:
        return ""  # unknown, or paid beforehand: the plain rates are more


def _rate(rates: list[Decimal], factor: Decimal) -> int | None:
    """Return the highest rate, of dollars for a million tokens, as pico-dollars for one."""
    return _pico(max(rates) * factor / 1_000_000) if rates else None


def _pico(dollars: Decimal | None) -> int | None:
    return None if dollars is None else int(dollars.scaleb(12).to_integral_value(ROUND_CEILING))
