"""The table that `security check` prints."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid
from rich.text import Text

from tests.security.claim import Claim, Figure
from tests.security.measuring import measured


class Table:
    """Claims with what was measured of them."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self._claims = claims
        self._found: dict[str, tuple[Figure, float]] = {}
        self._console = Console(highlight=False)

    @property
    def holds(self) -> bool:
        """Whether every claim was measured and is met."""
        return all(claim.id in self._found and self._found[claim.id][0].met for claim in self._claims)

    def fill(self) -> None:
        """Measure every claim; a bar shows how far it is."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("measuring", total=len(self._claims))

            def done(claim: Claim, figure: Figure, seconds: float) -> None:
                self._found[claim.id] = figure, seconds
                bar.update(task, advance=1, description=claim.id)

            measured(self._claims, done)

    def show(self, seconds: float) -> None:
        """Print the table, what there is to say about its rows, and how many claims hold."""
        grid = Grid("", "claim", "measured", "wanted", "s", box=None, pad_edge=False)
        for claim in self._claims:
            figure, took = self._found[claim.id]
            mark = Text("ok", "green") if figure.met else Text("NO", "bold red")
            grid.add_row(mark, Text(claim.id), Text(figure.measured), Text(figure.wanted), f"{took:.0f}")
        self._console.print(grid)
        notes = [f"{claim.id}: {note}" for claim in self._claims for note in self._found[claim.id][0].notes]
        for note in notes:
            self._console.print(Text(note))
        met = sum(self._found[claim.id][0].met for claim in self._claims)
        self._console.print(f"{met} of {len(self._claims)} claims hold; measured in {seconds:.0f} s.")
