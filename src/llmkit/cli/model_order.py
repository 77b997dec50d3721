"""Put models into the order in which people look for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from llmkit.cli.listed_prices import unit_price
from llmkit.models.search import blend
from llmkit.models.text_search import rank, words

if TYPE_CHECKING:
    from llmkit.types.model_info import ModelInfo

__all__ = ["DOWNWARDS", "best_first", "cheapest_first"]

DOWNWARDS = frozenset({"context", "output", "released"})
"""Where people want the largest or newest first."""


def best_first(infos: Iterable[ModelInfo], text: str | None, *, makers: Callable[[str], bool]) -> list[ModelInfo]:
    """Return the models with those first whose names fit best, then those at their makers, the newest before the older."""
    wanted = words(text)
    newest = sorted(infos, key=lambda info: info.release_date or "", reverse=True)
    return sorted(newest, key=lambda info: (rank(info, wanted) or 0 if wanted else 0, not _at_home(info, makers)))


def _at_home(info: ModelInfo, makers: Callable[[str], bool]) -> bool:
    home = info.base_model.partition("/")[0]
    return home == info.provider if home else makers(info.provider)


def cheapest_first(infos: Iterable[ModelInfo], *, backwards: bool = False) -> list[ModelInfo]:
    """Return those that are sold by tokens, then those sold by the same unit together, then what cannot be compared."""
    keyed = sorted([(_price(info), info) for info in infos], key=lambda pair: pair[1].model)
    groups = sorted({key[0] for key, _ in keyed})
    ordered: list[ModelInfo] = []
    for group in groups:
        inside = [(key, info) for key, info in keyed if key[0] == group]
        inside.sort(key=lambda pair: pair[0][1], reverse=backwards)
        ordered += [info for _, info in inside]
    return ordered


def _price(info: ModelInfo) -> tuple[Any, Decimal]:
    """Return what can be compared with one another, and the price; other money, plans and unknown prices come last in this order."""
    value = blend(info)
    if value is not None:
        return (0, ""), value
    if info.subscription or info.price is None or not info.price.known:
        return (3 if info.subscription else 4, ""), Decimal()
    money = "" if info.price.currency == "USD" else info.price.currency
    unit, amount = unit_price(info.price) or ("", (3 * (info.price.input or 0) + (info.price.output or 0)) / Decimal(4))
    return (2 if money else 1, money + unit), amount
