"""Print rows in columns."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from llmkit.cli.terminal_text import one_line

__all__ = ["print_facts", "print_table"]


def print_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print `rows` under `titles`, each column as wide as its widest cell."""
    cells = [list(titles), *([one_line(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(titles))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    print(_strong(lines[0]), *lines[1:], sep="\n")


def print_facts(title: str, facts: Sequence[tuple[str, str]]) -> None:
    """Print a title and below it names with their values."""
    width = max((len(name) for name, _ in facts), default=0)
    print(_strong(title))
    for name, value in facts:
        print(f"  {name.ljust(width)}  {one_line(value)}".rstrip())


def _strong(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else text
