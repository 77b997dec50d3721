"""Print what each channel shows of each way to give a key: `python -m tests.security.canary`, with names of ways for a part."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from tests.security.canary.channel import counted
from tests.security.canary.layered import LAYERS
from tests.security.canary.ours import subjects
from tests.security.canary.play import NEUTRAL, play


def main(names: list[str]) -> int:
    """Print a table with a row for each way and a column for each group of channels, and each leak below it."""
    ways = [subject for subject in subjects() if not names or subject.scheme in names]
    channels = (*NEUTRAL, *LAYERS)
    groups = list(dict.fromkeys(channel.group for channel in channels))
    table = Table("way", *groups, box=None)
    leaks: list[str] = []
    for subject in ways:
        cells = play(subject, channels if subject.answers else NEUTRAL)
        leaks += [str(cell) for cell in cells if cell.outcome == "leak"]
        table.add_row(subject.scheme, *(_told(counted(cell for cell in cells if cell.channel.group == group)) for group in groups))
    Console().print(table, *leaks, "leaks / channels that there are", sep="\n")
    return 1 if leaks else 0


def _told(counts: dict[str, int]) -> str:
    return f"{counts['leak']}/{counts['leak'] + counts['clean']}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
