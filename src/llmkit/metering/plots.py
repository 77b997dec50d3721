"""Draw plots as SVG inside HTML: shapes are stretched to the screen, words stay words. Everything that is not ours is escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from llmkit.metering.digest import Series

Write = Callable[[float], str]
COLOURS = 9
_TICKS = (1.0, 2.0, 2.5, 5.0, 10.0)


class Bar(NamedTuple):
    """A line of a list of bars. `from_` and `mark` are for ranges: where the bar begins, and where a line stands."""

    name: str
    value: float
    text: str
    from_: float = 0.0
    mark: float | None = None


def shown(text: str) -> str:
    """Return `text` as HTML, whatever is in it: letters that are not to be seen, or turn the line round, are shown as a box."""
    return escape("".join([letter if letter.isprintable() else "\ufffd" for letter in text]), quote=True)


def name(text: str) -> str:
    """Return a name, kept apart from the text around it where it is written from right to left."""
    return f"<bdi>{shown(text)}</bdi>"


def stacked(title: str, columns: Sequence[str], series: Sequence[Series], write: Write) -> str:
    """Return columns of stacked parts with axis, legend, and the same figures as a table."""
    if not columns or not series:
        return '<p class="none">Nothing to show.</p>'
    sums = [sum([max(0.0, float(one.values[place])) for one in series]) for place in range(len(columns))]
    top = ceiling(max(sums))
    rectangles = "".join([_column(place, column, series, write, top) for place, column in enumerate(columns)])
    largest = max(range(len(columns)), key=sums.__getitem__)
    span = f"{len(columns)} columns from {columns[0]} to {columns[-1]}"
    told = f"{title}: {span}; the highest is {columns[largest]} with {write(sums[largest])}."
    lines = "".join([f'<line x1="0" x2="{len(columns)}" y1="{y}" y2="{y}"/>' for y in (0, 25, 50, 75, 100)])
    ticks = "".join([f"<span>{shown(write(top * share))}</span>" for share in (1, 0.75, 0.5, 0.25, 0)])
    middle = [columns[len(columns) // 2]] if len(columns) > 2 else []
    ends = [columns[0], *middle, *([columns[-1]] if len(columns) > 1 else [])]
    return (
        f'<div class="plot"><div class="ticks" aria-hidden="true">{ticks}</div>'
        f'<svg role="img" viewBox="0 0 {len(columns)} 100" preserveAspectRatio="none" aria-label="{shown(told)}">'
        f'<g class="grid">{lines}</g>{rectangles}</svg>'
        f'<div class="ends" aria-hidden="true">{"".join([f"<span>{shown(end)}</span>" for end in ends])}</div></div>'
        f"{_legend(series)}{_figures(columns, series, write)}"
    )


def _column(place: int, column: str, series: Sequence[Series], write: Write, top: float) -> str:
    """Return one column, with its figures where a pointer rests on it."""
    parts, words, height = "", [column], 0.0
    for index, one in enumerate(series):
        value = float(one.values[place])
        if value <= 0:
            continue
        tall = value / top * 100
        parts += f'<rect class="c{index % COLOURS}" x="{place + 0.1:g}" width="0.8" y="{100 - height - tall:.3f}" height="{tall:.3f}"/>'
        words.append(f"{one.name}: {write(value)}")
        height += tall
    return f"<g><title>{shown('; '.join(words))}</title>{parts}</g>" if parts else ""


def _legend(series: Sequence[Series]) -> str:
    items = [f"<li>{swatch(index)} {name(one.name)}</li>" for index, one in enumerate(series)]
    return f'<ul class="legend">{"".join(items)}</ul>'


def swatch(index: int) -> str:
    """Return a small square in the colour of a series."""
    colour = index % COLOURS
    return f'<svg class="swatch" viewBox="0 0 1 1" aria-hidden="true"><rect class="c{colour}" width="1" height="1"/></svg>'


def _figures(columns: Sequence[str], series: Sequence[Series], write: Write) -> str:
    rows = [[column, *[write(float(one.values[place])) for one in series]] for place, column in enumerate(columns)]
    return f"<details><summary>As a table</summary>{table(['', *[one.name for one in series]], rows)}</details>"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first column is names."""
    head = "".join([f'<th scope="col">{name(title)}</th>' for title in titles])
    body = "".join(
        [f'<tr><th scope="row">{name(row[0])}</th>{"".join([f"<td>{shown(cell)}</td>" for cell in row[1:]])}</tr>' for row in rows]
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Return a list of bars with their words beside them."""
    if not rows:
        return '<p class="none">Nothing to show.</p>'
    top = max([max(row.value, row.mark or 0.0) for row in rows]) or 1.0
    lines = "".join(
        [f'<li><span class="name">{name(row.name)}</span>{_bar(row, top)}<span class="text">{shown(row.text)}</span></li>' for row in rows]
    )
    return f'<ul class="bars" aria-label="{shown(title)}">{lines}</ul>'


def _bar(row: Bar, top: float) -> str:
    begin, end = row.from_ / top * 100, max(0.0, row.value) / top * 100
    mark = "" if row.mark is None else f'<rect class="mark" x="{max(0.0, row.mark / top * 100 - 0.5):.2f}%" width="1%" height="100%"/>'
    wide = max(0.4, end - begin) if row.value > 0 else 0
    return f'<svg class="bar" aria-hidden="true"><rect class="c0" x="{begin:.2f}%" width="{wide:.2f}%" height="100%"/>{mark}</svg>'


def ceiling(value: float) -> float:
    """Return the round number that an axis up to `value` ends with."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _TICKS if step * power >= value * (1 - 1e-9))
