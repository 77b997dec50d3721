"""How many tokens a picture takes, by each family's own formula."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt

from llmkit.models.bare_name import bare_name
from llmkit.tokens.families import family_of
from llmkit.tokens.picture_size import Size

Formula = Callable[[Size, str | None], float]
"""From the size in pixels and the wished detail to tokens."""


def _within(size: Size, longest: float, area: float = float("inf")) -> tuple[float, float]:
    """Return `size` scaled down to an edge of at most `longest` and to an area of at most `area`."""
    width, height = size
    scale = min(1.0, longest / max(width, height), sqrt(area / (width * height)))
    return width * scale, height * scale


def _tiles(base: int, tile: int) -> Formula:
    # Fit into 2048 x 2048, the shorter edge down to 768, then tiles of 512; `low` is the base alone (vision guide, read 2026-11).
    def formula(size: Size, detail: str | None) -> float:
        if detail == "low":
            return base
        width, height = _within(size, 2048)
        scale = min(1.0, 768 / min(width, height))
        return base + tile * ceil(width * scale / 512 - 1e-9) * ceil(height * scale / 512 - 1e-9)

    return formula


def _patches(edge: int, factor: float = 1.0, most: int = 1536, least: int = 1) -> Formula:
    # Patches of `edge` pixels, scaled down to at most `most` of them (vision guide, read 2026-11; factors as charged, measured 2026-03).
    def formula(size: Size, detail: str | None) -> float:
        width, height = size
        if ceil(width / edge) * ceil(height / edge) > most:
            shrink = sqrt(most * edge**2 / (width * height))
            across, down = width * shrink / edge, height * shrink / edge
            shrink *= min(max(1, int(across)) / across, max(1, int(down)) / down)
            width, height = max(1, int(width * shrink)), max(1, int(height * shrink))
        return factor * max(least, min(most, ceil(width / edge) * ceil(height / edge)))

    return formula


def _blocks(longest: int, most: int) -> Formula:
    # Blocks of 28 x 28 pixels after scaling down to the native resolution (vision guide, read 2026-11).
    def formula(size: Size, detail: str | None) -> float:
        width, height = _within(size, longest, most * 784)
        return min(most, ceil(width / 28) * ceil(height / 28))

    return formula


def _crops(size: Size, detail: str | None) -> float:
    # 258 tokens up to 384 x 384; larger pictures are cut into crops of an edge between 256 and 768 (token guide, read 2026-11).
    width, height = size
    if max(size) <= 384:
        return 258
    crop = max(256, min(768, int(min(width, height) / 1.5)))
    return 258 * min(ceil(width / crop) * ceil(height / crop), 64)


_LEVELS = {"low": 280, "medium": 560, "high": 1120, "ultra_high": 2240}


def _budget(size: Size, detail: str | None) -> float:
    # A budget by the wished resolution; `high` is the default for pictures (media resolution guide, read 2026-11).
    return _LEVELS.get(detail or "", 1120)


def _whole(tokens: int) -> Formula:
    return lambda size, detail: tokens


def _square_tiles(edge: int, tokens: int, most: int) -> Formula:
    # The picture as a whole and, where it is larger than one tile, its tiles too (model cards, read 2026-11).
    def formula(size: Size, detail: str | None) -> float:
        tiles = min(most, ceil(size[0] / edge) * ceil(size[1] / edge))
        return tokens * (tiles + (tiles > 1))

    return formula


_QWEN, _QWEN_3 = _patches(28, most=16_384, least=4), _patches(32, most=16_384, least=4)
_SHARP = _patches(32, 1.2, 2500)
FORMULAS: tuple[tuple[str, Formula], ...] = (
    ("gpt-4", _tiles(85, 170)),
    ("gpt-4o-mini", _tiles(2833, 5667)),
    ("gpt-4.1-mini", _patches(32, 1.62)),
    ("gpt-4.1-nano", _patches(32, 2.46)),
    ("chatgpt-4o", _tiles(85, 170)),
    ("o1", _tiles(75, 150)),
    ("o3", _tiles(75, 150)),
    ("o4-mini", _patches(32, 1.72)),
    ("codex-mini", _patches(32, 1.72)),
    ("computer-use", _tiles(65, 129)),
    ("gpt-5", _tiles(70, 140)),
    ("gpt-5-mini", _patches(32, 1.2)),
    ("gpt-5-nano", _patches(32, 1.5)),
    ("gpt-5.2", _patches(32, 1.2)),
    ("gpt-5.3", _patches(32, 1.2)),
    ("gpt-5.4", _SHARP),
    ("gpt-5.5", _SHARP),
    ("gpt-5.6", _SHARP),
    ("gpt-6", _SHARP),
)
"""By the beginning of the model's name; the longest wins."""
BY_FAMILY: dict[str, Formula] = {
    **dict.fromkeys(("claude-3", "claude-4", "claude-4.5"), _blocks(1568, 1568)),
    **dict.fromkeys(("claude-4.7", "claude-5"), _blocks(2576, 4784)),
    **dict.fromkeys(("gemini-2", "gemini-2.5"), _crops),
    "gemini-3": _budget,
    **dict.fromkeys(("gemma-3", "gemma-4"), _whole(256)),
    "mistral": _patches(28, most=3025),
    "llama-3": _square_tiles(560, 1601, 4),
    "llama-4": _square_tiles(336, 144, 16),
    **dict.fromkeys(("qwen", "qwen-3"), _QWEN),
    "qwen-3.5": _QWEN_3,
    "glm": _QWEN,
    "kimi": _QWEN,
    # 448 x 448 tiles of 256 tokens, at most 6, and the whole (documentation of image understanding, read 2026-11).
    **dict.fromkeys(("grok-3", "grok-4"), _square_tiles(448, 256, 6)),
}
UNSEEN: Size = (1024, 1024)
"""The size that is assumed where it cannot be read: a picture by address, or a format whose head we do not know."""
_OTHER = _patches(28)


def picture_tokens(model: str, size: Size, detail: str | None) -> int:
    """Return the tokens of a picture of `size` for `model`."""
    name = bare_name(model)
    known = max((row for row in FORMULAS if name.startswith(row[0])), key=lambda row: len(row[0]), default=None)
    formula = known[1] if known is not None else BY_FAMILY.get(family_of(model), _OTHER)
    return ceil(formula(size, detail))
