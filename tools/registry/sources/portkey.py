"""Read Portkey's prices, gathered as `{provider: {model: ...}}` from its file a provider: US cents a token."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo
from tools.registry.amounts import scaled
from tools.registry.sources.listing import MILLION, parsed, price, provider, told

_CENTS = MILLION // 100
_TOKENS = {
    "request_token": "input",
    "response_token": "output",
    "cache_read_input_token": "cache_read",
    "cache_write_input_token": "cache_write",
}
_PROVIDERS = {"google": "google", "vertex-ai": "vertex", "x-ai": "xai"}


def read(content: bytes) -> list[ModelInfo]:
    """Return what the files list."""
    listed = [(owner, model, said) for owner, models in parsed(content).items() for model, said in models.items() if model != "default"]
    return [
        told(
            ModelInfo(
                provider=provider(owner, _PROVIDERS),
                id=model,
                mode="embedding" if "embed" in model else "rerank" if "rerank" in model else "chat",
                price=price(_rates(said)) if "rerank" not in model and "ocr" not in model else None,  # by the call, in a field by the token
            )
        )
        for owner, model, said in listed
    ]


def _rates(said: Mapping[str, Any]) -> dict[str, Decimal]:
    usual = (said.get("pricing_config") or {}).get("pay_as_you_go") or {}
    found = {ours: scaled((usual.get(theirs) or {}).get("price"), _CENTS) for theirs, ours in _TOKENS.items()}
    return {name: rate for name, rate in found.items() if rate is not None and (rate or name in ("input", "output"))}
