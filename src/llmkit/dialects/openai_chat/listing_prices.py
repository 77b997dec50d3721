"""The prices in lists of models: every host has a form of its own.

A price is read only where its unit is certain: texts under `pricing` are USD for one token, numbers USD for a million, unless a unit or
a currency says otherwise. A number too small to be the price of a million tokens is left out.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.dialects.listing import Object, amount, inner, per_million, per_token, plain, rates_of, text, tokens
from llmkit.types.price import Price, RateCard, Tier, Window

_LEAST = Decimal("0.0005")
"""USD per million tokens: numbers below may be prices of one token."""
_PER_TOKEN = {
    "prompt": "input",
    "completion": "output",
    "input": "input",
    "output": "output",
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
    "input_cache_write_1h": "cache_write_1h",
    "internal_reasoning": "reasoning",
    "audio": "audio_in",
    "audio_output": "audio_out",
    "input_audio_cache": "audio_cache_read",
    "image_output": "image_out",
}
"""Texts, as OpenRouter and those who copy it write them."""
_PER_MILLION = {
    "input": "input",
    "output": "output",
    "cached_input": "cache_read",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_read_tokens": "cache_read",
}
"""Numbers: Together, Perplexity, Hugging Face, DeepInfra."""
_BY_TOKENS = frozenset({"", "chat", "completion", "embedding", "rerank", "moderation"})
"""Modes that are billed by tokens; what other modes have under the same names may be pictures, minutes or characters."""
_PLAIN_TYPES = ("", "model", "base")
"""What a `type` says that names no mode. Any other may be billed by minutes or characters."""
_UNITS = ("", "usd_per_1m_tokens", "usd_per_million_tokens")


def price_of(entry: Object, mode: str, *, free: bool) -> Price | None:
    """Return what `entry` tells of the price of tokens; None: nothing that is sure."""
    hosts = entry.get("providers")
    if isinstance(hosts, list):
        return _agreed([host for host in hosts if isinstance(host, dict) and host.get("status", "live") == "live"])
    pricing = inner(entry, "pricing") or inner(inner(entry, "metadata"), "pricing")
    if not pricing or mode not in _BY_TOKENS or text(pricing, "currency") not in ("", "USD", "usd"):
        return None
    if text(pricing, "unit") not in _UNITS or (not mode and text(entry, "type") not in _PLAIN_TYPES):
        return None
    rates = _rates(pricing, free)
    if not rates or rates.keys() <= {"cache_read", "cache_write", "cache_write_1h"}:
        return None
    return _with_overrides(Price(rates=rates, units=_units(pricing), fees=_fees(pricing)), pricing.get("overrides"))


def says_free(entry: Object, id: str) -> bool:
    """Tell whether the host says that the model costs nothing: a zero alone may mean that no price is known."""
    pricing = inner(entry, "pricing")
    zero = all(amount(pricing.get(name)) == 0 for name in ("prompt", "completion"))
    return zero and (id.endswith((":free", "/free")) or entry.get("isFree") is True or entry.get("is_free") is True)


def _rates(pricing: Object, free: bool = False) -> dict[str, Decimal]:
    by_token = [(rate, per_token(pricing[name])) for name, rate in _PER_TOKEN.items() if isinstance(pricing.get(name), str)]
    by_million = [(rate, _sure(pricing[name])) for name, rate in _PER_MILLION.items() if isinstance(pricing.get(name), int | Decimal)]
    return rates_of([*by_token, *by_million], free=free)


def _sure(value: Any) -> Decimal | None:
    rate = per_million(value)
    return rate if rate is not None and (rate == 0 or rate >= _LEAST) else None


def _units(pricing: Object) -> dict[str, Decimal]:
    return _known([("request", pricing.get("request"))])


def _fees(pricing: Object) -> dict[str, Decimal]:
    return _known([("web_search", pricing.get("web_search"))])


def _known(found: list[tuple[str, Any]]) -> dict[str, Decimal]:
    numbers = [(name, amount(value)) for name, value in found if isinstance(value, str)]
    return {name: plain(number) for name, number in numbers if number}


def _with_overrides(price: Price, overrides: Any) -> Price | None:
    """Return `price` with its other rates for long prompts and for hours of the day; None where there is some other condition."""
    if not isinstance(overrides, list) or not overrides:
        return price
    cases = [case for case in overrides if isinstance(case, dict)]
    if len(cases) < len(overrides):
        return None
    if all("min_prompt_tokens" in case and "utc_start" not in case for case in cases):
        return _with_tiers(price, cases)
    return _with_hours(price, cases) if all("min_prompt_tokens" not in case for case in cases) else None


def _with_tiers(price: Price, cases: list[Object]) -> Price | None:
    tiers = [(tokens(case, "min_prompt_tokens"), _rates(case)) for case in cases]
    # The wire's bound belongs to the tier, ours is the last number of tokens below it.
    found = [Tier(above=least - 1, rates=rates) for least, rates in tiers if least is not None and rates]
    return price.replace(tiers=tuple(sorted(found, key=lambda tier: tier.above))) if len(found) == len(cases) else None


def _with_hours(price: Price, cases: list[Object]) -> Price | None:
    """Return the dearest rates as the usual ones, and the others for their hours; more than two kinds cannot be said."""
    cards: list[tuple[dict[str, Decimal], list[Object]]] = []
    for case in cases:
        rates = _rates(case)
        known = next((group for card, group in cards if card == rates), None)
        if known is None:
            cards.append((rates, [case]))
        else:
            known.append(case)
    cards.sort(key=lambda card: card[0].get("input", Decimal(0)), reverse=True)
    if len(cards) != 2 or not all("input" in rates for rates, _ in cards):
        return None
    windows = [window for case in cards[1][1] for window in _windows(case)]
    if not windows:
        return None
    return price.replace(rates=cards[0][0], services={"off_peak": RateCard(rates=cards[1][0])}, off_peak=tuple(windows))


def _windows(case: Object) -> list[Window]:
    start, end = _minutes(case.get("utc_start")), _minutes(case.get("utc_end"))
    if start is None or end is None:
        return []
    if start < end:
        return [Window(start=start, end=end)]
    return [Window(start=start, end=1440), *([Window(start=0, end=end)] if end else [])]


def _minutes(clock: Any) -> int | None:
    """Return the minute of the day of a clock written as the number hhmm."""
    if isinstance(clock, bool) or not isinstance(clock, int) or not 0 <= clock <= 2400 or clock % 100 > 59:
        return None
    return clock // 100 * 60 + clock % 100


def _agreed(hosts: list[Object]) -> Price | None:
    """Return the price that all hosts behind a router ask; where they differ it depends on the host that is chosen."""
    found = [_rates(inner(host, "pricing")) for host in hosts]
    return Price(rates=found[0]) if found and found[0] and all(rates == found[0] for rates in found) else None
