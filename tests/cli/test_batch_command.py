"""`llmkit batch`: JSON lines in, JSON lines out, the id between them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmkit.cli.batch_lines import Written
from llmkit.types.batch import BatchCounts, BatchState
from tests.operations.batch_hosts import OpenAIHost

from .conftest import Run, write_settings

MODEL = "openai/gpt-4.1-nano"
ID = f"batch:{MODEL}:batch_1"


@pytest.fixture
def host(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIHost]:
    with OpenAIHost() as host:
        write_settings(home, f'[providers.openai]\nbase_url = "{host.url}"\n')
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-batch")
        host.statuses = ["validating", "completed"]
        yield host


@pytest.fixture
def questions(tmp_path: Path) -> str:
    lines: list[Any] = [{"id": "a", "prompt": "first"}, {"id": "b", "messages": [{"role": "user", "content": "second"}]}, "third"]
    (tmp_path / "questions.jsonl").write_text("\n\n".join([json.dumps(line) for line in lines]) + "\n")
    return str(tmp_path / "questions.jsonl")


def test_lines_go_in_and_lines_come_out(host: OpenAIHost, run: Run, questions: str, tmp_path: Path) -> None:
    """Standard output holds the id, then the results, and nothing else."""
    begun = run("batch", "create", questions, "-m", MODEL, "-o", "max_tokens=9", "--metadata", "run=7", "-s", "Be brief.")
    shown = run("batch", "status", ID)
    target = tmp_path / "answers.jsonl"
    done = run("batch", "results", ID, "-o", str(target))

    assert (0, f"{ID}\n") == (begun.code, begun.out)
    assert {"run": "7"} == host.asked("POST /batches")[0].json["metadata"]
    assert ["Be brief."] * 3 == [line["body"]["messages"][0]["content"] for line in host.lines]
    assert (0, "ended, 3 of 3 done\n") == (shown.code, shown.out)
    found = {line["id"]: line for line in map(json.loads, target.read_text().splitlines())}
    assert (0, "", {"a": "FIRST", "b": "SECOND", "request-3": "THIRD"}) == (
        done.code,
        done.out,
        {id: line["text"] for id, line in found.items()},
    )
    assert 1000 == found["a"]["reply"]["usage"]["uncached"]


def test_a_batch_is_cancelled_listed_and_told_as_json(host: OpenAIHost, run: Run, questions: str) -> None:
    host.on("GET /batches", {"data": [{"id": "batch_1", "status": "in_progress", "created_at": 1787150613, "model": "gpt-4.1-nano"}]})
    run("batch", "create", questions, "-m", MODEL)

    listed, cancelled, told = run("batch", "list", "openai"), run("batch", "cancel", ID), run("batch", "status", ID, "--json")

    assert [ID, "running", "2026-08-19"] == [word for word in listed.out.splitlines()[1].split() if word][:3]
    assert (0, "cancelling") == (cancelled.code, cancelled.out.strip())
    assert ("cancelled", 3) == (json.loads(told.out)["status"], json.loads(told.out)["counts"]["total"])


def test_a_request_without_an_answer_is_an_exit_code(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch, questions: str) -> None:
    def failing(line: dict[str, Any]) -> Any:
        return {"custom_id": line["custom_id"], "response": {"status_code": 429, "body": {"error": {"message": "Slow."}}}}

    with OpenAIHost(results=failing) as host:
        host.statuses = ["completed"]
        write_settings(home, f'[providers.openai]\nbase_url = "{host.url}"\n')
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-batch")
        run("batch", "create", questions, "-m", MODEL)
        done = run("batch", "results", ID)

    assert (1, {"type": "RateLimited", "message": "Slow.", "status": 429}) == (done.code, json.loads(done.out.splitlines()[0])["error"])
    assert "3 results, 3 without an answer" in done.err


def test_it_runs_here_too(host: OpenAIHost, run: Run, questions: str, tmp_path: Path) -> None:
    host.on("POST /chat/completions", lambda request: host.result({"custom_id": "", "body": request.json})["response"]["body"])

    begun = run("batch", "create", questions, "-m", MODEL, "--local", str(tmp_path / "work"), "--parallel", "2", "--wait")
    done = run("batch", "results", begun.out.split()[0], "--ordered")

    assert (0, "ended, 3 of 3 done") == (begun.code, begun.out.splitlines()[1])
    assert ["FIRST", "SECOND", "THIRD"] == [json.loads(line)["text"] for line in done.out.splitlines()]


WRONG = {
    "no JSON": ('{"id": "a"\n', "Line 1 is no request"),
    "a number": ('"a"\n7\n', "Line 2 is no request"),
    "no words": ('{"id": "a"}\n', "Request 1: A request has neither messages nor inputs"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_line_that_is_wrong_is_named(case: str, host: OpenAIHost, run: Run, tmp_path: Path) -> None:
    text, words = WRONG[case]
    (tmp_path / "x.jsonl").write_text(text)

    done = run("batch", "create", str(tmp_path / "x.jsonl"), "-m", MODEL)

    assert 2 == done.code and words in done.err
    assert [] == host.requests


def test_the_line_says_how_far_it_is() -> None:
    state = BatchState(handle="x", status="running", counts=BatchCounts(total=200, succeeded=40, failed=10))

    assert Written().text(state).startswith("running [######..................] 50/200 ")
