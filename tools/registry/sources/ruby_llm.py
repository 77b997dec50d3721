"""Read ruby_llm's models: those that it has from models.dev; its own prices are its families' defaults and left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price
from tools.registry.fact import as_iso
from tools.registry.sources.listing import limit, parsed, price, provider, rates, told

_RATES = {"input_per_million": "input", "output_per_million": "output", "cached_input_per_million": "cache_read"}
_PROVIDERS = {"gemini": "google", "vertexai": "vertex"}


def read(content: bytes) -> list[ModelInfo]:
    """Return what the file lists."""
    return [_model(said) for said in parsed(content)]


def _model(said: Mapping[str, Any]) -> ModelInfo:
    kinds, more = said.get("modalities") or {}, said.get("metadata") or {}
    outputs = tuple(kinds.get("output") or ())
    known = more.get("source") == "models.dev" or said["provider"] == "openrouter"
    return told(
        ModelInfo(
            provider=provider(said["provider"], _PROVIDERS),
            id=said["id"],
            mode="embedding" if outputs == ("embeddings",) else "chat",
            name=said.get("name") or "",
            family=said.get("family") or "",
            inputs=tuple(kinds.get("input") or ()),
            context_window=limit(said.get("context_window")),
            max_output=limit(said.get("max_output_tokens")),
            price=_price(said.get("pricing") or {}) if known else None,
            knowledge_cutoff=as_iso(said.get("knowledge_cutoff")),
        )
    )


def _price(said: Mapping[str, Any]) -> Price | None:
    return price(rates((said.get("text_tokens") or {}).get("standard") or {}, _RATES))
