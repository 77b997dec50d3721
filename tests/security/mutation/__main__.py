"""Play mutants: `python -m tests.security.mutation [AREA...] [--sample N] [--processes N] [--record]`. Without a sample, all of them."""

from __future__ import annotations

import argparse
import datetime
import sys
import time

from rich.console import Console
from rich.table import Table

from tests.security.mutation.areas import Area
from tests.security.mutation.estimate import interval
from tests.security.mutation.record import named, write
from tests.security.mutation.running import Score, played


def main() -> int:
    """Play what is asked for, one area after the other, and say what became of it."""
    given = _arguments()
    for area in named(given.areas):
        begun = time.monotonic()
        score = played(area, given.sample, given.processes)
        _show(area, score, time.monotonic() - begun)
        if given.record:
            write(area, score, datetime.datetime.now(datetime.UTC).date().isoformat())
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.security.mutation", description=__doc__)
    parser.add_argument("areas", nargs="*", metavar="AREA", help="all, if none is named")
    parser.add_argument("--sample", type=int, metavar="N", help="so many of each area, drawn at random")
    parser.add_argument("--processes", type=int, default=1, metavar="N")
    parser.add_argument("--record", action="store_true", help="write what was found into RUNS.md")
    return parser.parse_args()


def _show(area: Area, score: Score, seconds: float) -> None:
    low, high = interval(score.killed, score.mutants)
    caption = f"95 % interval: {low:.1f} to {high:.1f} %; {seconds:.0f} s"
    table = Table("module", "mutants", "killed", "%", title=area.name, caption=caption)
    for module, part in sorted(score.modules.items()):
        table.add_row(module, f"{part.mutants:,}", f"{part.killed:,}", f"{part.share:.1f}")
    table.add_row("all", f"{score.mutants:,}", f"{score.killed:,}", f"{score.share:.1f}", style="bold")
    console = Console()
    console.print(table)
    for name in score.survivors:
        console.print(f"survived: {name}", markup=False, highlight=False)


if __name__ == "__main__":
    sys.exit(main())
