"""Say what an answer cost, from listed prices where the provider does not tell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmkit.types.parts import Reasoning
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost
from llmkit.types.warnings import Warning

if TYPE_CHECKING:
    from llmkit.models.cost import Priced
    from llmkit.models.registry import Registry
    from llmkit.providers.provider import Provider
    from llmkit.types.model_info import ModelInfo

_KEPT = 4096
_REGIONS = {"us": "us", "eu": "eu", "europe": "eu"}
"""Regions begin so that belong to a group with prices of its own."""


class Pricing:
    """Prices answers by the registry. A model that is only nearly the one asked for never gives a price."""

    def __init__(self, registry: Callable[[], Registry]) -> None:
        self._registry = registry
        self._infos: dict[tuple[str, str], ModelInfo | None] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Look all models up anew: the registry has changed."""
        with self._lock:
            self._infos.clear()

    def cost(
        self, provider: Provider, model: str, answer: CompletionResponse, *, at: float, region: str = ""
    ) -> tuple[Cost | None, Warning | None]:
        """Return the cost of `answer`, or why it is not known. `at` is the time of day in Unix seconds."""
        if answer.cost is not None or provider.local:
            return answer.cost, None
        if answer.usage is None:
            return None, _unknown("the answer tells no tokens")
        info = self._info(provider.name, model) or self._info(provider.name, answer.model)
        if info is None:
            return None, _unknown(f"no price of {provider.name}/{model} is known")
        priced = self.priced(info, answer, at=at, region=region)
        return (priced.cost, None) if priced.cost is not None else (None, _unknown(priced.reason))

    def priced(self, info: ModelInfo, answer: CompletionResponse, *, at: float, region: str) -> Priced:
        """Return what the tokens of `answer` cost by the listed prices of `info`."""
        from llmkit.models.cost import explain

        assert info.price is not None
        return explain(
            info.price,
            answer.usage,
            service=answer.service_tier or "",
            region=_region(info, region),
            at=at,
            thought=_thought(info, answer),
            as_of=info.price_as_of,
        )

    def _info(self, provider: str, model: str) -> ModelInfo | None:
        key = (provider, model)
        if key in self._infos:
            return self._infos[key]
        match = self._registry().match(f"{provider}/{model}") if model else None
        sure = match is not None and match.kind in ("exact", "alias") and match.info is not None and match.info.provider == provider
        info = match.info if sure and match is not None else None
        info = info if info is not None and info.price is not None else None
        with self._lock:
            if len(self._infos) >= _KEPT:  # model ids may come from outside
                self._infos.clear()
            self._infos[key] = info
        return info


def _thought(info: ModelInfo, answer: CompletionResponse) -> bool | None:
    """Return whether the model thought, where that has a price of its own: some count such tokens with the words."""
    if info.price is None or "thinking" not in info.price.services:
        return None
    return any(isinstance(part, Reasoning) for part in answer.content) or None


def _region(info: ModelInfo, region: str) -> str:
    """Return the region as the price list calls it: itself, its group, or `regional` for whatever is not global."""
    price = info.price
    if not region or price is None or not (price.regions or price.uplifts):
        return ""
    group = next((name for begin, name in _REGIONS.items() if region.startswith(begin)), "")
    names = (region, group, *(("regional",) if region != "global" else ()))
    return next((name for name in names if name and (name in price.regions or name in price.uplifts)), "")


def _unknown(reason: str) -> Warning:
    return Warning(kind="unknown", parameter="cost", detail=reason)
