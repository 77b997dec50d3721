"""Pixels as sixels, the picture language of the VT340 (vt100.net/docs/vt3xx-gp/chapter14.html)."""

from __future__ import annotations

from itertools import groupby

__all__ = ["sixels"]

_LEVELS = 6
"""Shades of each colour: 216 colours in all, which every terminal with sixels has registers for."""


def sixels(pixels: list[list[tuple[int, int, int]]]) -> str:
    """Return the escape sequence that shows `pixels`, rows of red, green and blue."""
    indexed = [[_register(*pixel) for pixel in row] for row in pixels]
    used = sorted({index for row in indexed for index in row})
    palette = "".join([f"#{index};2;{';'.join(map(str, _percent(index)))}" for index in used])
    height, width = len(indexed), len(indexed[0]) if indexed else 0
    bands = [_band(indexed[top : top + 6]) for top in range(0, height, 6)]
    return f'\x1bPq"1;1;{width};{height}{palette}{"-".join(bands)}\x1b\\\n'


def _register(red: int, green: int, blue: int) -> int:
    return (_level(red) * _LEVELS + _level(green)) * _LEVELS + _level(blue)


def _level(value: int) -> int:
    return (value * (_LEVELS - 1) + 127) // 255


def _percent(index: int) -> tuple[int, int, int]:
    step = 100 // (_LEVELS - 1)
    return index // (_LEVELS * _LEVELS) * step, index // _LEVELS % _LEVELS * step, index % _LEVELS * step


def _band(rows: list[list[int]]) -> str:
    """Return six rows: for each colour in them one pass over the width, runs shortened."""
    passes = []
    for colour in sorted({index for row in rows for index in row}):
        columns = [sum(1 << bit for bit, row in enumerate(rows) if row[place] == colour) for place in range(len(rows[0]))]
        runs = [(chr(63 + bits), len(list(run))) for bits, run in groupby(columns)]
        passes.append(f"#{colour}" + "".join([f"!{count}{letter}" if count > 3 else letter * count for letter, count in runs]))
    return "$".join(passes)
