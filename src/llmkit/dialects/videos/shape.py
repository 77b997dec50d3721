"""How large a film is: pixels, shape and lines said in each other's words."""

from __future__ import annotations

from fractions import Fraction

from llmkit.types.video import VideoRequest

_LINES = {"480p": 480, "540p": 540, "720p": 720, "768p": 768, "1080p": 1080, "2k": 1440, "4k": 2160, "2160p": 2160, "1440p": 1440}
_RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9", "9:21", "3:2", "2:3", "5:4", "4:5")


def pixels_of(request: VideoRequest, usual: str | None = None) -> tuple[int, int] | None:
    """Return width and height: of `size`, or of shape and lines, with `usual` lines (`720p`) where only the shape is told."""
    if request.size is not None:
        width, _, height = request.size.partition("x")
        return int(width), int(height)
    lines = _LINES.get((request.resolution or (usual if request.aspect_ratio else None) or "").lower())
    ratio = _fraction(request.aspect_ratio or "16:9")
    if lines is None or ratio is None:
        return None
    long = round(lines * max(ratio, 1 / ratio) / 2) * 2
    return (long, lines) if ratio >= 1 else (lines, long)


def ratio_of(request: VideoRequest) -> str | None:
    """Return the shape as `16:9`: the nearest usual name of a size's."""
    if request.aspect_ratio is not None or request.size is None:
        return request.aspect_ratio
    width, _, height = request.size.partition("x")
    shape = Fraction(int(width), int(height))
    return min(_RATIOS, key=lambda name: abs(float((_fraction(name) or shape) / shape) - 1))


def resolution_of(request: VideoRequest) -> str | None:
    """Return the lines as `720p`: the shorter side of a size."""
    if request.resolution is not None or request.size is None:
        return request.resolution
    width, _, height = request.size.partition("x")
    return f"{min(int(width), int(height))}p"


def variant_of(request: VideoRequest) -> str:
    """Return what price lists go by."""
    return (request.size or request.resolution or "").lower()


def _fraction(ratio: str) -> Fraction | None:
    wide, _, high = ratio.partition(":")
    try:
        return Fraction(wide) / Fraction(high)
    except (ValueError, ZeroDivisionError):
        return None
