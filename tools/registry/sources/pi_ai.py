"""Read pi-ai's models, gathered as `{provider: {api: {key: model}}}` from its file a provider: USD per million tokens."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo
from tools.registry.sources.listing import limit, parsed, price, provider, rates, told

_RATES = {"input": "input", "output": "output", "cacheRead": "cache_read", "cacheWrite": "cache_write"}
_MODES = {"chat": "chat", "image": "image", "classifier": "decision"}


def read(content: bytes) -> list[ModelInfo]:
    """Return what the files list."""
    apis = [models for owner in parsed(content).values() for models in owner.values()]
    return [_model(said) for models in apis for said in models.values()]


def _model(said: Mapping[str, Any]) -> ModelInfo:
    cost = said.get("cost") or {}
    tiers = {int(step["inputTokensAbove"]): _rates(step) for step in cost.get("tiers") or () if "inputTokensAbove" in step}
    kind = said.get("type") or "chat"
    return told(
        ModelInfo(
            provider=provider(said["provider"]),
            id=said["id"],
            mode=_MODES.get(kind, kind),
            name=said.get("name") or "",
            inputs=tuple(said.get("input") or ()),
            context_window=limit(said.get("contextWindow")),
            max_output=limit(said.get("maxTokens")),
            price=price(_rates(cost), tiers=tiers),
            can=("reasoning",) if said.get("reasoning") is True else (),
            cannot=("reasoning",) if said.get("reasoning") is False else (),
        )
    )


def _rates(said: Mapping[str, Any]) -> dict[str, Decimal]:
    # Its zero is a default where there is no such price.
    return {name: rate for name, rate in rates(said, _RATES).items() if rate or name in ("input", "output")}
