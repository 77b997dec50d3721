"""Read genai-prices: providers with patterns of model ids and their prices in USD per million tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard
from tools.registry.amounts import scaled
from tools.registry.sources.listing import limit, parsed, price, provider, told

_PROVIDERS = {"aws": "bedrock", "google": "google", "x-ai": "xai"}
_CONVERTED = frozenset({"zhipuai"})
"""Sellers that list CNY, which this list converts at a rate of its own: no price of theirs."""
_RATES = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "output_reasoning_mtok": "reasoning",
    "input_audio_mtok": "audio_in",
    "output_audio_mtok": "audio_out",
    "cache_audio_read_mtok": "audio_cache_read",
    "input_image_mtok": "image_in",
    "output_image_mtok": "image_out",
}
_SERVICES = ("batch", "flex", "priority", "fast")


def read(content: bytes) -> list[ModelInfo]:
    """Return what the file lists, each id that is spelled out in a pattern by itself."""
    return [info for said in parsed(content) for model in said["models"] for info in _models(provider(said["id"], _PROVIDERS), model)]


def _models(owner: str, said: Mapping[str, Any]) -> Iterator[ModelInfo]:
    made = _price(said) if owner not in _CONVERTED else None
    mode = "embedding" if "embed" in said["id"] else "chat"
    hub, _, route = owner.partition("-") if owner.startswith("huggingface-") else (owner, "", "")
    for model in dict.fromkeys([said["id"], *_spelled_out(said.get("match") or {})]):
        listed = model == said["id"]
        yield told(
            ModelInfo(
                provider=hub,
                id=f"{model}:{route}" if route else model,  # as the hub's router takes it
                mode=mode,
                name=said.get("name") or "",
                context_window=limit(said.get("context_window")),
                price=made,
                # A spelling that only a pattern names is not known to be an id, and its price is but the pattern's.
                status="active" if listed else "unlisted",
            )
        )


def _spelled_out(match: Mapping[str, Any]) -> Iterator[str]:
    # Prefixes are left aside: they give new models the price of old ones.
    if "equals" in match:
        yield match["equals"]
    for part in match.get("or") or ():
        yield from _spelled_out(part)


def _price(said: Mapping[str, Any]) -> Price | None:
    prices = said.get("prices") or {}
    if isinstance(prices, list):
        # Those with a later start come later; hours of the day are not the usual price.
        usual = [entry["prices"] for entry in prices if "start_time" not in (entry.get("constraint") or {})]
        prices = usual[-1] if usual else {}
    rates, tiers = _card(prices)
    services: dict[str, RateCard] = {}
    for variant in said.get("price_variants") or ():
        service = (variant.get("when") or {}).get("service_tier")
        if service in _SERVICES and len(variant["when"]) == 1 and isinstance(variant.get("prices"), dict):
            card, _ = _card(variant["prices"])
            services[service] = RateCard(rates=card)
    searches = scaled(prices.get("web_searches_kcount"), "0.001")
    return price(rates, tiers=tiers, services=services, fees={"web_search": searches} if searches else {})


def _card(said: Mapping[str, Any]) -> tuple[dict[str, Decimal], dict[int, dict[str, Decimal]]]:
    rates: dict[str, Decimal] = {}
    tiers: dict[int, dict[str, Decimal]] = {}
    for theirs, ours in _RATES.items():
        value = said.get(theirs)
        base = value.get("base") if isinstance(value, dict) else value
        exact = scaled(base, 1)
        if exact is not None:
            rates[ours] = exact
        for step in value.get("tiers", ()) if isinstance(value, dict) else ():
            above = scaled(step["price"], 1)
            if above is not None:
                tiers.setdefault(int(step["start"]), {})[ours] = above
    return rates, tiers
