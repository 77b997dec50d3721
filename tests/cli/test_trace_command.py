"""`llmkit trace` shows the last calls of a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

CALLS = [
    {
        "at": 1_790_000_000.0,
        "trace": "aaaa0001",
        "operation": "complete",
        "models": ["openai/gpt-5"],
        "provider": "openai",
        "model": "gpt-5",
        "status": "ok",
        "finish": "stop",
        "seconds": 1.25,
        "usage": {"input": 12, "output": 9},
        "cost": {"amount": "0.0021", "currency": "USD"},
        "attempts": [{"model": "openai/gpt-5", "seconds": 1.25}],
        "input": [{"role": "user", "parts": [{"type": "text", "content": "why\x1b[31m?"}]}],
    },
    {
        "at": 1_790_000_060.0,
        "trace": "bbbb0002",
        "operation": "complete",
        "models": ["openai/gpt-5"],
        "status": "error",
        "seconds": 0.5,
        "error": {"type": "RateLimited", "status": 429},
    },
]


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(map(json.dumps, CALLS)))
    return str(file)


def test_calls_are_listed_newest_first(run: Run, path: str) -> None:
    outcome = run("trace", path)

    title, newest, oldest = outcome.out.splitlines()
    assert title.split()[:4] == ["trace", "when", "model", "ended"]
    assert ("bbbb0002", True, "aaaa0001") == (newest.split()[0], "RateLimited" in newest, oldest.split()[0])
    assert all(word in oldest for word in ("openai/gpt-5", "stop", "1.250", "12", "9", "0.0021 USD"))


def test_errors_and_json_are_chosen(run: Run, path: str) -> None:
    assert [CALLS[1]] == json.loads(run("trace", path, "--errors", "--json").out)
    assert [CALLS[1]] == json.loads(run("trace", path, "-n", "1", "--json").out)


def test_all_about_one_is_shown_harmless_to_a_terminal(run: Run, path: str) -> None:
    outcome = run("trace", path, "aaaa")

    assert (0, True, False) == (outcome.code, "why[31m?" in outcome.out, "\x1b[31m" in outcome.out)
    assert CALLS[0] == json.loads(run("trace", path, "aaaa0001", "--json").out)


@pytest.mark.parametrize(
    ("words", "told"), [(("nowhere.jsonl",), "cannot be read"), ((), "Missing argument"), (("PATH", "zzzz"), "no call 'zzzz'")]
)
def test_what_is_not_there_is_told(words: tuple[str, ...], told: str, run: Run, path: str) -> None:
    outcome = run("trace", *(path if word == "PATH" else word for word in words))

    assert 2 == outcome.code
    assert told in outcome.err
