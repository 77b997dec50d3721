"""The self-assessment answers everything, and what is met names evidence that is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.security.supply.assessment import PAGE, WANTED, Answer, answers, counted, faults

ROWS = answers(PAGE.read_text(encoding="utf-8"))


def test_every_criterion_is_answered_and_its_evidence_is_there() -> None:
    assert [] == list(faults(ROWS))
    assert 131 == len(ROWS) == sum(map(len, WANTED.values()))


def test_what_is_not_met_is_said() -> None:
    """Nobody meets all of them before a repository is published; an assessment that says so would be none."""
    assert any(row.answer == "not met" for row in ROWS)
    assert all(row.why for row in ROWS)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: replace(row, answer="yes"),
        lambda row: replace(row, why=""),
        lambda row: replace(row, answer="met", why="It is."),
        lambda row: replace(row, answer="met", why="[this](nowhere.md)"),
        lambda row: replace(row, criterion="another"),
        lambda row: replace(row, section="Level 9"),
    ],
)
def test_a_row_that_is_wrong_is_found(change: Callable[[Answer], Answer]) -> None:
    assert list(faults([change(ROWS[0]), *ROWS[1:]]))


def test_a_row_that_is_missing_is_found() -> None:
    assert list(faults(ROWS[1:]))


def test_what_does_not_apply_counts_on_neither_side() -> None:
    rows = [Answer(section="Level 1", criterion=answer, answer=answer, why="x") for answer in ("met", "not met", "n/a")]

    assert "1 of 2" == counted(rows)["Level 1"]
