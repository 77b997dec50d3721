"""Draw a picture in the terminal: by the protocol it has, in half blocks of colour where it has none, not at all elsewhere."""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeAlias

from llmkit.cli.screen import columns, is_terminal, rows
from llmkit.cli.sixel import sixels

__all__ = ["Way", "draw", "half_blocks", "kitty", "way_of"]

Way: TypeAlias = Literal["kitty", "sixel", "blocks", ""]
Pixels: TypeAlias = list[list[tuple[int, int, int]]]
"""Rows of red, green and blue."""
LARGEST = 64 << 20
_CHUNK = 4096
"""Characters of one escape sequence, by the protocol (sw.kovidgoyal.net/kitty/graphics-protocol)."""
_KITTY_PROGRAMS = frozenset({"ghostty", "wezterm"})
_SIXEL_TERMS = ("foot", "mlterm", "yaft", "contour", "xterm-sixel")
_CELL = (10, 20)
"""Pixels of a cell, about, for sixels."""


def way_of(environment: Mapping[str, str]) -> Way:
    """Return how the terminal that `environment` names can show a picture; empty: it cannot.

    A terminal is not asked: one that does not know the question would wait for ever, or print it.
    """
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "").lower()
    if term in ("", "dumb", "linux") or environment.get("NO_COLOR"):
        return ""
    if environment.get("TMUX") or term.startswith(("screen", "tmux")):  # it keeps the sequences to itself
        return _coloured(environment, term)
    if "kitty" in term or environment.get("KITTY_WINDOW_ID") or program in _KITTY_PROGRAMS:
        return "kitty"
    if term.startswith(_SIXEL_TERMS):
        return "sixel"
    return _coloured(environment, term)


def _coloured(environment: Mapping[str, str], term: str) -> Way:
    many = environment.get("COLORTERM", "") in ("truecolor", "24bit") or term.endswith("-direct") or "256color" in term
    return "blocks" if many else ""


def draw(path: Path) -> None:
    """Draw the file, if a person looks on and the terminal can. Never fails: the file is there, which was what was asked for."""
    way = way_of(os.environ) if is_terminal() else ""
    if not way or path.stat().st_size > LARGEST:
        return
    for piece in _pieces(path, way):
        sys.stdout.write(piece)
    sys.stdout.flush()


def _pieces(path: Path, way: Way) -> Iterator[str]:
    data = path.read_bytes()
    width, height = columns() or 80, rows() or 24
    if way == "kitty" and data.startswith(b"\x89PNG"):
        yield from kitty(data, min(width, 60))
        return
    across, down = (min(width, 80), 2 * (height - 2)) if way != "sixel" else (min(width * _CELL[0], 800), (height - 2) * _CELL[1])
    pixels = _decoded(data, across, down)
    if pixels is None:
        return
    if way == "sixel":
        yield sixels(pixels)
    else:
        yield from half_blocks(pixels)


def kitty(png: bytes, width: int) -> Iterator[str]:
    """Give the escape sequences that show a PNG over `width` columns."""
    text = b64encode(png).decode()
    chunks = [text[begin : begin + _CHUNK] for begin in range(0, len(text), _CHUNK)]
    for number, chunk in enumerate(chunks):
        keys = f"a=T,f=100,q=2,c={width}," if number == 0 else ""
        yield f"\x1b_G{keys}m={int(number < len(chunks) - 1)};{chunk}\x1b\\"
    yield "\n"


def half_blocks(pixels: Pixels) -> Iterator[str]:
    """Give lines of half blocks: two rows of pixels in each."""
    for top, bottom in zip(pixels[::2], [*pixels[1::2], pixels[-1]] if len(pixels) % 2 else pixels[1::2], strict=True):
        cells = [_cell(above, below) for above, below in zip(top, bottom, strict=True)]
        yield "".join(cells) + "\x1b[0m\n"


def _cell(above: tuple[int, int, int], below: tuple[int, int, int]) -> str:
    return f"\x1b[38;2;{above[0]};{above[1]};{above[2]}m\x1b[48;2;{below[0]};{below[1]};{below[2]}m▀"


def _decoded(data: bytes, width: int, height: int) -> Pixels | None:
    """Return the pixels, made small enough for `width` by `height`; None without the package Pillow, or where it cannot read it."""
    try:
        pillow: Any = import_module("PIL.Image")
    except ImportError:
        return None
    from io import BytesIO

    try:
        with pillow.open(BytesIO(data)) as file:
            file.thumbnail((width, height))
            small = file.convert("RGB")
            across, down = small.size
            flat = list(small.getdata())
    except Exception:  # whatever the decoder says of the file: it is only not shown
        return None
    return [flat[row * across : (row + 1) * across] for row in range(down)]
