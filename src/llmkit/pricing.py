"""Say what an answer cost, from listed prices where the provider does not tell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from llmkit.types.parts import Reasoning
from llmkit.types.reply import Reply
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost
from llmkit.types.warnings import Warning

if TYPE_CHECKING:
    from llmkit.models.registry import Registry
    from llmkit.models.usual_cost import UsualCost
    from llmkit.providers.provider import Provider
    from llmkit.types.price import Price

_KEPT = 4096
_MOST = 10**9
_REGIONS = {"us": "us", "eu": "eu", "europe": "eu"}
"""Regions begin so that belong to a group with prices of its own."""


class Listing(NamedTuple):
    """What is listed for a model: its price, and how the usual answer is priced."""

    price: Price
    as_of: str | None
    usual: UsualCost | None


class Pricing:
    """Prices answers by the registry. A model that is only nearly the one asked for never gives a price."""

    def __init__(self, registry: Callable[[], Registry]) -> None:
        self._registry = registry
        self._listings: dict[tuple[str, str], Listing | None] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Look all models up anew: the registry has changed."""
        with self._lock:
            self._listings.clear()

    def cost(
        self, provider: Provider, model: str, answer: CompletionResponse, *, at: float, region: str = ""
    ) -> tuple[Cost | None, Warning | None]:
        """Return the cost of `answer`, or why it is not known. `at` is the time of day in Unix seconds."""
        if answer.cost is not None or provider.local:
            return _told(answer.cost)
        if answer.usage is None:
            return None, _unknown("the answer tells no tokens")
        name = provider.of or provider.name
        listing = self._listing(name, model) or self._listing(name, answer.model)
        if listing is None:
            return None, _unknown(f"no price of {name}/{model} is known")
        if listing.usual is not None and (cost := listing.usual.cost(answer.usage, answer.service_tier, region)) is not None:
            return cost, None
        return _explained(listing, answer, at=at, region=region)

    def operation_cost(
        self, provider: Provider, model: str, reply: Reply, *, at: float, region: str = "", service: str = ""
    ) -> tuple[Cost | None, Warning | None]:
        """Return the cost of what is no conversation, by its tokens and its units, or why it is not known."""
        if reply.cost is not None or provider.local:
            return _told(reply.cost)
        if reply.usage is None and not reply.units:
            return None, _unknown("the answer tells nothing of what was used")
        name = provider.of or provider.name
        listing = self._listing(name, model) or self._listing(name, reply.model)
        if listing is None:
            return None, _unknown(f"no price of {name}/{model} is known")
        from llmkit.models.cost import explain

        priced = explain(
            listing.price,
            reply.usage,
            service=service,
            region=_region(listing.price, region),
            at=at,
            units=reply.units,
            variant=reply.variant,
            as_of=listing.as_of,
        )
        return (priced.cost, None) if priced.cost is not None else (None, _unknown(priced.reason))

    def _listing(self, provider: str, model: str) -> Listing | None:
        key = (provider, model)
        if key in self._listings:
            return self._listings[key]
        listing = self._looked_up(provider, model) if model else None
        with self._lock:
            if len(self._listings) >= _KEPT:  # model ids may come from outside
                self._listings.clear()
            self._listings[key] = listing
        return listing

    def _looked_up(self, provider: str, model: str) -> Listing | None:
        match = self._registry().match(f"{provider}/{model}")
        info = match.info if match.kind in ("exact", "alias") else None
        if info is None or info.price is None or info.provider != provider:
            return None
        from llmkit.models.usual_cost import usual_cost  # who gets no answer needs none of it

        return Listing(info.price, info.price_as_of, usual_cost(info.price, info.price_as_of))


def _told(cost: Cost | None) -> tuple[Cost | None, Warning | None]:
    """Return what the provider says it cost. Who says less than nothing would make room in a budget."""
    if cost is not None and not (cost.amount.is_finite() and 0 <= cost.amount < _MOST):
        return None, _unknown("the provider tells an amount that cannot be")
    return cost, None


def _explained(listing: Listing, answer: CompletionResponse, *, at: float, region: str) -> tuple[Cost | None, Warning | None]:
    from llmkit.models.cost import explain

    priced = explain(
        listing.price,
        answer.usage,
        service=answer.service_tier or "",
        region=_region(listing.price, region),
        at=at,
        thought=_thought(listing.price, answer),
        as_of=listing.as_of,
    )
    return (priced.cost, None) if priced.cost is not None else (None, _unknown(priced.reason))


def _thought(price: Price, answer: CompletionResponse) -> bool | None:
    """Return whether the model thought, where that has a price of its own: some count such tokens with the words."""
    if "thinking" not in price.services:
        return None
    return any(isinstance(part, Reasoning) for part in answer.content) or None


def _region(price: Price, region: str) -> str:
    """Return the region as the price list calls it: itself, its group, or `regional` for whatever is not global."""
    if not region or not (price.regions or price.uplifts):
        return ""
    group = next((name for begin, name in _REGIONS.items() if region.startswith(begin)), "")
    names = (region, group, *(("regional",) if region != "global" else ()))
    return next((name for name in names if name and (name in price.regions or name in price.uplifts)), "")


def _unknown(reason: str) -> Warning:
    return Warning(kind="unknown", parameter="cost", detail=reason)
