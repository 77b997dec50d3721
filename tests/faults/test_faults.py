"""Whatever goes wrong on the wire ends in the right answer or in a typed error, through every face and in every format."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.__main__ import PAGE, page
from tests.faults.chaos import DIALECTS, FACES, Cell, Chaos, running
from tests.faults.expect import COMPLETE, came, wrong
from tests.faults.row import Row, Way
from tests.faults.table import ROWS, WAYS

ALL = os.environ.get("FAULTS") == "all"
"""Play every cell (`make.py faults`); else each fault of each format is played by the sync or by the async client, in turn."""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def chaos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chaos]:
    """One server and one client of each kind for all; at its end no connection is open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        with running() as found:
            yield found


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(("row", "way"), WAYS, ids=[f"{row.number} {way.name}" for row, way in WAYS])
def test_a_fault_ends_as_the_table_says(chaos: Chaos, row: Row, way: Way, face: str) -> None:
    """Besides, whatever the fault: in time, a partial answer that says so, one record, no key in the error, no connection left."""
    found: dict[str, list[object]] = {}
    expected = {dialect: way.expected(dialect, stream=face.endswith("stream")) for dialect in DIALECTS}
    turn = row.number + len(way.name) + face.startswith("async")
    mine = [dialect for number, dialect in enumerate(DIALECTS) if ALL or (number + turn) % 2 == 0]
    cells = [cell_of(way, dialect, face) for dialect in mine if expected[dialect] is not None]

    for cell in cells:
        met = chaos.play(cell)
        found[cell.dialect] = [came(cell, met), *wrong(cell, met)]

    assert {cell.dialect: [expected[cell.dialect]] for cell in cells} == found
    assert [] == chaos.server.failures
    if cells:
        assert COMPLETE == came(cells[0], chaos.well(cells[0])) or way.answer.finish is not None


def cell_of(way: Way, dialect: str, face: str) -> Cell:
    """Return one cell of the matrix."""
    return Cell(dialect, face, way.damage, answer=way.answer, early=way.early, timeouts=way.timeouts)


def test_every_fault_is_in_the_table_once_and_proven_somewhere() -> None:
    assert list(range(1, 65)) == [row.number for row in ROWS]
    assert [] == [row.number for row in ROWS if not row.ways and not row.elsewhere]


def test_the_matrix_is_as_large_as_it_is_said_to_be() -> None:
    """A format that is forgotten would silently shrink it."""
    cells = sum(way.expected(dialect, stream=stream) is not None for _, way in WAYS for dialect in DIALECTS for stream in (False, True))

    assert 11 == len(DIALECTS)
    assert 3500 < 2 * cells


def test_every_test_that_the_table_names_is_there() -> None:
    """Named by folder: a test may move to another module, and may not go."""
    named = {tuple(test.split("::")) for row in ROWS for test in row.elsewhere}
    texts = {folder: "".join([path.read_text(encoding="utf-8") for path in (ROOT / folder).glob("test_*.py")]) for folder, _ in named}

    assert [] == sorted(f"{folder} {name}" for folder, name in named if f"def {name}(" not in texts[folder])


def test_the_page_is_what_the_table_says() -> None:
    """Write it anew with `python -m tests.faults --write`."""
    assert page() == PAGE.read_text(encoding="utf-8")
