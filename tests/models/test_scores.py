"""Benchmark scores: only those that may be shown, of just the model that was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import llmkit.models.scores
from llmkit.models.scores import Score, scores
from llmkit.types.model_info import ModelInfo
from tools.registry.benchmarks import scores_file

FILE = Path(llmkit.models.scores.__file__).parent / "data" / "benchmarks.json"


def test_a_model_has_the_scores_of_the_maker_wherever_it_is_served() -> None:
    at_maker = scores("openai/gpt-5")
    at_host = scores(ModelInfo(provider="host", id="their-gpt-5", base_model="openai/gpt-5"))

    assert at_maker == at_host
    assert (
        Score(bench="Aider Polyglot", score=88.0, date="2025-08-23", source="https://aider.chat/docs/leaderboards/", variant="high")
        in at_maker
    )


@pytest.mark.parametrize("model", ["openai/gpt-5-mini-unknown", "openai/GPT-5", "gpt-5", "", ModelInfo(provider="host", id="gpt-5")])
def test_what_is_not_just_the_model_has_none(model: str | ModelInfo) -> None:
    assert [] == scores(model)


def test_the_table_is_small_and_names_a_source_for_every_score() -> None:
    table = json.loads(FILE.read_bytes())
    rows = [row for rows in table["scores"].values() for row in rows]

    assert len(FILE.read_bytes()) < 30_000
    assert len(rows) >= 150
    assert {True} == {0 <= row[3] < len(table["sources"]) and 0 <= row[1] <= 100 for row in rows}
    assert [] == [source for source in table["sources"] if not source.startswith("https://") or "artificialanalysis" in source]


ROW = {"bench": "B", "model": "maker/m", "score": 50.5, "date": "2026-01-01", "source": "https://a.example/b", "license": "MIT (x)"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"maker/m": [["B", 50.5, "2026-01-01", 0]]}),
        ({"model": "m"}, {"maker/m": [["B", 50.5, "2026-01-01", 0]]}),
        ({"model": "m (high)", "date": None}, {"maker/m": [["B", 50.5, "", 0, "high"]]}),
        ({"metric": "resolved"}, {"maker/m": [["B", 50.5, "2026-01-01", 0, "", "resolved"]]}),
        ({"bench": "SWE Bench Pro"}, {"maker/m": [["SWE-Bench Pro", 50.5, "2026-01-01", 0]]}),
        ({"model": "somebody's"}, {}),
        ({"model": "M m"}, {}),
        ({"model": "m + n"}, {}),
        ({"license": "check: none stated"}, {}),
        ({"source": "https://www.artificialanalysis.ai/x"}, {}),
        ({"source": "a table of mine"}, {}),
    ],
    ids=str,
)
def test_only_scores_of_exact_ids_that_may_be_shown_are_kept(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    assert expected == json.loads(scores_file([{**ROW, **changes}], {"m": "maker"}))["scores"]
