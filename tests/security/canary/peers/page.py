"""The comparison as it is printed, and as it stands in `docs/security-peers.md`."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import date

from rich.console import Console
from rich.table import Column as GridColumn
from rich.table import Table as Grid
from rich.text import Text

from tests.security.canary.peers.comparison import LEFT_OUT, Column, Comparison, compare
from tests.security.canary.peers.facts import ENOUGH, PATIENCE
from tests.security.canary.peers.figures import figure
from tests.security.canary.peers.libraries import ROOT

PAGE = ROOT / "docs" / "security-peers.md"
MARKS = {"leak": "leak", "clean": "·", "none": "-", "not measured": "?"}
WIDE = 170
"""Letters a line, where no terminal says how many it has."""
STYLES = {"leak": "bold red", "clean": "green"}
HEAD = """# What other libraries show of a key

Measured on {day} with Python {python}. A library gets a key that was made for it and asks a server on loopback by HTTP: plainly, as a
stream and with asyncio. Then everything that it printed, logged, raised, kept or sent is searched for the key and its forms: its first
twelve letters, its last four where a key is masked, and the key quoted, as base64 and as hex. Each library is used as its documentation
shows, with its own defaults but without retries, in an environment in which LLMKit is not imported. Where a library masks or refuses, that
is clean.

A row of the last table is one channel: a key with a line feed behind it, a server that repeats the key in its error, a crash report with
variables. LiteLLM's functions have no client object, so there is nothing to look at in one. `python3 make.py security peers` measures all
of it again, and `--write` writes this page.

The numbers say what these versions showed here, no more: loopback, one run, one machine. A server that repeats a whole key is rare
(services mask it mostly, which is a channel of its own), and `vars(client)` shows a key only to those who look. LiteLLM pins an older
openai than the newest; both are here.

"""
LEGEND = "`leak`: the key, or a part of it, was there; `·` it was not; `-` there is no such channel; `?` not measured.\n"
FACTS = f"""Beside keys: a redirect (307) to another port; a stream that ends in order before its answer does; a small compressed body that
unfolds; a stream of comments that keep the connection alive; a line that does not end. **Bold** is what an application would not expect:
the key at the other server, half an answer without an error, more than {ENOUGH >> 20} MiB, a call that still waits after {PATIENCE:g} s.
What was `not over` after {3 * PATIENCE:g} s was ended by us; `?` is a library that was busy all that time and had not yet taken as much.
"""


def main(*, write: bool) -> int:
    """Measure and print, and write the page where wanted; return 0 where the figure of it is met."""
    comparison = compare("all")
    told = figure(comparison)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    show(comparison, console)
    for note in told.notes:
        console.print(Text(note))
    if write:
        PAGE.write_text(page(comparison, date.today()), encoding="utf-8")
    return 0 if told.met else 1


def page(comparison: Comparison, day: date) -> str:
    """Return the page."""
    columns = comparison.columns
    left_out = "".join(f"- {channel}: {why}.\n" for channel, why in LEFT_OUT.items())
    return "\n".join(
        (
            HEAD.format(day=day.isoformat(), python=platform.python_version()).rstrip() + "\n",
            "## Leaks by kind of channel\n\nLeaks of the channels that apply and could be measured.\n",
            _table(["", "library", "key in", *_groups(comparison), "all"], _totals(comparison)),
            "## Five facts beside keys\n\n" + FACTS,
            _table(["library", *comparison.facts], ([str(column), *_facts(column, comparison)] for column in columns)),
            "## Every channel\n\nThe numbers are those of the first table. " + LEGEND,
            _table(["channel", *_numbers(columns)], _channels(comparison)),
            "Not counted:\n\n" + left_out,
        )
    )


def show(comparison: Comparison, console: Console) -> None:
    """Print the comparison."""
    kinds = _grid(["", "library", "key in", *_groups(comparison), "all"], _totals(comparison))
    facts = _grid(["library", *comparison.facts], ([str(column), *_facts(column, comparison)] for column in comparison.columns))
    channels = _grid(["channel", *_numbers(comparison.columns)], _channels(comparison))
    for grid in (channels, facts, kinds) if comparison.facts else (channels, kinds):
        console.print(grid)
        console.print()


def _groups(comparison: Comparison) -> list[str]:
    return list(dict.fromkeys(channel.partition(":")[0] for channel in comparison.channels))


def _numbers(columns: list[Column]) -> list[str]:
    return [str(number) for number, _ in enumerate(columns, 1)]


def _totals(comparison: Comparison) -> Iterator[list[str]]:
    for number, column in enumerate(comparison.columns, 1):
        kinds = [column.total(f"{group}:") for group in _groups(comparison)]
        yield [str(number), str(column), column.scheme, *kinds, f"**{column.total()}**"]


def _facts(column: Column, comparison: Comparison) -> Iterator[str]:
    for fact in comparison.facts:
        said, held = column.facts.get(fact, ("not measured", None))
        yield f"**{said}**" if held is False else said if held else f"? {said}"


def _channels(comparison: Comparison) -> Iterator[list[str]]:
    for channel in comparison.channels:
        yield [channel, *(MARKS[column.cells.get(channel, ("not measured", ""))[0]] for column in comparison.columns)]


def _table(head: list[str], rows: Iterator[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _grid(head: list[str], rows: Iterator[list[str]]) -> Grid:
    grid = Grid(*(GridColumn(name, no_wrap="library" == name) for name in head), box=None, pad_edge=False)
    for row in rows:
        grid.add_row(*map(_text, row))
    return grid


def _text(cell: str) -> Text:
    if cell.startswith("**"):
        return Text(cell.strip("*"), "bold" if cell.startswith("**0/") else STYLES["leak"])
    return Text(cell, {MARKS[outcome]: style for outcome, style in STYLES.items()}.get(cell, ""))
