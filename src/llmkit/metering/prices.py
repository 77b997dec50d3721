"""Listed prices, as a budget needs them: the most that a call can cost before it is made, and what counted tokens cost after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Protocol

from llmkit.metering.money import micro_up
from llmkit.models.cost import explain
from llmkit.models.installed import best_path
from llmkit.models.registry import Registry
from llmkit.types.model_info import Match, ModelInfo
from llmkit.types.price import Price, RateCard
from llmkit.types.usage import Usage

_INPUT = ("input", "image_in", "audio_in", "video_in")
_WRITES = ("cache_write", "cache_write_1h", "cache_write_12h")
_OUTPUT = ("output", "reasoning")


class Prices(Protocol):
    """What a model costs. Own prices are an object with these two methods."""

    def most(self, model: str, tokens: int, output: int | None, *, kinds: frozenset[str], service: str) -> int | None:
        """Return the most that a call can cost in micro-dollars; None: not known.

        `tokens` go in, at most `output` come out (None: as many as the model can). `kinds` of the input that may have prices of their
        own: `image`, `audio`, `video`, `cache`.
        """
        ...

    def cost(self, model: str, usage: Usage, at: float) -> Decimal | None:
        """Return what `usage` costs in dollars; None: not known."""
        ...


class ListedPrices:
    """The registry's prices; `models` (`ModelInfo`s) stand above them. `assumed` is the longest answer of a model that lists none."""

    def __init__(self, models: Iterable[ModelInfo] = (), *, assumed: int = 16_384) -> None:
        self._own = tuple(models)
        self._assumed = assumed
        self._match: Callable[[str], Match] | None = None
        self._lock = threading.Lock()

    def join(self, match: Callable[[str], Match]) -> None:
        """Ask `match` instead of a registry of our own, where no models were given: a client has facts of its user's on top."""
        if not self._own:
            self._match = match

    def most(self, model: str, tokens: int, output: int | None, *, kinds: frozenset[str], service: str) -> int | None:
        """Return the most that a call can cost."""
        info = self._info(model)
        if info is None or info.price is None or info.price.currency != "USD":
            return None
        rates = _rates(info.price, service, tokens)
        highest_in = _highest(rates, ("input", *[rate for rate in _INPUT[1:] if rate.partition("_")[0] in kinds]))
        if "cache" in kinds and highest_in is not None:
            highest_in = max(highest_in, _highest(rates, _WRITES) or highest_in)
        highest_out = _highest(rates, _OUTPUT)
        if highest_in is None or highest_out is None:
            return None
        longest = output or info.max_output or self._assumed
        factor = max([Decimal(1), *info.price.uplifts.values()])
        return micro_up((tokens * highest_in + longest * highest_out) * factor / 1_000_000)

    def cost(self, model: str, usage: Usage, at: float) -> Decimal | None:
        """Return what `usage` costs."""
        info = self._info(model)
        if info is None or info.price is None:
            return None
        cost = explain(info.price, usage, at=at, as_of=info.price_as_of).cost
        return None if cost is None else cost.usd

    def _info(self, model: str) -> ModelInfo | None:
        match = self._known()(model)
        return match.info if match.kind in ("exact", "alias") else None

    def _known(self) -> Callable[[str], Match]:
        with self._lock:
            if self._match is None:
                registry = Registry(best_path())
                registry.put(self._own)
                self._match = registry.match
            return self._match


def _rates(price: Price, service: str, tokens: int) -> Mapping[str, Decimal]:
    """Return the rates that hold; a list of another way to be served says only what differs."""
    cards: list[RateCard] = [price, *([price.services[service]] if service in price.services else [])]
    rates: dict[str, Decimal] = {}
    for card in cards:
        rates.update(card.rates)
        for tier in card.tiers:
            if tokens > tier.above:
                rates.update(tier.rates)
    return rates


def _highest(rates: Mapping[str, Decimal], names: Iterable[str]) -> Decimal | None:
    return max([rates[name] for name in names if name in rates], default=None)
