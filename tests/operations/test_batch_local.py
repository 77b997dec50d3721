"""Batches that run here: the same interface, on disk before it is told, and taken up where a killed process left it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import AuthenticationError, BadRequest, InvalidRequest, JobInterrupted, RateLimited
from llmkit.testing import FakeHost, Received
from llmkit.testing.serving import json_reply
from tests.operations.batch_hosts import answered, collect, made, taken
from tests.operations.faces import FACES, client_for

MODEL = "deepinfra/meta-llama/Meta-Llama-3.1-8B-Instruct"


def capitals(request: Received) -> Any:
    """Answer with the words in capitals; refuse `bad`, and the key where the words say so."""
    words = request.json["messages"][-1]["content"]
    if words == "bad":
        return json_reply(400, {"error": {"message": "I will not say that.", "type": "invalid_request_error"}})
    if words == "no key":
        return json_reply(401, {"error": {"message": "Who are you?"}})
    return answered({"body": request.json})


@pytest.fixture
def host() -> Any:
    with FakeHost() as running:
        running.on("POST /chat/completions", capitals)
        yield running


@pytest.mark.parametrize("face", FACES)
def test_it_has_the_same_interface(face: str, host: FakeHost, tmp_path: Path) -> None:
    """One client writes it down, another does it."""
    client, seen = client_for("deepinfra", host.url), []
    options = {"local": True, "file": tmp_path / "work.jsonl", "parallel": 2, "max_tokens": 9, "name": "mine"}

    id, _ = made(face, client, MODEL, ["a", ("own", "b"), "bad"], options)
    assert [] == host.requests
    found = taken(face, client, id, ordered=True, progress=lambda state: seen.append(state.counts.done))

    assert [("request-1", "A"), ("own", "B")] == [(item.id, item.unwrap().text) for item in found[:2]]
    assert (BadRequest, 400, False) == (type(found[2].error), found[2].error.status, found[2].ok)
    assert 3 == seen[-1]
    assert [9, 9, 9] == [request.json["max_tokens"] for request in host.requests]
    assert [found[1].id] == [item.id for item in taken(face, client, id, ordered=["own"])]
    assert 3 == len(host.requests), "what is done is not asked again"


@pytest.mark.skipif(os.name != "posix", reason="modes of files, signals")
def test_its_files_are_the_owners_alone(host: FakeHost, tmp_path: Path) -> None:
    collect("sync", client_for("deepinfra", host.url), MODEL, ["a"], {"local": True, "file": tmp_path / "w"})

    assert {"w": 0o600, "w.results": 0o600, "w.lock": 0o600} == {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}


KILLED = """
import sys
from llmkit import LLMKit
kit = LLMKit(keys={"deepinfra": "sk-test-operations"}, base_urls={"deepinfra": sys.argv[1]})
for result in kit.batch(sys.argv[2]).results():
    print(result.id, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_process_is_taken_up_where_it_was(tmp_path: Path) -> None:
    """What was answered is not asked again; a line that it left unfinished does no harm."""
    hold, held = threading.Event(), threading.Event()

    def answer(request: Received) -> Any:
        if request.json["messages"][-1]["content"] == "word 7" and not hold.is_set():
            held.set()
            hold.wait(20)
        return answered({"body": request.json})

    with FakeHost() as host:
        host.on("POST /chat/completions", answer)
        client = client_for("deepinfra", host.url)
        options = {"local": True, "file": tmp_path / "work.jsonl", "parallel": 1}
        id, _ = made("sync", client, MODEL, [f"word {place}" for place in range(20)], options)
        process = subprocess.Popen([sys.executable, "-c", KILLED, host.url, id], stdout=subprocess.PIPE, text=True)
        assert held.wait(20)
        os.kill(process.pid, signal.SIGKILL)
        told = process.communicate()[0].split()
        hold.set()
        with open(tmp_path / "work.jsonl.results", "ab") as file:
            file.write(b'{"place":19,"id":"request-20","sta')

        found = taken("sync", client, id, ordered=True)

    asked = [request.json["messages"][-1]["content"] for request in host.requests]
    assert [f"request-{place + 1}" for place in range(7)] == told
    assert [f"WORD {place}" for place in range(20)] == [item.reply.text for item in found]
    assert {f"word {place}": 2 if place == 7 else 1 for place in range(20)} == {word: asked.count(word) for word in asked}


def test_what_fails_all_alike_stops_the_work_and_is_not_a_result(host: FakeHost, tmp_path: Path) -> None:
    """With a key that works the rest goes on."""
    options = {"local": True, "file": tmp_path / "w", "parallel": 1}
    with LLMKit(**client_for("deepinfra", host.url), retries=0) as kit:
        batch = kit.batches.create(MODEL, ["a", "no key", "c"], **options)
        with pytest.raises(AuthenticationError):
            batch.wait()

        assert ("running", 1, 3) == (batch.refresh().status, batch.counts.done, batch.counts.total)


def test_it_can_be_cancelled_from_elsewhere_and_waited_for_a_while(host: FakeHost, tmp_path: Path) -> None:
    with LLMKit(**client_for("deepinfra", host.url)) as kit:
        batch = kit.batches.create(MODEL, ["a", "b"], local=True, file=tmp_path / "w", parallel=1)
        with pytest.raises(JobInterrupted) as lost:
            batch.wait(timeout=0)
        assert lost.value.job == batch.id
        kit.batch(batch.id).cancel()

        assert ("cancelled", 1) == (batch.wait().status, len(list(batch.results())))
    assert 1 == len(host.requests)


def test_two_processes_never_work_on_one(host: FakeHost, tmp_path: Path) -> None:
    with LLMKit(**client_for("deepinfra", host.url)) as kit:
        batch = kit.batches.create(MODEL, ["a", "b"], local=True, file=tmp_path / "w", parallel=1)
        results = batch.results()
        next(results)
        with pytest.raises(InvalidRequest, match="Another process"):
            kit.batch(batch.id).wait()
        results.close()

        assert "ended" == kit.batch(batch.id).wait().status


def test_an_error_comes_back_from_disk_as_it_was(tmp_path: Path) -> None:
    limited = json_reply(429, {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}, (("Retry-After", "7"),))
    with FakeHost() as host:
        host.on("POST /chat/completions", limited)
        with LLMKit(**client_for("deepinfra", host.url), retries=0) as kit:
            batch = kit.batches.create(MODEL, ["a"], local=True, file=tmp_path / "w").wait()
            [kept] = kit.batch(batch.id).results()

    assert (RateLimited, 429, 7.0, True) == (type(kept.error), kept.error.status, kept.error.retry_after, kept.error.retryable)
    assert "slow down" in str(kept.error) and kept.error.provider == "deepinfra"


def test_embeddings_run_here_too(tmp_path: Path) -> None:
    with FakeHost() as host:
        host.on("POST /embeddings", lambda request: answered({"body": request.json}))
        found = collect(
            "sync",
            client_for("deepinfra", host.url),
            "deepinfra/BAAI/bge-m3",
            [{"id": "x", "inputs": ["ab", "abc"]}],
            {"local": True, "file": tmp_path / "w"},
        )

    assert [[2.0, 1.0], [3.0, 1.0]] == found[0].reply.vectors.tolist()


WRONG = {
    "no file": ({}, "keeps its requests"),
    "a file that is there": ({"file": "there"}, "File exists"),
    "a folder that is not": ({"file": "no/such/folder"}, "No such file"),
    "too many at once": ({"file": "w", "parallel": 0}, "parallel must be a whole number"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused(case: str, host: FakeHost, tmp_path: Path) -> None:
    options, words = WRONG[case]
    (tmp_path / "there").write_text("mine")
    if "file" in options:
        options = {**options, "file": tmp_path / options["file"]}

    with pytest.raises(InvalidRequest, match=words):
        made("sync", client_for("deepinfra", host.url), MODEL, ["a"], {"local": True, **options})

    assert "mine" == (tmp_path / "there").read_text()


def test_a_request_that_is_wrong_leaves_no_file(host: FakeHost, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="Request 2"):
        made("sync", client_for("deepinfra", host.url), MODEL, ["a", ""], {"local": True, "file": tmp_path / "w"})

    assert [] == list(tmp_path.iterdir())


def test_a_file_of_others_is_no_batch(host: FakeHost, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(json.dumps({"model": 1}))
    with LLMKit(**client_for("deepinfra", host.url)) as kit:
        with pytest.raises(InvalidRequest, match="holds no batch"):
            kit.batch(f"batch:{MODEL}:file%3A{tmp_path}/x")
        with pytest.raises(InvalidRequest, match="No such file"):
            kit.batch(f"batch:{MODEL}:file%3A{tmp_path}/y")
