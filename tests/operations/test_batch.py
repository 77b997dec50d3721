"""Batches through both clients: requests out as one file, results in one by one."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import InvalidRequest, JobInterrupted, UnsupportedFeature
from llmkit.guardrails import mask, words
from llmkit.pipeline.guard import Guard
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import form_of
from llmkit.types.messages import Message
from llmkit.types.requests import CompletionRequest
from tests.operations.batch_hosts import OpenAIHost, collect, made, taken
from tests.operations.faces import FACES, client_for

MODEL = "openai/gpt-4.1-nano"


@pytest.mark.parametrize("face", FACES)
def test_requests_go_out_as_one_file_and_come_back_as_replies(face: str) -> None:
    with OpenAIHost() as host:
        found = collect(face, host.client, MODEL, ["a", ("mine", "b")], {"max_tokens": 5, "metadata": {"run": "7"}})

    fields = form_of(host.asked("POST /files")[0])
    lines = [json.loads(line) for line in fields[-1][3].split(b"\n")]
    assert [("purpose", b"batch"), ("file", fields[-1][3])] == [(name, data) for name, _, _, data in fields]
    assert [("request-1", "a"), ("mine", "b")] == [(line["custom_id"], line["body"]["messages"][0]["content"]) for line in lines]
    assert [("POST", "/v1/chat/completions", 5)] * 2 == [
        (line["method"], line["url"], line["body"].get("max_completion_tokens") or line["body"].get("max_tokens")) for line in lines
    ]
    wanted = {"input_file_id": "file-1", "endpoint": "/v1/chat/completions", "completion_window": "24h", "metadata": {"run": "7"}}
    assert wanted == host.asked("POST /batches")[0].json
    assert {"request-1": "A", "mine": "B"} == {item.id: item.reply.text for item in found}


@pytest.mark.parametrize("face", FACES)
def test_results_come_as_they_are_or_in_the_order_of_the_requests(face: str) -> None:
    """The host tells the last first; another process can name the ids, or has none to name."""
    with OpenAIHost() as host:
        id, _ = made(face, host.client, MODEL, ["a", "b", "c"], {})

        assert ["request-3", "request-2", "request-1"] == [item.id for item in taken(face, host.client, id)]
        assert ["request-1", "request-2", "request-3"] == [item.id for item in taken(face, host.client, id, ordered=True)]


def test_own_ids_are_put_in_order_by_whoever_knows_them() -> None:
    with OpenAIHost() as host, LLMKit(**host.client) as kit:
        batch = kit.batches.create(MODEL, [("x", "a"), ("y", "b")]).wait(every=0)

        assert ["x", "y"] == [item.id for item in batch.results(ordered=True)]
        assert ["y", "x"] == [item.id for item in kit.batch(batch.id).results(ordered=["y", "z", "x"])]
        assert ["y"] == [item.id for item in kit.batch(batch.id).results(ordered=["y"])]
        with pytest.raises(UnsupportedFeature, match="ordered="):
            kit.batch(batch.id).results(ordered=True)


FORMS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "words": ("a", "request-1", {}),
    "messages": ([{"role": "user", "content": "a"}], "request-1", {}),
    "a message": ({"role": "user", "content": "a"}, "request-1", {}),
    "a pair": ((7, "a"), "7", {}),
    "a dict": ({"id": "x", "prompt": "a", "temperature": 0.5}, "x", {"temperature": 0.5}),
    "a request": (("x", CompletionRequest(model="m", messages=(Message.user("a"),), seed=3)), "x", {"seed": 3}),
    "a line of OpenAI's files": (
        {
            "custom_id": "x",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"messages": [{"role": "user", "content": "a"}], "seed": 3},
        },
        "x",
        {"seed": 3},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_request_may_have_any_form(form: str) -> None:
    given, id, fields = FORMS[form]
    with OpenAIHost() as host:
        made("sync", host.client, MODEL, iter([given]), {})

    [line] = host.lines
    assert (id, {"model": "gpt-4.1-nano", "messages": [{"role": "user", "content": "a"}], **fields}) == (line["custom_id"], line["body"])


def test_requests_may_come_asynchronously() -> None:
    async def several() -> Any:
        yield "a"
        yield "b"

    with OpenAIHost() as host:
        made("async", host.client, MODEL, several(), {})
        with pytest.raises(InvalidRequest, match="AsyncLLMKit"):
            made("sync", host.client, MODEL, several(), {})

    assert ["a", "b"] == [line["body"]["messages"][0]["content"] for line in host.lines]


@pytest.mark.parametrize("face", FACES)
def test_embeddings_go_in_batches_too(face: str) -> None:
    requests = [{"id": "x", "inputs": ["ab", "abc"], "dimensions": 2}]

    with OpenAIHost() as host:
        found = collect_embeddings(face, host, requests)

    body = {key: value for key, value in host.lines[0]["body"].items() if key != "encoding_format"}
    assert ("/v1/embeddings", "text-embedding-3-small", ["ab", "abc"], 2) == (host.lines[0]["url"], *body.values())
    assert ([[2.0, 1.0], [3.0, 1.0]], 8) == (found[0].reply.vectors.tolist(), found[0].reply.usage.input)
    assert Decimal("0.00000008") == found[0].reply.cost.amount


def collect_embeddings(face: str, host: OpenAIHost, requests: Any) -> list[Any]:
    host.wire = "/v1/embeddings"
    return collect(face, host.client, "openai/text-embedding-3-small", requests, {})


WRONG: dict[str, tuple[Any, dict[str, Any], type[Exception], str]] = {
    "no requests": ([], {}, InvalidRequest, "There are no requests"),
    "one request": ("a", {}, InvalidRequest, "requests must be several"),
    "an empty one": (["a", ""], {}, InvalidRequest, r"Request 2"),
    "an id twice": ([("x", "a"), ("x", "b")], {}, InvalidRequest, r"Request 2 \(x\): Two requests have the id"),
    "an id of ours": ([("request-2", "a")], {}, InvalidRequest, "that of another request"),
    "two addresses": (["a", {"id": "b", "prompt": "b", "dialect": "openai_responses"}], {}, InvalidRequest, "go to one address"),
    "an unknown option": (["a"], {"temprature": 1}, InvalidRequest, "Did you mean temperature"),
    "no words": ([{"id": "x", "text": "a"}], {}, InvalidRequest, "neither messages nor inputs"),
    "what is for local ones": (["a"], {"parallel": 3}, InvalidRequest, "Pass local=True"),
    "what cannot be said": (["a"], {"top_k": 3, "on_unsupported": "error"}, UnsupportedFeature, "Request 1 .*top_k"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_refused_before_anything_is_sent(case: str) -> None:
    requests, options, kind, words = WRONG[case]
    with OpenAIHost() as host, pytest.raises(kind, match=words):
        made("sync", host.client, MODEL, requests, options)

    assert [] == host.requests


def test_a_provider_without_batches_says_what_to_do() -> None:
    with pytest.raises(UnsupportedFeature, match="local=True"):
        made("sync", client_for("deepinfra", "http://127.0.0.1:9"), "deepinfra/x", ["a"], {})


def test_what_could_not_be_said_is_told_by_request() -> None:
    with OpenAIHost() as host:
        _, warnings = made("sync", host.client, MODEL, ["a", {"id": "x", "prompt": "b", "top_k": 3}], {"window": "1h"})

    assert {"x": ["top_k"], "": ["window"]} == {id: [warning.parameter for warning in told] for id, told in warnings.items()}
    assert "24h" == host.asked("POST /batches")[0].json["completion_window"]


def test_results_before_the_end_are_refused_and_cancelling_ends_the_wait() -> None:
    seen: list[str] = []
    with OpenAIHost() as host, LLMKit(**host.client) as kit:
        host.statuses = ["in_progress"]
        batch = kit.batches.create(MODEL, ["a"])
        with pytest.raises(InvalidRequest, match="no results yet"):
            batch.results()
        with pytest.raises(JobInterrupted) as lost:
            batch.wait(timeout=0.02, every=0.01)
        batch.cancel()

        assert "cancelling" == batch.status
        assert "cancelled" == batch.wait(every=0, progress=lambda state: seen.append(state.status)).status
    assert (batch.id, ["cancelling", "cancelled"]) == (lost.value.job, seen)


def test_the_batches_of_a_provider_are_listed_page_by_page() -> None:
    def page(request: Received) -> Any:
        after = request.query.get("after")
        ids = ["batch_3", "batch_2"] if after is None else ["batch_1"]
        data = [{"id": id, "status": "completed", "endpoint": "/v1/responses", "model": "gpt-5"} for id in ids]
        return {"object": "list", "data": data, "has_more": after is None, "last_id": ids[-1]}

    with FakeHost() as host, LLMKit(**client_for("openai", host.url)) as kit:
        host.on("GET /batches", page)
        found = kit.batches.list("openai")

        assert ["batch:openai/gpt-5:batch_3", "batch:openai/gpt-5:batch_2", "batch:openai/gpt-5:batch_1"] == [batch.id for batch in found]
        assert 2 == len(kit.batches.list("openai", limit=2))


def test_guardrails_see_every_request_and_every_answer() -> None:
    guard = Guard(input=[mask(words("secret"))], output=[mask(words("SECRET"))])
    with OpenAIHost() as host:
        client = {**host.client, "layers": [guard]}
        found = collect("sync", client, MODEL, ["a secret b", "plain"], {})

    assert "secret" not in json.dumps(host.lines)
    assert "PLAIN" == found[0].reply.text


IDS = ["video:openai/sora-2:v1", "batch:openai:x", "batch_1", ""]


@pytest.mark.parametrize("id", IDS)
def test_other_ids_are_no_batches(id: str) -> None:
    with LLMKit() as kit, pytest.raises(InvalidRequest, match="is no id"):
        kit.batch(id)


def test_an_id_never_leads_elsewhere() -> None:
    with LLMKit(**client_for("openai", "http://127.0.0.1:9")) as kit, pytest.raises(InvalidRequest, match="no id of a batch"):
        kit.batch("batch:openai/x:..%2Ffiles").refresh()


def responding(line: dict[str, Any]) -> dict[str, Any]:
    """Answer as the Responses API does."""
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": line["body"]["model"]}]}
    told = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-4.1-nano", "output": [message]}
    body = {**told, "usage": {"input_tokens": 9, "output_tokens": 1, "total_tokens": 10}}
    return {"custom_id": line["custom_id"], "response": {"status_code": 200, "body": body}}


def test_the_requests_may_be_of_another_wire_format() -> None:
    """The batch itself says which, so that any process can read its results."""
    with OpenAIHost(results=responding) as host:
        host.wire = "/v1/responses"
        found = collect("sync", host.client, MODEL, ["a"], {"dialect": "openai_responses"})

    assert ("/v1/responses", "/v1/responses") == (host.lines[0]["url"], host.asked("POST /batches")[0].json["endpoint"])
    assert ("gpt-4.1-nano", 9) == (found[0].reply.text, found[0].reply.usage.input)
