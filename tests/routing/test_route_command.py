"""`llmkit route explain` shows decisions from a file, and names what is wrong in it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from llmkit.cli.route import route
from llmkit.errors import ConfigurationError

FILE = """
[routes.chat]
balance = ["openai/gpt-4.1-mini", "anthropic/claude-sonnet-4-5", { model = "anthropic/no-such-model", weight = 0 }]
by = "cost"
"""


def told(folder: Path, *arguments: str, file: str = FILE) -> tuple[str, BaseException | None]:
    path = folder / "routes.toml"
    path.write_text(file, encoding="utf-8")
    result = CliRunner().invoke(route, ["explain", "--config", str(path), *arguments, "Why is the sky blue?"])
    return result.output, result.exception


def test_the_order_and_the_reasons_are_shown(tmp_path: Path) -> None:
    text, _ = told(tmp_path, "--constraint", "max_input_price=5")
    lines = [line.split(maxsplit=2) for line in text.splitlines()[1:]]

    assert ["1", "2", "-"] == [line[0] for line in lines]
    assert ["openai/gpt-4.1-mini", "anthropic/claude-sonnet-4-5", "anthropic/no-such-model"] == [line[1] for line in lines]
    assert "listed for this request" in lines[0][2]
    assert "max_input_price=5: not known" in lines[2][2]


def test_programs_get_json(tmp_path: Path) -> None:
    text, _ = told(tmp_path, "--json", "--route", "chat", "--user", "ann")

    assert [1, 2, 3] == [one["place"] for one in json.loads(text)]


def test_a_fault_in_the_file_is_named(tmp_path: Path) -> None:
    _, error = told(tmp_path, file='[routes.chat]\nbalance = ["a/b"]\nby = "kost"\n')

    assert isinstance(error, ConfigurationError)
    assert "routes.chat: Balance cannot go by 'kost'" in str(error)
