"""Print rows in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llmkit.cli.screen import clipped, columns, padded, style, width_of
from llmkit.cli.terminal_text import one_line

__all__ = ["print_facts", "print_table"]

_GAP = 2
_NARROWEST = 12


def print_table(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    flexible: Mapping[int, int] | None = None,
    keep: int = 1,
    indent: int = 0,
) -> tuple[str, ...]:
    """Print `rows` under `titles`, each column as wide as its widest cell; return the titles that found no room.

    The columns `right` hold numbers. At a terminal the columns `flexible` are cut down to so many cells where the table is too wide,
    the last first, and if that is not enough columns are left out from the right; the first `keep` stay. A pipe gets everything.
    """
    cells = [list(titles), *([one_line(cell) for cell in row] for row in rows)]
    widths = [max(width_of(row[column]) for row in cells) for column in range(len(titles))]
    room = columns()
    if room is not None and flexible is not None:
        widths = _fitted(widths, room - indent, flexible, keep)
    for place, row in enumerate(cells):
        shown = [
            padded(clipped(cell, width), width, right=column in right)
            for column, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        line = " " * indent + (" " * _GAP).join(shown).rstrip()
        print(style(line, "bold") if place == 0 else line)
    return tuple(titles[len(widths) :])


def _fitted(widths: list[int], room: int, flexible: Mapping[int, int], keep: int) -> list[int]:
    """Return the widths of the columns that fit into `room`."""
    for count in range(len(widths), 0, -1):
        over = sum(widths[:count]) + _GAP * (count - 1) - room
        spare = {place: max(0, widths[place] - least) for place, least in flexible.items() if place < count}
        if over <= sum(spare.values()) or count <= keep:
            break
    fitted = widths[:count]
    for place in sorted(spare, reverse=True):
        cut = min(max(0, over), spare[place])
        fitted[place] -= cut
        over -= cut
    return fitted


def print_facts(title: str, facts: Sequence[tuple[str, str]]) -> None:
    """Print a title and below it names with their values; at a terminal long values are broken at words."""
    width = max((len(name) for name, _ in facts), default=0)
    print(style(one_line(title), "bold"))
    for name, value in facts:
        first, *more = _lines(one_line(value), width + 4)
        print(f"  {one_line(name).ljust(width)}  {first}".rstrip())
        for line in more:
            print(f"{' ' * (width + 4)}{line}")


def _lines(text: str, indent: int) -> list[str]:
    room = columns()
    if room is None or indent + len(text) <= room or room - indent < _NARROWEST:
        return [text]
    from textwrap import wrap

    return wrap(text, room - indent, break_long_words=False, break_on_hyphens=False) or [""]
