"""Listed prices, as a budget needs them: the most that a call can cost before it is made, and what it did cost after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Protocol

from llmkit.metering.wanted import Wanted
from llmkit.metering.worst_price import WorstPrice
from llmkit.models.cost import explain
from llmkit.models.installed import best_path
from llmkit.models.registry import Registry
from llmkit.types.model_info import Match, ModelInfo
from llmkit.types.usage import Usage

_KEPT = 2048
_UNSAID = Wanted()


class Prices(Protocol):
    """What a model costs. Own prices are an object with these two methods."""

    def most(self, model: str, wanted: Wanted, /) -> int | None:
        """Return the most that a call which wants so much can cost, in micro-dollars; None: not known."""
        ...

    def cost(self, model: str, usage: Usage | None, at: float, wanted: Wanted = ..., /) -> Decimal | None:
        """Return what `usage` costs in dollars; None: not known. What is billed by the piece stands in `wanted`."""
        ...


class ListedPrices:
    """The registry's prices; `models` (`ModelInfo`s) stand above them. `assumed` is the longest answer of a model that lists none."""

    def __init__(self, models: Iterable[ModelInfo] = (), *, assumed: int = 16_384) -> None:
        self._own = tuple(models)
        self._assumed = assumed
        self._match: Callable[[str], Match] | None = None
        self._ready: dict[tuple[str, str, frozenset[str]], tuple[ModelInfo, WorstPrice]] = {}
        self._lock = threading.Lock()

    def join(self, match: Callable[[str], Match]) -> None:
        """Ask `match` instead of a registry of our own, where no models were given: a client has facts of its user's on top."""
        if not self._own:
            self._match = match

    def most(self, model: str, wanted: Wanted, /) -> int | None:
        """Return the most that a call can cost."""
        info = self._info(model)
        if info is None or info.price is None or info.price.currency != "USD":
            return None
        key = (model, wanted.service, wanted.kinds)
        ready = self._ready.get(key)
        if ready is None or ready[0] is not info:  # another registry may have been fetched
            ready = (info, WorstPrice(info, info.price, wanted.service, wanted.kinds, self._assumed))
            with self._lock:
                if len(self._ready) >= _KEPT:  # model ids may come from outside
                    self._ready.clear()
                self._ready[key] = ready
        return ready[1].most(wanted)

    def cost(self, model: str, usage: Usage | None, at: float, wanted: Wanted = _UNSAID, /) -> Decimal | None:
        """Return what `usage` costs."""
        info = self._info(model)
        if info is None or info.price is None:
            return None
        priced = {unit: count for unit, count in wanted.units.items() if unit in info.price.units or unit in info.price.variants}
        for service in dict.fromkeys(
            (wanted.service, "")
        ):  # a tier that is asked for and not listed costs the plain rates, as far as is known
            found = explain(info.price, usage, service=service, at=at, units=priced, variant=wanted.variant, as_of=info.price_as_of).cost
            if found is not None:
                return found.usd
        return None

    def _info(self, model: str) -> ModelInfo | None:
        match = (self._match or self._opened())(model)
        return match.info if match.kind in ("exact", "alias") else None

    def _opened(self) -> Callable[[str], Match]:
        with self._lock:
            if self._match is None:
                registry = Registry(best_path())
                registry.put(self._own)
                self._match = registry.match
            return self._match
