"""Put what a source lists into our words: names of providers, prices per million tokens, what a model takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard, Tier
from tools.registry import modes
from tools.registry.amounts import scaled
from tools.registry.catalogue import canonical

MILLION = 1_000_000
MODES = {
    "audio_speech": "tts",
    "audio_transcription": "stt",
    "decisions": "decision",
    "image_edit": "image",
    "image_generation": "image",
    "responses": "chat",
    "video_generation": "video",
}
"""Our words for the kinds of models, where sources have others."""


@cache
def _names() -> dict[str, str]:
    return {name.lower().replace("_", "-"): ours for name, ours in canonical().items()}


def provider(said: str, own: Mapping[str, str] | None = None) -> str:
    """Return our name of a provider; `own` has a source's names that the catalogue does not know."""
    mapped = (own or {}).get(said, said).lower().replace("_", "-")
    return _names().get(mapped, mapped)


def parsed(content: bytes) -> Any:
    """Return the JSON of a file, its numbers as they are written. Raises ValueError."""
    return json.loads(content, parse_float=Decimal)


def rates(said: Mapping[str, Any], words: Mapping[str, str], factor: int | str = 1) -> dict[str, Decimal]:
    """Return the rates of `said` by our names, times `factor`, in the order of `words`."""
    found = [(ours, scaled(said.get(theirs), factor)) for theirs, ours in words.items()]
    return {name: rate for name, rate in found if rate is not None}


def limit(value: Any) -> int | None:
    """Return a limit of tokens; None: none is said."""
    exact = scaled(value, 1)
    return int(exact) if exact is not None and 0 < exact < 50 * MILLION else None


def price(
    usual: Mapping[str, Decimal],
    *,
    tiers: Mapping[int, Mapping[str, Decimal]] | None = None,
    services: Mapping[str, RateCard] | None = None,
    units: Mapping[str, Decimal] | None = None,
    **more: Any,
) -> Price | None:
    """Return a price; None: nothing is said."""
    steps = tuple([Tier(above=above, rates=dict(card)) for above, card in sorted((tiers or {}).items()) if card])
    made = Price(rates=dict(usual), tiers=steps, services=dict(services or {}), units=dict(units or {}), **more)
    return made if made.known else None


def told(info: ModelInfo) -> ModelInfo:
    """Return the model under the kind that its name tells, where the source files it as a conversation."""
    rates = info.price.rates if info.price is not None else {}
    mode = modes.mode(info.id, info.mode, rates)
    return info if mode == info.mode else info.replace(mode=mode, outputs=modes.OUTPUTS.get(mode, info.outputs))


def abilities(said: Mapping[str, Any], words: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a model can and cannot do, by our names."""
    can = {ours for theirs, ours in words.items() if said.get(theirs) is True}
    cannot = {ours for theirs, ours in words.items() if said.get(theirs) is False}
    return tuple(sorted(can)), tuple(sorted(cannot - can))
