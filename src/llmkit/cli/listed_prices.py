"""Write listed prices for people: per million tokens, per picture or second, free, by a plan, or not known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from llmkit.cli.amounts import UNKNOWN, symbol, trimmed

if TYPE_CHECKING:
    from llmkit.types.model_info import ModelInfo
    from llmkit.types.price import Price

__all__ = ["UNIT_WORDS", "input_cell", "output_cell", "rate_cell", "rated", "unit_price"]

UNIT_WORDS = {
    "image": "image",
    "image_in": "image in",
    "megapixel": "Mpx",
    "pixel": "pixel",
    "pixel_in": "pixel in",
    "second": "s",
    "second_in": "s in",
    "session_second": "s of session",
    "audio_second_in": "s of audio in",
    "video_second_in": "s of video in",
    "video": "video",
    "page": "page",
    "page_annotation": "annotated page",
    "query": "query",
    "request": "request",
    "session": "session",
    "credit": "credit",
    "characters_in": "M chars in",
    "characters": "M chars",
    "hour_in": "h in",
    "thousand_pages": "1k pages",
    "thousand_annotated_pages": "1k annotated pages",
    "thousand_messages": "1k messages",
}
"""What a unit is called behind a slash."""
_OF_INPUT = frozenset({"query", "request", "page", "page_annotation", "thousand_pages", "thousand_annotated_pages"})


def rated(info: ModelInfo, rate: str) -> Decimal | None:
    """Return a price per million tokens; a model that is free or paid by a plan has none to compare."""
    if info.price is None or info.free or info.subscription:
        return None
    return info.price.rates.get(rate)


def unit_price(price: Price) -> tuple[str, Decimal] | None:
    """Return the first unit that the model is sold by, with its price; None: by tokens alone, or only in variants."""
    known = [unit for unit in UNIT_WORDS if unit in price.units] or list(price.units)
    paid = [unit for unit in known if price.units[unit]] or known
    return (paid[0], price.units[paid[0]]) if paid else None


def rate_cell(info: ModelInfo, rate: str) -> str:
    """Return a price per million tokens as it stands in a table."""
    price = info.price
    if info.subscription:
        return "plan"
    if info.free:
        return "free"
    value = rated(info, rate)
    if value is None or price is None:
        return UNKNOWN
    return _digits(value) if price.currency == "USD" else f"{symbol(price.currency)}{_digits(value)}"


def input_cell(info: ModelInfo) -> str:
    """Return the price of what goes in: by tokens, or by the unit it is sold by."""
    return _cell(info, "input", True)


def output_cell(info: ModelInfo) -> str:
    """Return the price of what comes out."""
    return _cell(info, "output", False)


def _cell(info: ModelInfo, rate: str, goes_in: bool) -> str:
    plain = rate_cell(info, rate)
    if plain != UNKNOWN or info.price is None:
        return plain
    unit = unit_price(info.price)
    if unit is None or (unit[0].endswith("_in") or unit[0] in _OF_INPUT) != goes_in:
        return "varies" if info.price.variants and not goes_in else UNKNOWN
    sign = "" if info.price.currency == "USD" else symbol(info.price.currency)
    return f"{sign}{_digits(unit[1])}/{UNIT_WORDS.get(unit[0], unit[0]).removesuffix(' in')}"


def _digits(value: Decimal) -> str:
    """Return an exact price with at least cents, so that points stand below one another."""
    whole, _, rest = trimmed(value).partition(".")
    return f"{int(whole):,}.{rest.ljust(2, '0')}"
