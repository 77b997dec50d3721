"""Sizes and ratios of pictures: one said in the words of the other, where a format has only these."""

from __future__ import annotations

import re
from math import gcd, sqrt

from llmkit.errors import InvalidRequest
from llmkit.types.image import ImageRequest
from llmkit.types.warnings import Warning

_SIZE = re.compile(r"(\d{1,5})\s*[xX×*:]\s*(\d{1,5})")
AREA = 1024 * 1024


def pixels(size: str) -> tuple[int, int] | None:
    """Return width and height of `WIDTHxHEIGHT`; None for a word such as `auto`. Raises `InvalidRequest` for zero."""
    found = _SIZE.fullmatch(size.strip())
    if found is None:
        return None
    width, height = int(found[1]), int(found[2])
    if not width or not height:
        raise InvalidRequest(f"size {size!r} has a side of no length.", parameter="size")
    return width, height


def needs_pixels(size: str) -> tuple[int, int]:
    """Return width and height. Raises `InvalidRequest` for a word."""
    found = pixels(size)
    if found is None:
        raise InvalidRequest(f"size must be WIDTHxHEIGHT such as 1024x1024, not {size!r}.", parameter="size")
    return found


def ratio_of(size: str) -> str:
    """Return the ratio of a size in lowest terms: `16:9` of `1920x1080`."""
    width, height = needs_pixels(size)
    whole = gcd(width, height)
    return f"{width // whole}:{height // whole}"


def size_of(ratio: str, step: int = 64, area: int = AREA) -> str:
    """Return a size of about `area` pixels in `ratio`, its sides multiples of `step`."""
    width, _, height = ratio.partition(":")
    share = float(width) / float(height)
    wide = max(step, round(sqrt(area * share) / step) * step)
    high = max(step, round(sqrt(area / share) / step) * step)
    return f"{wide}x{high}"


def by_ratio(request: ImageRequest, warnings: list[Warning]) -> ImageRequest:
    """Return the request with the ratio of its size, for formats that know ratios alone."""
    if request.size is None or request.aspect_ratio is not None or pixels(request.size) is None:
        return request
    ratio = ratio_of(request.size)
    warnings.append(Warning(kind="emulated", parameter="size", detail=f"sent as the ratio {ratio}: the model chooses the pixels"))
    return request.replace(size=None, aspect_ratio=ratio)


def by_size(request: ImageRequest, warnings: list[Warning], step: int = 64, area: int = AREA) -> ImageRequest:
    """Return the request with a size of its ratio, for formats that know sizes alone."""
    if request.aspect_ratio is None or request.size is not None or ":" not in request.aspect_ratio:
        return request
    size = size_of(request.aspect_ratio, step, area)
    warnings.append(Warning(kind="emulated", parameter="aspect_ratio", detail=f"sent as the size {size}"))
    return request.replace(size=size, aspect_ratio=None)
