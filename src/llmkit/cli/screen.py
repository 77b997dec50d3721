"""What standard output is: a terminal with a width and styles, or a pipe that gets plain text."""

from __future__ import annotations

import os
import shutil
import sys

__all__ = ["clipped", "columns", "is_terminal", "padded", "rows", "style", "unicode_or", "width_of"]

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}
_COLOURS = frozenset(_CODES) - {"bold", "dim"}


def is_terminal() -> bool:
    """Return whether a person looks at standard output."""
    return sys.stdout.isatty()


def columns() -> int | None:
    """Return the width of the terminal; None for a pipe, which has none."""
    return max(20, shutil.get_terminal_size().columns) if is_terminal() else None


def rows() -> int | None:
    """Return the height of the terminal; None for a pipe."""
    return max(5, shutil.get_terminal_size().lines) if is_terminal() else None


def style(text: str, name: str) -> str:
    """Return `text` bold, dim or in a colour where the terminal shows it; `NO_COLOR` takes away the colours."""
    plain = not is_terminal() or os.environ.get("TERM") == "dumb" or (name in _COLOURS and bool(os.environ.get("NO_COLOR")))
    return text if plain or not text else f"\x1b[{_CODES[name]}m{text}\x1b[0m"


def unicode_or(wanted: str, instead: str) -> str:
    """Return `wanted` where the encoding of standard output has all its characters."""
    try:
        wanted.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return instead
    return wanted


def width_of(text: str) -> int:
    """Return how many cells a terminal needs for `text`."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # Only the wide characters of some names need it.

    return cell_len(text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` filled up to `width` cells; `right`: it stands at the right end."""
    gap = " " * max(0, width - width_of(text))
    return gap + text if right else text + gap


def clipped(text: str, width: int) -> str:
    """Return `text` in at most `width` cells; what is cut is marked."""
    if width_of(text) <= width:
        return text
    mark = unicode_or("…", "~")
    kept = text[: max(0, width - 1)]
    while kept and width_of(kept) > width - 1:
        kept = kept[:-1]
    return kept + mark if width > 0 else ""
