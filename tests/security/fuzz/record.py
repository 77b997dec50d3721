"""What was fuzzed so far, in a page: one line for each day, target and engine, the numbers of all runs of that day together."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.security.fuzz.playing import Result

RUNS = Path(__file__).resolve().parent / "RUNS.md"
_HEAD = """# Fuzzing so far

Written by `python -m tests.security.fuzz --record`. Inputs are those that were played, not those that were made; finds are counted
when they are found, and each is an input under `finds/` since.

"""
_TITLES = "| date | target | engine | inputs | seconds | finds |\n|---|---|---|---:|---:|---:|\n"


class Line(NamedTuple):
    """The runs of a day."""

    inputs: int
    seconds: float
    finds: int


def recorded(file: Path = RUNS) -> dict[tuple[str, str, str], Line]:
    """Return the lines by date, target and engine."""
    lines: dict[tuple[str, str, str], Line] = {}
    if not file.is_file():
        return lines
    for row in file.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if len(cells) == 6 and cells[3].replace(",", "").isdigit():
            date, target, engine, inputs, seconds, finds = cells
            key = (date, target, engine)
            lines[key] = Line(int(inputs.replace(",", "")), float(seconds.replace(",", "")), int(finds))
    return lines


def total(file: Path = RUNS) -> int:
    """Return how many inputs were played in all recorded runs."""
    return sum(line.inputs for line in recorded(file).values())


def add(results: Iterable[Result], file: Path = RUNS) -> None:
    """Add the numbers of a run; two that end at once wait for each other."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    with file.open("a+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lines = recorded(file)
        for result in results:
            key = (today, result.target, result.engine)
            before = lines.get(key, Line(0, 0.0, 0))
            lines[key] = Line(before.inputs + result.inputs, before.seconds + result.seconds, before.finds + len(result.finds))
        file.write_text(page(lines), encoding="utf-8")


def page(lines: dict[tuple[str, str, str], Line]) -> str:
    """Return the page."""
    played, found = sum(line.inputs for line in lines.values()), sum(line.finds for line in lines.values())
    rows = [
        f"| {date} | {target} | {engine} | {line.inputs:,} | {line.seconds:,.0f} | {line.finds} |\n"
        for (date, target, engine), line in sorted(lines.items())
    ]
    return f"{_HEAD}**{played:,} inputs, {found} finds.**\n\n{_TITLES}{''.join(rows)}"
