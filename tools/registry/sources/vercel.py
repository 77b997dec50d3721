"""Read the listing of Vercel's gateway: prices in USD a token, as strings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price
from tools.registry.amounts import scaled
from tools.registry.sources.listing import MILLION, limit, parsed, price, rates, told

_RATES = {"input": "input", "output": "output", "input_cache_read": "cache_read", "input_cache_write": "cache_write"}
_MODES = {"language": "chat", "embedding": "embedding", "image": "image", "video": "video", "speech": "tts", "transcription": "stt"}
_MODES |= {"realtime": "realtime", "reranking": "rerank", "decision": "decision"}


def read(content: bytes) -> list[ModelInfo]:
    """Return what the listing holds."""
    return [_model(said) for said in parsed(content)["data"]]


def _model(said: Mapping[str, Any]) -> ModelInfo:
    kind = said.get("type") or "language"
    return told(
        ModelInfo(
            provider="vercel",
            id=said["id"],
            mode=_MODES.get(kind, kind),
            name=said.get("name") or "",
            context_window=limit(said.get("context_window")),
            max_output=limit(said.get("max_tokens")),
            price=_price(said.get("pricing") or {}),
        )
    )


def _price(said: Mapping[str, Any]) -> Price | None:
    picture = scaled(said.get("image"), 1)
    return price(rates(said, _RATES, MILLION), units={"image": picture} if picture else {})
