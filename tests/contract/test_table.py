"""The page of the docs says what the rows say."""

from __future__ import annotations

from tests.contract import names
from tests.contract.table import PAGE, RECORDED, page
from tests.rows import ROWS


def test_the_provider_table_is_current() -> None:
    """Run `python -m tests.contract --write` after a change of a row."""
    text = PAGE.read_text(encoding="utf-8")

    assert page(text) == text


def test_what_is_said_to_be_recorded_has_a_row() -> None:
    assert {"openai", "anthropic", "google"} <= RECORDED & {row.name for row in ROWS}


def test_the_index_of_the_rows_is_what_the_rows_say() -> None:
    """A row that is not in it cannot be found: `python -m tests.contract --write` writes it anew."""
    assert names.MODULE.read_text(encoding="utf-8") == names.module()
