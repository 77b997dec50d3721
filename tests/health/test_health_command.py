"""`llmkit health`: a table for people, JSON and an exit code for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from llmkit.cli.health import health
from llmkit.testing import FakeProvider
from llmkit.testing.config import write_config

ROUTES = """
[routes.chat]
fallback = ["openai/fake-model", { model = "openai/fake-model", name = "second", key = "env:SECOND_KEY" }]
"""


def told(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(health, ["--config", str(file), *arguments], standalone_mode=False)


def test_the_deployments_of_routes_are_shown_and_nothing_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECOND_KEY", raising=False)
    with FakeProvider("openai_chat") as fake:
        file = write_config(tmp_path / "config.toml", {"openai": fake})
        file.write_text(file.read_text() + ROUTES)
        result = told(file)
        connections = fake.connections

    rows = [line.split(maxsplit=2) for line in result.output.splitlines()[1:]]
    assert [["openai@second/fake-model", "down"], ["openai/fake-model", "unknown"]] == [row[:2] for row in rows]
    assert "SECOND_KEY is not set" in rows[0][2]
    assert (1, 0) == (result.return_value, connections)


def test_check_asks_and_zero_means_that_nothing_is_down(tmp_path: Path) -> None:
    with FakeProvider("openai_chat") as fake:
        file = write_config(tmp_path / "config.toml", {"openai": fake})
        result = told(file, "--check", "--json", "openai/fake-model")

    report = json.loads(result.output)
    assert (0, True) == (result.return_value, report["well"])
    assert [("openai/fake-model", "healthy", "ok")] == [(one["deployment"], one["state"], one["check"]) for one in report["deployments"]]


def test_check_says_who_does_not_answer(tmp_path: Path) -> None:
    with FakeProvider("openai_chat") as fake:
        file = write_config(tmp_path / "config.toml", {"openai": fake})
    result = told(file, "--check", "openai/fake-model")

    assert 1 == result.return_value
    assert "openai/fake-model  down   its check says ConnectionFailed" in result.output
