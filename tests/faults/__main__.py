"""Print the page of the faults, or write it with `--write`; `--play` plays every cell of the matrix."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.faults.chaos import DIALECTS
from tests.faults.row import Outcomes, Row, Way
from tests.faults.table import ROWS, WAYS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
HEAD = """# What goes wrong, and what you get

Each fault is done to real connections, in {ways} ways and {cells:,} cells: {formats} wire formats, plain calls and streams, `LLMKit` and
`AsyncLLMKit`. Written by `python -m tests.faults --write`. `python3 make.py faults` plays every cell; the test suite plays each fault of
each format with one of the two clients, in turn.

An error with `*` may be tried again, and is, as often as `retries` allows. *cut* is `StreamInterrupted` with the partial answer, its
reason in brackets; a cut stream is never tried again by itself. *complete* is the whole answer; `-` cannot happen there. Rows without
outcomes name what other tests claim.

Whatever the fault, the tests also hold that a call ends in time, that a partial answer ends with `interrupted` and never with `stop`,
that the meter has one record of it, that no key is in the error, and that the client's only connection is free for the next call.

| # | fault | how | plain call | stream |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    cells = sum(
        2 * (way.expected(dialect, stream=stream) is not None) for _, way in WAYS for dialect in DIALECTS for stream in (False, True)
    )
    lines = [line for row in ROWS for line in _lines(row)]
    differences = [line for row in ROWS for way in row.ways for line in _differences(row, way)]
    notes = [f"- **{row.number}**: {row.note}.\n" for row in ROWS if row.note]
    parts = [
        HEAD.format(ways=len(WAYS), cells=cells, formats=len(DIALECTS)) + "".join(lines),
        "## Where a format differs\n\n| # | how | format | plain call | stream |\n|---|---|---|---|---|\n" + "".join(differences),
        "## Notes\n\n" + "".join(notes),
    ]
    return "\n".join(parts)


def _lines(row: Row) -> list[str]:
    found = [f"| {row.number} | {row.name} | {way.name} | {_cell(way.whole)} | {_cell(way.stream)} |\n" for way in row.ways]
    proofs = [
        f"`{folder}`: {name.removeprefix('test_').replace('_', ' ')}"
        for folder, _, name in (test.partition("::") for test in row.elsewhere)
    ]
    return [*found, *[f"| {row.number} | {row.name} | {proof} | | |\n" for proof in proofs]]


def _differences(row: Row, way: Way) -> list[str]:
    alike: dict[Outcomes, list[str]] = {}
    for dialect, outcomes in way.by.items():
        alike.setdefault(outcomes, []).append(dialect)
    return [
        f"| {row.number} | {way.name} | {', '.join(sorted(dialects))} | {_cell(whole)} | {_cell(stream)} |\n"
        for (whole, stream), dialects in alike.items()
    ]


def _cell(outcome: str | None) -> str:
    return "-" if outcome is None else outcome.replace("*", "\\*")


if __name__ == "__main__":
    if "--play" in sys.argv[1:]:
        import os

        import pytest

        os.environ["FAULTS"] = "all"
        sys.exit(pytest.main(["-q", str(Path(__file__).parent)]))
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page())
