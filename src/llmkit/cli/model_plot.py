"""Draw models by price and context."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmkit.cli.listed_prices import input_cell, output_cell
from llmkit.models.search import blend

if TYPE_CHECKING:
    from llmkit.types.model_info import ModelInfo

__all__ = ["plot"]

_WIDTH, _HEIGHT = 80, 24
"""The size of a chart that goes into a pipe."""
_FEW = 20


def plot(infos: Sequence[ModelInfo]) -> None:
    """Draw a bar for each of a few models, or many as a cloud; what cannot be drawn is counted."""
    from llmkit.cli.notices import note
    from llmkit.cli.screen import columns, rows

    width, height = (columns() or _WIDTH) - 1, (rows() or _HEIGHT) - 2
    priced = [info for info in infos if blend(info) is not None]
    if len(priced) <= min(_FEW, height - 2):
        lines = _bars(priced, width)
        missing = _missing(len(infos) - len(priced), "without a known price per token in USD")
    else:
        drawn = [info for info in priced if blend(info) and info.context_window]
        lines = _cloud(drawn, width, height)
        free = sum(1 for info in priced if not blend(info))
        without = len(infos) - len(drawn) - free
        missing = [*_missing(free, "free"), *_missing(without, "without known context or price per token in USD")]
    print("\n".join(lines) if lines else "nothing to draw")
    if missing:
        note(f"not drawn: {', '.join(missing)}")


def _missing(count: int, why: str) -> list[str]:
    return [f"{count:,} {why}"] if count else []


def _bars(infos: Sequence[ModelInfo], width: int) -> list[str]:
    from llmkit.cli.charts import Bar, bars
    from llmkit.cli.screen import style

    rows = [Bar(info.model, float(blend(info) or 0), f"{input_cell(info)} in, {output_cell(info)} out") for info in infos]
    title = style("three parts input and one part output, USD per million tokens", "bold")
    return [title, *bars(rows, width)] if rows else []


def _cloud(infos: Sequence[ModelInfo], width: int, height: int) -> list[str]:
    from llmkit.cli.amounts import short_count
    from llmkit.cli.charts import Point, Scale, scatter

    points = [Point(float(info.context_window or 0), float(blend(info) or 0), _maker(info)) for info in infos]
    return scatter(
        points,
        width,
        height,
        Scale("context window, tokens", lambda value: short_count(round(value))),
        Scale(f"USD per million tokens, three parts input and one part output; {len(points):,} models", lambda value: f"${value:g}"),
    )


def _maker(info: ModelInfo) -> str:
    return info.base_model.partition("/")[0] or info.provider
