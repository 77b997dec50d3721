"""Repair what sources file under the wrong kind of model, and prices that a known mistake of a source has scaled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price
from tools.registry.amounts import plain
from tools.registry.fact import Notes

OUTPUTS = {
    "embedding": ("embedding",),
    "image": ("image",),
    "music": ("audio",),
    "tts": ("audio",),
    "decision": ("label",),
    "stt": ("text",),
}
"""What a mode gives out, where it was inferred from the wrong one."""

_ALWAYS = (
    (re.compile(r"(^|/)lyria-"), "music"),
    (re.compile(r"(^|/)imagen-\d"), "image"),
    (re.compile(r"gpt-image-\d"), "image"),
    (re.compile(r"^chirp-3-hd$"), "tts"),
    (re.compile(r"(SeedEdit|DreamShaper|flash-image-2\.5)$"), "image"),
    (re.compile(r"(^|/)whisper-large"), "stt"),
)
_SILENT = (
    (re.compile(r"embed|bge|minilm|mpnet|text2vec|^ada|bert-base", re.IGNORECASE), "embedding"),
    (re.compile(r"decide|decision|classify|distilbert-sst|gliner|[Tt]ev1|jev-", re.IGNORECASE), "decision"),
    (re.compile(r"^green-s|voxtral-mini-3b"), "stt"),
)
"""By name, where the price says that nothing is written."""
_BY_PROVIDER = {"stability": "image"}


def mode(model: str, said: str, price: Mapping[str, Any]) -> str:
    """Return the mode of a model that was said to be `said`."""
    if said not in ("chat", "completion", "tts"):
        return said
    for pattern, repaired_mode in _ALWAYS:
        if pattern.search(model):
            return repaired_mode
    silent = price.get("input") and not price.get("output")
    found = [other for pattern, other in _SILENT if pattern.search(model)] if silent and said != "tts" else []
    return found[0] if found else said


def repaired(info: ModelInfo, notes: Notes) -> ModelInfo:
    """Return the model with a price whose unit was mistaken put right, where the mistake is known for sure."""
    price, mode_now = info.price, info.mode
    if price is None:
        return info
    if info.provider == "stability" and info.mode == "chat" and "image" in price.units:
        mode_now = _BY_PROVIDER[info.provider]
        info = info.replace(mode=mode_now, outputs=OUTPUTS[mode_now])
    for wrong, reason, put_right in _MISTAKES:
        if wrong(info, price):
            notes.add(info.model, reason)
            price = put_right(price)
    return info.replace(price=price if price.known else None)


def _cents_twice(info: ModelInfo, price: Price) -> bool:
    small = [value for unit, value in price.units.items() if unit in ("image", "megapixel", "second") and value < Decimal("0.002")]
    return info.provider == "together" and info.price_source == "portkey" and bool(small)


def _by_million_tokens(info: ModelInfo, price: Price) -> bool:
    seconds = price.units.get("second")
    return info.price_source == "lobe" and info.mode == "video" and seconds is not None and seconds > 2


def _by_the_minute(info: ModelInfo, price: Price) -> bool:
    return (
        info.mode == "stt" and bool(price.rates.get("input")) and price.rates.get("output") == 0 and price.rates["input"] < Decimal("0.01")
    )


def _by_characters(info: ModelInfo, price: Price) -> bool:
    return info.id == "chirp-3-hd" and "input" in price.rates


_FREE = {"openrouter": ":free", "kilo": ":free"}
"""Providers whose ids say that a model costs nothing."""


def free(info: ModelInfo, source: str, date: str | None) -> ModelInfo:
    """Return the model as free where its id says so, and nobody lists another price."""
    suffix = _FREE.get(info.provider)
    if suffix is None or not info.id.endswith(suffix) or info.price is not None:
        return info
    nothing = Price(rates={"input": Decimal(0), "output": Decimal(0)})
    return info.replace(price=nothing, free=True, price_source=source, price_as_of=date)


_MISTAKES = (
    (
        _cents_twice,
        "a price of a picture or second a hundred times too small (cents taken for dollars twice): repaired",
        lambda price: price.replace(units={unit: plain(value * 100) for unit, value in price.units.items()}),
    ),
    (
        _by_million_tokens,
        "a price by the second that is one by a million tokens: left out",
        lambda price: price.replace(units={}, variants={}),
    ),
    (_by_the_minute, "a price by the minute in the place of one by a million tokens: left out", lambda price: price.replace(rates={})),
    (
        _by_characters,
        "a price by a million characters in the place of one by a million tokens: repaired",
        lambda price: price.replace(rates={}, units={"characters_in": price.rates["input"]}),
    ),
)
