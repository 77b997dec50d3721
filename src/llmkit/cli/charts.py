"""Draw in a terminal: bars, a cloud of points on two logarithmic scales, a line of a few cells. ASCII where the encoding has no more."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from llmkit.cli.screen import clipped, padded, style, unicode_or, width_of
from llmkit.cli.terminal_text import one_line

__all__ = ["Bar", "Point", "Scale", "bars", "scatter", "sparkline"]

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_STEPS = "▁▂▃▄▅▆▇█"
_PLAIN_STEPS = "_.-=*#"
_DENSITY = ".:oO@"
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a braille character, by row and column of its dots."""
_COLOURS = ("cyan", "yellow", "green", "magenta", "red", "blue")
_STEPS_OF_TEN = (1, 2, 5)


class Bar(NamedTuple):
    """A line of a bar chart. `value` None: not known, and `text` says so."""

    label: str
    value: float | None
    text: str


class Point(NamedTuple):
    """A point of a cloud; those of one `series` have one colour."""

    x: float
    y: float
    series: str = ""


class Scale(NamedTuple):
    """An axis: its title, and how its numbers are written."""

    title: str
    write: Callable[[float], str]


def bars(rows: Sequence[Bar], width: int) -> list[str]:
    """Return a line for each row: label, bar, words. Lengths are in proportion to the values."""
    if not rows:
        return []
    labels = [one_line(row.label) for row in rows]
    texts = [one_line(row.text) for row in rows]
    text_room = min(max(width_of(text) for text in texts), max(8, width // 2))
    label_room = min(max(width_of(label) for label in labels), max(8, width - text_room - 4 - max(8, width // 5)))
    room = max(1, width - label_room - text_room - 4)
    most = max((row.value or 0.0 for row in rows), default=0.0)
    lines = []
    for row, label, text in zip(rows, labels, texts, strict=True):
        bar = _bar(0.0 if row.value is None or most <= 0 else row.value / most, room)
        name = padded(clipped(label, label_room), label_room)
        words = padded(clipped(text, text_room), text_room, right=True)
        lines.append(f"{name}  {style(bar, 'cyan')}{' ' * (room - width_of(bar))}  {words}")
    return lines


def _bar(share: float, room: int) -> str:
    """Return a bar of a share of `room`; what is more than nothing is seen."""
    if share <= 0:
        return ""
    if not unicode_or(_EIGHTHS, ""):
        return "#" * max(1, round(share * room))
    whole, rest = divmod(max(1, round(share * room * 8)), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def sparkline(values: Sequence[float]) -> str:
    """Return the course of `values` as one cell each, from the least to the most."""
    if not values:
        return ""
    steps = unicode_or(_STEPS, _PLAIN_STEPS)
    low, high = min(values), max(values)
    if high == low:
        return steps[0] * len(values)
    return "".join([steps[round((value - low) / (high - low) * (len(steps) - 1))] for value in values])


def scatter(points: Sequence[Point], width: int, height: int, x: Scale, y: Scale) -> list[str]:
    """Return a chart of `width` by `height` cells on logarithmic scales; all coordinates are above 0."""
    if not points:
        return []
    series = [name for name, _ in Counter(point.series for point in points if point.series).most_common(len(_COLOURS))]
    colours = dict(zip(series, _COLOURS, strict=False))
    legend = _legend(colours, width)
    x_axis, y_axis = _Axis([point.x for point in points]), _Axis([point.y for point in points])
    deep = max(3, height - 4 - len(legend))
    names = {_row(y_axis.place(value), deep): y.write(value) for value in y_axis.ticks(max(2, deep // 2))}
    margin = max(width_of(name) for name in names.values())
    broad = max(8, width - margin - 2)
    canvas = _Canvas(broad, deep)
    for point in points:
        canvas.dot(x_axis.place(point.x), y_axis.place(point.y), point.series)
    corner, across, up, tick = tuple(unicode_or("└─│┤", "+-||"))
    lines = [style(y.title, "bold")]
    lines += [f"{names.get(row, '').rjust(margin)} {tick if row in names else up}{canvas.line(row, colours)}" for row in range(deep)]
    lines.append(f"{' ' * margin} {corner}{across * broad}")
    lines.append(" " * (margin + 2) + _tick_line(x_axis, x, broad))
    lines.append(style(x.title.rjust(width), "bold"))
    return [*lines, *legend]


def _legend(colours: dict[str, str], width: int) -> list[str]:
    """Return which colour is whose; without colours there is nothing to tell."""
    mark = unicode_or("●", "*")
    names: list[str] = []
    for name, colour in colours.items():
        if (shown := style(mark, colour)) == mark:
            return []
        if sum(width_of(one_line(other)) + 4 for other in (*list(colours)[: len(names)], name)) <= width:
            names.append(f"{shown} {one_line(name)}")
    return ["  ".join(names)] if len(colours) > 1 else []


class _Axis:
    """A logarithmic axis from the least to the greatest of `values`."""

    def __init__(self, values: Sequence[float]) -> None:
        self._low, self._high = math.log10(min(values)), math.log10(max(values))
        if self._high - self._low < 0.3:  # One value alone stands in the middle.
            middle = (self._low + self._high) / 2
            self._low, self._high = middle - 0.3, middle + 0.3

    def place(self, value: float) -> float:
        """Return where `value` is, from 0 to 1."""
        return (math.log10(value) - self._low) / (self._high - self._low)

    def ticks(self, most: int) -> list[float]:
        """Return round numbers inside, at most about `most`."""
        powers = range(math.floor(self._low), math.ceil(self._high) + 1)
        for steps in (_STEPS_OF_TEN, (1, 3), (1,)):
            found = [step * 10.0**power for power in powers for step in steps if self._low <= math.log10(step * 10.0**power) <= self._high]
            if len(found) <= most:
                break
        return found[:: math.ceil(len(found) / most)] if found else [10.0**self._low]


class _Canvas:
    """Cells of two by four dots, with the series in each."""

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._bits: Counter[tuple[int, int]] = Counter()
        self._counts: Counter[tuple[int, int]] = Counter()
        self._series: dict[tuple[int, int], Counter[str]] = {}
        self._braille = bool(unicode_or("⣿", ""))

    def dot(self, x: float, y: float, series: str) -> None:
        """Set the dot at `x` and `y`, from 0 to 1 to the right and up."""
        right = round(x * (self._width * 2 - 1))
        down = round((1 - y) * (self._height * 4 - 1))
        cell = (down // 4, right // 2)
        self._bits[cell] |= _DOTS[down % 4][right % 2]
        self._counts[cell] += 1
        self._series.setdefault(cell, Counter())[series] += 1

    def line(self, row: int, colours: dict[str, str]) -> str:
        """Return one row of cells."""
        return "".join([self._cell((row, column), colours) for column in range(self._width)]).rstrip()

    def _cell(self, cell: tuple[int, int], colours: dict[str, str]) -> str:
        count = self._counts[cell]
        if not count:
            return " "
        char = chr(0x2800 + self._bits[cell]) if self._braille else _DENSITY[min(len(_DENSITY) - 1, int(math.log2(count)))]
        colour = colours.get(self._series[cell].most_common(1)[0][0])
        return char if colour is None else style(char, colour)


def _row(place: float, height: int) -> int:
    return round((1 - place) * (height * 4 - 1)) // 4


def _tick_line(axis: _Axis, scale: Scale, width: int) -> str:
    line = [" "] * width
    end = -1
    for value in axis.ticks(max(2, width // 9)):
        name = scale.write(value)
        start = min(max(0, round(axis.place(value) * (width - 1)) - len(name) // 2), width - len(name))
        if start > end:
            line[start : start + len(name)] = name
            end = start + len(name)
    return "".join(line).rstrip()
