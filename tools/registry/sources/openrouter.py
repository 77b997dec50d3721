"""Read what OpenRouter's listing says of its models: prices in USD a token, a picture or a call, as strings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price
from tools.registry.amounts import scaled
from tools.registry.fact import as_iso
from tools.registry.sources.listing import MILLION, limit, parsed, price, rates, told

_RATES = {
    "prompt": "input",
    "completion": "output",
    "input_cache_read": "cache_read",
    "internal_reasoning": "reasoning",
    "audio": "audio_in",
    "audio_output": "audio_out",
    "image_token": "image_in",
    "image_output": "image_out",
}
_KINDS = {"file": "pdf"}
_CAN = {"tools": "tools", "structured_outputs": "structured_output", "reasoning": "reasoning", "temperature": "temperature"}


def read(content: bytes) -> list[ModelInfo]:
    """Return what the listing holds."""
    return [_model(said) for said in parsed(content)["data"]]


def _model(said: Mapping[str, Any]) -> ModelInfo:
    shape, top = said.get("architecture") or {}, said.get("top_provider") or {}
    parameters = said.get("supported_parameters") or ()
    free = said["id"].endswith(":free")
    outputs = tuple(shape.get("output_modalities") or ())
    created = said.get("created")
    return told(
        ModelInfo(
            provider="openrouter",
            id=said["id"],
            mode="embedding" if outputs == ("embeddings",) else "chat",
            name=said.get("name") or "",
            inputs=tuple([_KINDS.get(kind, kind) for kind in shape.get("input_modalities") or ()]),
            outputs=outputs,
            context_window=limit(said.get("context_length")),
            max_output=limit(top.get("max_completion_tokens")),
            price=_price(said.get("pricing") or {}, free),
            free=free,
            can=tuple(sorted(ours for theirs, ours in _CAN.items() if theirs in parameters)),
            release_date=datetime.fromtimestamp(created, UTC).date().isoformat() if created else None,
            deprecation_date=as_iso(said.get("expiration_date")),
            weights=said.get("hugging_face_id") or "",
        )
    )


def _price(said: Mapping[str, Any], free: bool) -> Price | None:
    found = {
        name: rate for name, rate in rates(said, _RATES, MILLION).items() if rate >= 0 and (rate > 0 or free or name in ("input", "output"))
    }
    if any((scaled(said.get(name), 1) or Decimal(0)) < 0 for name in ("prompt", "completion")):
        return None  # -1: it depends on what the router takes
    units = {ours: value for theirs, ours in (("image", "image_in"), ("request", "request")) if (value := scaled(said.get(theirs), 1))}
    searches = scaled(said.get("web_search"), 1)
    # Its cache write is the rent of the store for some models, and not the price of the tokens: left to other sources.
    return price(found, units=units, fees={"web_search": searches} if searches else {})
