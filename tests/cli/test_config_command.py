"""`llmkit config`: what a file does in plain words, every mistake, and its JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.config.examples import EXAMPLES

from .conftest import Run, write_settings

WORDS = [
    "120 s for a whole call",
    "total 30 s",
    "idle without limit",
    "all calls go through proxy.example.com:3128",
    "https://llm.example.com/v1 (openai_chat); key from env:WORK_KEY (set), then file:~/.keys/work (no such file)",
    "one of these, the cheapest for the request",
    "tools true and tenants acme -> route/chat",
    "at most 60 requests and 100000 tokens each 1 min for each tenant and model where model openai/*",
    "$20.50 a day for each tenant, refused above it, warned from 80% on",
    "$100 a month, tenant acme only, only warned above it",
    "store sqlite:answers.db (size 100 MB)",
    "Default: queue 1024",
    "tries again after a failure that may pass. Set: base 200 ms",
    "answers.db   whole answers",
    "runs files-server",
    "api.anthropic.com  what is asked of anthropic, with its key",
]


def test_a_file_is_told_in_plain_words_and_without_keys(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORK_KEY", "sk-hunter2")
    told = ""
    for name, text in EXAMPLES.items():
        file = tmp_path / f"{name}.toml"
        file.write_text(text)
        outcome = run("config", "check", str(file))
        assert (0, "", True) == (outcome.code, outcome.err, outcome.out.endswith("\nfine\n"))
        told += outcome.out

    assert [] == [words for words in WORDS if words not in told]
    assert "hunter2" not in told


def test_the_layers_stand_in_the_order_in_which_a_call_meets_them(run: Run, home: Path) -> None:
    write_settings(home, "[layers]\nconcurrency = true\nhedge = true\ncache = true\nlog = true\n")

    out = run("config", "check").out

    places = [out.index(f"\n  {name} ") for name in ("log", "cache", "failover", "hedge", "retry", "concurrency")]
    assert places == sorted(places)


def test_every_mistake_is_told_with_its_line_and_the_code_is_1(run: Run, home: Path) -> None:
    write_settings(home, "retries = 'x'\n[layers.retry]\nbase = 'y'\nlimit = 3\n[layers.budgets]\nbudgets = [{ usd = 1, by = [5] }]\n")

    outcome = run("config", "check")

    assert 1 == outcome.code
    assert "3 mistakes found:\n  line 1: retries must be" in outcome.out
    assert "line 3: layers.retry.base must be" in outcome.out
    assert "line 6: layers.budgets.budgets[0].by[0] must be" in outcome.out


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_wrong_file_is_explained_as_far_as_it_is_right(run: Run, home: Path, name: str) -> None:
    """What is told of the rest must not fall over what is wrong."""
    for number, line in enumerate(EXAMPLES[name].splitlines()):
        key, equals, _ = line.partition(" = ")
        if not equals or key == "args":
            continue
        lines = EXAMPLES[name].splitlines()
        lines[number] = f"{key} = [[1979-05-27]]"
        write_settings(home, "\n".join(lines))

        outcome = run("config", "check")

        assert (1, "") == (outcome.code, outcome.err), line


def test_json_has_everything(run: Run, home: Path) -> None:
    write_settings(home, f"{EXAMPLES['admission']}\nnonsense = 1\n")

    told = json.loads(run("config", "check", "--json").out)

    assert ["layers.hedge.nonsense"] == [mistake["path"] for mistake in told["mistakes"]]
    assert not told["fine"]
    assert "retry" in dict(told["does"]["layers, outermost first"])


def test_without_a_file_the_defaults_hold(run: Run, home: Path) -> None:
    outcome = run("config", "check")

    assert 0 == outcome.code
    assert f"{home / '.config/llmkit/config.toml'}: nothing is configured" in outcome.out


@pytest.mark.parametrize("named", ["argument", "environment"])
def test_a_named_file_that_is_not_there_is_wrong_usage(run: Run, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("LLMKIT_CONFIG", "/absent.toml" if named == "environment" else "")

    assert 2 == run("config", "check", *(["/absent.toml"] if named == "argument" else [])).code


def test_a_file_in_the_working_directory_is_not_looked_at(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text("nonsense = 1")
    (tmp_path / "llmkit.toml").write_text("nonsense = 1")

    assert "nothing is configured" in run("config", "check").out


def test_the_schema_is_printed(run: Run) -> None:
    assert "layers" in json.loads(run("config", "schema").out)["properties"]


def test_the_path_is_printed(run: Run, home: Path) -> None:
    assert f"{home / '.config/llmkit/config.toml'}\n" == run("config", "path").out


def test_a_tab_offers_the_commands(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from llmkit.cli import main

    monkeypatch.setenv("_LLMKIT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "llmkit config ")
    monkeypatch.setenv("COMP_CWORD", "2")

    with pytest.raises(SystemExit):
        main([])

    assert {"check", "path", "schema"} == {line.partition(",")[2] for line in capsys.readouterr().out.split()}
