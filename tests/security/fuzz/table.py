"""What a run found, for people."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.security.fuzz.playing import Result


def told(result: Result, done: int, of: int, seconds: float) -> None:
    """Say on one line how far it is."""
    line = f"{done} of {of} targets, {seconds:.0f} s: {result.target} {result.inputs:,} inputs, {len(result.finds)} finds"
    end = "\n" if done == of or not sys.stderr.isatty() else ""
    print(f"\r\x1b[K{line}" if sys.stderr.isatty() else line, end=end, file=sys.stderr, flush=True)


def shown(results: Sequence[Result]) -> None:
    """Print the table."""
    grid = Table(box=None, pad_edge=False)
    grid.add_column("target")
    grid.add_column("engine")
    for title in ("inputs", "inputs/s", "new", "finds"):
        grid.add_column(title, justify="right")
    for one in results:
        finds = Text(str(len(one.finds)), "bold red" if one.finds else "green")
        rate = f"{one.inputs / one.seconds:,.0f}" if one.seconds else "-"
        grid.add_row(one.target, one.engine, f"{one.inputs:,}", rate, f"{one.new:,}", finds)
    console = Console(highlight=False)
    console.print(grid)
    played, found = sum(one.inputs for one in results), sum(len(one.finds) for one in results)
    console.print(f"{played:,} inputs, {found} finds. `new`: edges (atheris) or ways (others) that the corpus had not taken.")
