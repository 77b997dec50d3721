"""The page of the docs says what the registry says."""

from __future__ import annotations

from llmkit.models.registry import Registry
from tests.models.table import PAGE, page, since


def test_the_tables_of_models_are_current() -> None:
    """Run `python -m tests.models.table --write` after a change of the registry."""
    text = PAGE.read_text(encoding="utf-8")

    assert page(text, Registry()) == text


def test_months_are_counted_over_the_turn_of_a_year() -> None:
    assert ("2025-05", "2024-12", "2025-07") == (since("2026-11-13"), since("2026-06-01"), since("2027-01-31"))
