"""Hosts whose address has settings are reached too, or told to be left alone: one of them must not end the whole check."""

from __future__ import annotations

import pytest

from llmkit.cli.reachability import Reached, reach
from llmkit.providers.provider import Provider, Setting
from llmkit.testing import FakeProvider
from tests.rows import ROWS

ROW = Provider(
    name="mine",
    title="Mine",
    base_url="http://127.0.0.1:{port}/v1",
    docs="https://mine.example.com",
    settings=(Setting(name="port", env=("MINE_PORT",)),),
)


def test_an_address_with_settings_is_filled_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeProvider("openai_chat") as fake:
        monkeypatch.setenv("MINE_PORT", fake.origin.rpartition(":")[2])
        (outcome,) = reach([ROW])

    assert ("mine", "127.0.0.1", None) == (outcome.provider, outcome.host, outcome.problem)
    assert outcome.milliseconds is not None


def test_an_address_that_cannot_be_made_whole_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINE_PORT", raising=False)

    assert (Reached(provider="mine", host=ROW.base_url),) == reach([ROW])


def test_rows_with_settings_are_many() -> None:
    """Each of them once ended `llmkit doctor --online` for whoever has its key."""
    assert len([row for row in ROWS if "{" in row.base_url]) > 10
