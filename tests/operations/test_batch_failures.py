"""What goes wrong with a batch or with one of its requests, and what becomes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import BadRequest, JobInterrupted, ProtocolError, ProviderError, RateLimited
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply
from llmkit.testing.replies import Cut, Reply
from llmkit.testing.serving import json_reply
from tests.operations.batch_hosts import OpenAIHost, collect, made, taken
from tests.operations.faces import client_for

MODEL = "openai/gpt-4.1-nano"


def failing(line: dict[str, Any]) -> dict[str, Any]:
    """Answer as batches of OpenAI fail: one request was refused, one was never asked, one answer makes no sense."""
    told: dict[str, Any] = {
        "refused": {
            "response": {"status_code": 400, "body": {"error": {"message": "No.", "code": "bad", "type": "invalid_request_error"}}}
        },
        "expired": {"response": None, "error": {"code": "batch_expired", "message": "This request could not be executed in time."}},
        "limited": {"response": {"status_code": 429, "body": {"error": {"message": "Slow."}}}},
        "broken": {"response": {"status_code": 200, "body": {"choices": "none"}}},
        "fine": OpenAIHost.result(line),
    }
    return {"id": "r", "error": None, **told[line["custom_id"]], "custom_id": line["custom_id"]}


def test_each_failure_is_an_error_of_its_request_alone() -> None:
    ids = ["refused", "expired", "limited", "broken", "fine"]
    with OpenAIHost(results=failing) as host:
        found = {item.id: item for item in collect("sync", host.client, MODEL, [(id, "a") for id in ids], {})}

    assert {
        "refused": "BadRequest",
        "expired": "ProviderError",
        "limited": "RateLimited",
        "broken": "ProtocolError",
        "fine": "NoneType",
    } == {id: type(item.error).__name__ for id, item in found.items()}
    assert ["failed", "expired", "failed", "failed", "succeeded"] == [found[id].status for id in ids]
    assert {"openai"} == {item.error.provider for item in found.values() if item.error}
    with pytest.raises(BadRequest, match="No"):
        found["refused"].unwrap()


def test_a_batch_that_was_refused_says_why() -> None:
    refused = {"id": "batch_1", "status": "failed", "errors": {"object": "list", "data": [{"message": "Bad line.", "line": 2}]}}
    with OpenAIHost() as host, LLMKit(**host.client) as kit:
        host.on("GET /batches/batch_2", refused)
        batch = kit.batch("batch:openai/gpt-4.1-nano:batch_2").wait(every=0)

        assert "failed" == batch.status
        with pytest.raises(ProviderError, match="line 2: Bad line"):
            batch.results()


def test_a_connection_that_breaks_is_opened_again_where_it_was() -> None:
    """No result is lost and none comes twice."""
    with OpenAIHost() as host:
        id, _ = made("sync", host.client, MODEL, [str(place) for place in range(50)], {})
        whole = b"\n".join([json.dumps(host.result(line)).encode() for line in host.lines])
        cut = Reply(status=200, pieces=(whole[: len(whole) // 2], Cut()), declared=len(whole))
        host.contents = [cut, bytes_reply(whole, "application/jsonl")]

        found = taken("sync", host.client, id)

    assert [str(place) for place in range(50)] == [item.reply.text for item in found]
    assert 2 == len(host.asked("GET /files/file-out/content"))


LOST: dict[str, tuple[Any, type[Exception], int]] = {
    "no answer": (Reply(pieces=(Cut(),)), JobInterrupted, 1),
    "a fault of the server": (json_reply(500, {"error": {"message": "Oops."}}), JobInterrupted, 1),
    "too fast": (json_reply(429, {"error": {"message": "Slow."}}, (("Retry-After", "0.001"),)), RateLimited, 2),
}


@pytest.mark.parametrize("case", LOST)
def test_a_batch_that_may_have_begun_is_never_begun_again(case: str) -> None:
    """It would be paid for twice; a plain refusal is tried again as everywhere."""
    answer, kind, times = LOST[case]
    with OpenAIHost() as host:
        host.begin = answer
        with LLMKit(**host.client, retries=1) as kit, pytest.raises(kind):
            kit.batches.create(MODEL, ["a"])

    assert times == len(host.asked("POST /batches"))


def test_an_upload_is_sent_again_from_its_start() -> None:
    """The file is read anew for each try."""
    with FakeHost() as host:
        host.on("POST /files", json_reply(503, {"error": {"message": "Busy."}}, (("Retry-After", "0.001"),)), {"id": "file-1"})
        host.on("POST /batches", {"id": "b", "status": "validating"})
        made("sync", client_for("openai", host.url), MODEL, ["a", "b"], {})

    first, second = host.asked("POST /files")
    assert first.body == second.body and b'"b"' in second.body


MANY = {"the same one twice": ["request-1", "request-1"], "one beyond all": ["request-99999999999"]}


@pytest.mark.parametrize("case", MANY)
def test_more_results_than_requests_are_refused(case: str) -> None:
    """They are put in order on disk: a host must not fill it, nor the memory."""
    lines = [json.dumps(OpenAIHost.result({"custom_id": id, "body": {"messages": [{"content": "a"}]}})) for id in MANY[case]]
    with OpenAIHost() as host:
        id, _ = made("sync", host.client, MODEL, ["a"], {})
        host.contents = [bytes_reply("\n".join(lines).encode(), "application/jsonl")]
        with pytest.raises(ProtocolError, match="more results than requests"):
            taken("sync", host.client, id, ordered=True)
