"""Judge the token prices of one card: which of them cannot be what a token costs."""

from __future__ import annotations

from decimal import Decimal

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import RateCard, Tier
from tools.registry.listed import CHEAP_WRITES, FREE_READS, matches

DEAREST = {"input": Decimal(200), "output": Decimal(1200)}
_OUTPUTS = ("output", "reasoning", "audio_out", "image_out", "video_out")
_SILENT_OUTPUTS = ("chat", "completion", "image", "tts", "video", "realtime", "music")
_WRITES = ("cache_write", "cache_write_1h", "cache_write_12h")
_MOST = {"cache_write": Decimal("2.1"), "cache_write_1h": Decimal("2.1"), "cache_write_12h": Decimal("2.6")}
"""How much dearer than input writing to a cache is at most: 1.25 for minutes, 2 for an hour, 2.5 for half a day (read 2026-11-22)."""


def sound_card(card: RateCard, info: ModelInfo, reasons: set[str], scale: Decimal = Decimal(1)) -> RateCard:
    """Return the card without what cannot be true, its services and tiers too."""
    rates = _sound(card.rates, info, reasons, scale)
    tiers = [Tier(above=tier.above, rates=_sound(tier.rates, info, reasons, scale)) for tier in card.tiers]
    kept = [tier for tier in tiers if any(tier.rates.values())]
    services = {name: sound_card(service, _served(info, name), reasons, scale) for name, service in card.services.items()}
    return RateCard(rates=rates, tiers=tuple(kept), services=services)


def _served(info: ModelInfo, service: str) -> ModelInfo:
    return info.replace(mode="decision") if service == "decisions" else info  # labels are free, as with models that only decide


def _sound(rates: dict[str, Decimal], info: ModelInfo, reasons: set[str], scale: Decimal) -> dict[str, Decimal]:
    unpaid = info.free or info.subscription
    kept: dict[str, Decimal] = {}
    for name, rate in rates.items():
        reason = "" if unpaid and rate == 0 else _wrong(name, rate, rates, info, scale)
        if reason:
            reasons.add(reason)
        else:
            kept[name] = rate
    if "cache_write_1h" in kept and kept["cache_write_1h"] < kept.get("cache_write", Decimal(0)):
        reasons.add("cache_write_1h is cheaper than cache_write")
        del kept["cache_write_1h"]
    return kept


def _wrong(name: str, rate: Decimal, rates: dict[str, Decimal], info: ModelInfo, scale: Decimal) -> str:
    cost_in = rates.get("input") or Decimal(0)
    if rate < 0:
        return f"{name} is negative"
    if rate > DEAREST["output" if name in _OUTPUTS else "input"] * scale:
        return f"{name} {rate} is out of reach"
    if name in _WRITES:
        return _wrong_write(name, rate, cost_in, info)
    if name == "cache_read" and cost_in:
        if rate > cost_in:
            return "cache_read is dearer than input"
        if rate == 0 and not matches(FREE_READS, info):
            return "cache_read is zero"
    if rate == 0:
        return _wrong_zero(name, rates, info)
    return ""


def _wrong_write(name: str, rate: Decimal, cost_in: Decimal, info: ModelInfo) -> str:
    if rate == 0:
        return f"{name} is zero" if cost_in else ""
    if not cost_in:
        return ""
    if rate > _MOST[name] * cost_in:
        return f"{name} is more than {_MOST[name]} times input"
    # Seen: the price of reading in the place of writing; the rent of the store by the hour.
    if rate < cost_in and not matches(CHEAP_WRITES, info):
        return f"{name} is cheaper than input"
    return ""


def _wrong_zero(name: str, rates: dict[str, Decimal], info: ModelInfo) -> str:
    paid = any(rates.values())
    if name == "output" and paid and info.mode in _SILENT_OUTPUTS and rates.get("input"):
        return "output is zero beside a paid input"
    if name == "input" and rates.get("output"):
        return "input is zero beside a paid output"
    if name in ("reasoning", "audio_in", "audio_out", "image_in", "image_out") and paid:
        return f"{name} is zero beside other prices"
    return ""
