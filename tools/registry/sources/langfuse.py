"""Read langfuse's default prices: patterns of model ids without a provider; only those of makers that it names are used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo
from tools.registry.sources.listing import MILLION, parsed, price, rates, told

_RATES = {
    "input": "input",
    "output": "output",
    "input_cached_tokens": "cache_read",
    "cache_read_input_tokens": "cache_read",
    "cache_creation_input_tokens": "cache_write",
}
_MAKERS = (
    (re.compile(r"^(gpt-|o\d|chatgpt|text-embedding-(3|ada))"), "openai"),
    (re.compile(r"^claude-"), "anthropic"),
    (re.compile(r"^gemini-"), "google"),
)


def read(content: bytes) -> list[ModelInfo]:
    """Return what the file lists, under the provider that makes the model."""
    found: list[ModelInfo] = []
    for said in parsed(content):
        maker = next((name for pattern, name in _MAKERS if pattern.match(said["modelName"])), "")
        if maker:
            found.append(told(ModelInfo(provider=maker, id=said["modelName"], price=price(_usual(said)))))
    return found


def _usual(said: Mapping[str, Any]) -> dict[str, Decimal]:
    tiers = said.get("pricingTiers") or ()
    usual = next((tier.get("prices") or {} for tier in tiers if tier.get("isDefault")), said.get("prices") or {})
    return rates(usual, _RATES, MILLION)
