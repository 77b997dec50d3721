"""Price what is not counted in tokens: pictures, seconds, pages, searches, characters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from llmkit.models.billing import MILLIONTH
from llmkit.models.services import Unpriced
from llmkit.types.price import Price
from llmkit.types.usage import Usage

_MILLION = {"characters_in", "characters"}
"""Priced by the million."""
_MADE = frozenset({"image", "megapixel", "pixel", "second", "video", "characters"})
_GIVEN = frozenset({"characters_in", "page", "thousand_pages"})
_OF_KIND = {
    "image_in": "image_in",
    "pixel_in": "image_in",
    "second_in": "audio_in",
    "audio_second_in": "audio_in",
    "hour_in": "audio_in",
    "video_second_in": "video_in",
}
_FILM = {"video": "second", "second": "video"}
"""The same film told twice: no list has both (all that are known, 2026-11-23)."""
_SIZE = re.compile(r"(\d+)\s*(?:-x-|[x×*_:])\s*(\d+)$")
_PLAIN_WORDS = frozenset({"standard"})
_LINES = {"2160p": "4k"}


def unit_costs(
    price: Price, units: Mapping[str, int | float | Decimal], usage: Usage | None, variant: str, size: str
) -> dict[str, Decimal]:
    """Return what each unit costs, requests by the `size` of their context. Raises `Unpriced` for one that was used and has no price.

    Many lists tell the same thing twice: a picture by the piece and by its tokens. What tokens have paid for is left out here.
    A list with a fee by the request has it once for each call.
    """
    used = units if "request" in units or not by_request(price) else {**units, "request": 1}
    found: dict[str, Decimal] = {}
    for unit, count in used.items():
        if count and not _paid_in_tokens(unit, price, usage) and not _told_otherwise(unit, price, used):
            found[unit] = _times(unit_price(price, unit, size if unit == "request" else variant), count, unit)
    return found


def by_request(price: Price) -> bool:
    """Tell whether each call has a fee."""
    return "request" in price.units or "request" in price.variants


def unit_price(price: Price, unit: str, variant: str = "") -> Decimal:
    """Return the price of one `unit`, in the size, quality or resolution `variant`. Raises `Unpriced`."""
    variants = price.variants.get(unit)
    if variants:
        found = _variant(variants, variant)
        if found is not None:
            return found
        if variant:
            raise Unpriced(f"no price is listed for {unit} as {variant!r}; known are {', '.join(sorted(variants))}")
    plain = price.units.get(unit)
    if plain is None:
        raise Unpriced(f"no price is listed for {unit}")
    return plain


def _paid_in_tokens(unit: str, price: Price, usage: Usage | None) -> bool:
    if usage is None:
        return False
    rates = price.rates
    if unit in _MADE:
        return usage.output > 0 and any(rates.get(rate) for rate in ("output", "image_out", "audio_out", "video_out"))
    if unit in _GIVEN:
        return usage.input > 0 and bool(rates.get("input"))
    kind = _OF_KIND.get(unit)
    return kind is not None and usage.input > 0 and bool(rates.get(kind))


def _told_otherwise(unit: str, price: Price, used: Mapping[str, int | float | Decimal]) -> bool:
    """Tell whether a film is priced by its other measure: by its seconds where not by the piece, and the other way round."""
    other = _FILM.get(unit)
    return other is not None and bool(used.get(other)) and not _listed(unit, price) and _listed(other, price)


def _listed(unit: str, price: Price) -> bool:
    return unit in price.units or unit in price.variants


def _times(price: Decimal, count: int | float | Decimal, unit: str) -> Decimal:
    number = Decimal(repr(count)) if isinstance(count, float) else Decimal(count)
    return price * number * MILLIONTH if unit in _MILLION else price * number


def _variant(variants: Mapping[str, Decimal], asked: str) -> Decimal | None:
    """Return the price of a variant however it is spelled: `1024x1024`, `1024-x-1024`, `1280_720`, `720p`, `hd/1024x1792`."""
    if asked in variants:
        return variants[asked]
    wanted = _words(asked)
    found = _alike(variants, wanted)
    if found is None and not any(_SIZE.match(word) or word[:1].isdigit() for word in wanted):
        found = _alike(variants, wanted | {"default"})  # a quality alone, or nothing: of the usual size
    return found


def _alike(variants: Mapping[str, Decimal], wanted: frozenset[str]) -> Decimal | None:
    for plain in (frozenset[str](), _PLAIN_WORDS):
        prices = {price for name, price in variants.items() if _same(_words(name) - plain, wanted - plain)}
        if len(prices) == 1:
            return prices.pop()
    return None


def _words(spelled: str) -> frozenset[str]:
    return frozenset([_canonical(word) for word in re.split(r"[/,;\s]+", spelled.lower().replace(" x ", "x")) if word])


def _canonical(word: str) -> str:
    size = _SIZE.match(word)
    return f"{size[1]}x{size[2]}" if size else word


def _same(listed: frozenset[str], wanted: frozenset[str]) -> bool:
    return listed == wanted or {_lines(word) for word in listed} == {_lines(word) for word in wanted}


def _lines(word: str) -> str:
    """Return a film's size by its lines, as most lists do: 1280x720 and 720x1280 are 720p."""
    size = _SIZE.match(word)
    lines = f"{min(int(size[1]), int(size[2]))}p" if size and size[1] != size[2] else word
    return _LINES.get(lines, lines)
