"""Print the whole price list of a model, and how it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from llmkit.cli.amounts import symbol, trimmed
from llmkit.cli.listed_prices import UNIT_WORDS

if TYPE_CHECKING:
    from llmkit.types.model_info import Evidence, ModelInfo
    from llmkit.types.price import Price, RateCard, Window

__all__ = ["print_history", "print_prices"]

Rows = list[tuple[str, Mapping[str, Decimal]]]
_ORDER = ("input", "output", "cache_read", "cache_write", "cache_write_1h", "cache_write_12h", "reasoning")
_WORDS = {"cache_read": "cached", "cache_write": "write", "cache_write_1h": "write 1h", "cache_write_12h": "write 12h"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WAYS_WIDTH = 24


def print_prices(info: ModelInfo) -> None:
    """Print every price of a model."""
    from llmkit.cli.screen import style
    from llmkit.cli.tables import print_facts

    price = info.price
    if info.free or info.subscription or price is None or not price.known:
        plan = "paid by a plan of the provider, not by the call" if info.subscription else "not known"
        print_facts("price", [("", "free, says the provider" if info.free else plan)])
        return
    if rows := _rows(price):
        print(style(f"price, {price.currency} per million tokens", "bold"))
        _print_rates(rows)
    if price.native is not None:
        print(style(f"price, {price.native_currency} per million tokens", "bold"))
        _print_rates(list(_ways("", price.native)))
    if others := _others(price):
        print_facts("other prices" if rows else "price", others)


def _rows(price: Price) -> Rows:
    """Return the rates by the way of being served: usual, long inputs, services, regions."""
    rows = list(_ways("", price))
    for region, card in price.regions.items():
        rows += _ways(f"in {region}", card)
    return rows


def _ways(name: str, card: RateCard) -> Iterator[tuple[str, Mapping[str, Decimal]]]:
    if card.rates:
        yield name or "usual", card.rates
    for tier in card.tiers:
        yield f"{name} over {tier.above:,}".strip(), tier.rates
    for service, own in card.services.items():
        yield from _ways(f"{name} {service.replace('_', ' ')}".strip(), own)


def _print_rates(rows: Rows) -> None:
    from llmkit.cli.screen import columns, width_of
    from llmkit.cli.tables import print_table

    used = {rate for _, rates in rows for rate in rates}
    rates = [rate for rate in _ORDER if rate in used] + sorted(used - set(_ORDER))
    titles = [_WORDS.get(rate, rate.replace("_", " ")) for rate in rates]
    widest = max(10, *(width_of(title) for title in titles))
    room = columns()
    several = len(rates) if room is None else max(1, (room - min(_WAYS_WIDTH, max(len(way) for way, _ in rows)) - 4) // (widest + 2))
    for start in range(0, len(rates), several):
        part = rates[start : start + several]
        kept = [(way, values) for way, values in rows if any(rate in values for rate in part)]
        cells = [[way, *(trimmed(values[rate]) if rate in values else "-" for rate in part)] for way, values in kept]
        shown = ["served", *titles[start : start + several]]
        print_table(shown, cells, right=range(1, len(shown)), indent=2)


def _others(price: Price) -> list[tuple[str, str]]:
    sign = symbol(price.currency)
    facts = [(f"per {UNIT_WORDS.get(unit, unit)}", f"{sign}{trimmed(value)}") for unit, value in price.units.items()]
    for unit, variants in price.variants.items():
        told = ", ".join(f"{name} {sign}{trimmed(value)}" for name, value in variants.items())
        facts.append((f"{UNIT_WORDS.get(unit, unit)} by kind", told))
    facts += [(f"call of {tool}", f"{sign}{trimmed(value)}") for tool, value in price.fees.items()]
    facts += [(f"data kept in {region}", f"all rates times {trimmed(factor)}") for region, factor in price.uplifts.items()]
    if price.off_peak:
        facts.append(("off peak (UTC)", "; ".join(_window(window) for window in price.off_peak)))
    return facts


def _window(window: Window) -> str:
    days = ", ".join(_DAYS[day - 1] for day in window.weekdays) if len(window.weekdays) < 7 else "every day"
    return f"{days} {_clock(window.start)}-{_clock(window.end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def print_history(info: ModelInfo, evidence: Evidence) -> None:
    """Print the earlier prices, and the price of input as a line."""
    from llmkit.cli.charts import sparkline
    from llmkit.cli.screen import style
    from llmkit.cli.tables import print_table

    inputs = [then.input for then in evidence.history if then.input is not None]
    line = sparkline([float(value) for value in inputs]) if len(inputs) > 1 else ""
    print(f"{style('price history, USD per million tokens', 'bold')}  {line}".rstrip())
    rows = [
        [then.since or "at first", *("-" if value is None else trimmed(value) for value in (then.input, then.output, then.cache_read))]
        for then in evidence.history
    ]
    print_table(["since", "input", "output", "cached"], rows, right=(1, 2, 3), indent=2)
