"""Each format of batches: what goes out, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects.batches import anthropic, bedrock, fireworks, gemini, mistral, openai, openrouter, vertex, xai
from llmkit.errors import LLMKitError, SecurityError
from llmkit.testing import FakeHost
from llmkit.testing.host import form_of
from llmkit.types.asking import Answer
from llmkit.types.batch import BatchState
from llmkit.types.http import Headers
from llmkit.types.tools import ServerTool
from tests.operations.batch_host_fireworks import FireworksHost
from tests.operations.batch_hosts import OpenAIHost, answered, collect
from tests.operations.batch_hosts_more import (
    AnthropicHost,
    GeminiFileHost,
    GeminiHost,
    Kept,
    MistralHost,
    OpenRouterHost,
    TogetherHost,
    XaiHost,
)
from tests.operations.faces import FACES
from tests.recordings.recorded import place, told
from tests.rows import PROVIDERS

STATE = BatchState(handle="b", status="ended")
_WORDS = """id batch_id name status state processing_status request_counts custom_id batch_request_id response result results error body key
recordId modelOutput jobArn inputDataConfig embedding response
message type status_code metadata inlinedResponses done data output_file created_at create_time endpoint errors job"""
_names = st.sampled_from(_WORDS.split())
_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 600), st.text(max_size=6), st.sampled_from(["completed", "ended", "succeeded"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_names, inner, max_size=4)),
    max_leaves=8,
)
documents = st.dictionaries(_names, _values, max_size=6).map(lambda value: json.dumps(value).encode())
HOSTS: list[type[Kept]] = [AnthropicHost, FireworksHost, GeminiHost, GeminiFileHost, MistralHost, OpenRouterHost, TogetherHost, XaiHost]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("kind", HOSTS, ids=lambda kind: kind.__name__)
def test_each_request_gets_its_answer_in_order(kind: type[Kept], face: str) -> None:
    """The hosts give the results the other way round."""
    with kind() as host:
        found = collect(face, host.client, kind.model, ["a", "b", "c"], {"max_tokens": 50}, ordered=True)

    assert [("request-1", "A"), ("request-2", "B"), ("request-3", "C")] == [(item.id, item.reply.text) for item in found]
    assert {kind.provider} == {item.reply.provider for item in found}
    assert [1000] * 3 == [item.reply.usage.input for item in found]


HALF = {
    AnthropicHost: Decimal("0.00075"),  # 1,000 at $0.50 and 100 at $2.50 a million: half of $1 and $5
    GeminiHost: Decimal("0.000275"),  # half of $0.30 and $2.50
}


@pytest.mark.parametrize("kind", HALF, ids=lambda kind: kind.__name__)
def test_an_answer_costs_half(kind: type[Kept]) -> None:
    with kind() as host:
        found = collect("sync", host.client, kind.model, ["a"], {"max_tokens": 50})

    assert HALF[kind] == found[0].reply.cost.amount


def test_the_costs_of_openai_are_halved_too() -> None:
    with OpenAIHost() as host:
        found = collect("sync", host.client, "openai/gpt-4.1-nano", ["a"], {})

    assert Decimal("0.00007") == found[0].reply.cost.amount  # half of $0.10 and $0.40


def test_anthropic_gets_all_requests_in_one_body_with_the_beta_headers_of_each() -> None:
    """One head goes before them all."""
    tools = [ServerTool(name="code_execution_20250825"), ServerTool(name="web_fetch_20250910")]
    requests = [{"id": f"x-{place}", "prompt": "a", "tools": [tool]} for place, tool in enumerate(tools)]
    with AnthropicHost() as host:
        collect("sync", host.client, host.model, [("plain", "a"), *requests], {"max_tokens": 7, "name": "mine"})

    sent = host.asked("POST /messages/batches")[0]
    assert {"model": "claude-haiku-4-5", "max_tokens": 7, "messages": [{"role": "user", "content": "a"}]} == sent.json["requests"][0][
        "params"
    ]
    assert ["plain", "x-0", "x-1"] == [line["custom_id"] for line in sent.json["requests"]]
    assert "code-execution-2025-08-25,web-fetch-2025-09-10" == sent.headers["anthropic-beta"]
    assert str(len(sent.body)) == sent.headers["content-length"]


def test_gemini_uploads_what_is_too_large() -> None:
    with GeminiFileHost() as host:
        collect("sync", host.client, host.model, ["a", "b"], {})

    start, body = host.asked("POST /upload/v1beta/files")[0], host.asked("POST /here")[0]
    assert ("start", str(len(body.body))) == (
        start.headers["x-goog-upload-command"],
        start.headers["x-goog-upload-header-content-length"],
    )
    assert ("upload, finalize", "0") == (body.headers["x-goog-upload-command"], body.headers["x-goog-upload-offset"])
    assert ["request-1", "request-2"] == [line["key"] for line in host.lines]


def test_mistral_gets_the_model_beside_the_file() -> None:
    with MistralHost() as host:
        collect("sync", host.client, host.model, ["a"], {"metadata": {"k": "v"}, "window": "12h"})

    wanted: dict[str, Any] = {"input_files": ["file-1"], "model": "mistral-small-latest", "endpoint": "/v1/chat/completions"}
    assert {**wanted, "metadata": {"k": "v"}, "timeout_hours": 12} == host.asked("POST /batch/jobs")[0].json
    assert "model" not in host.lines[0]["body"]


def test_together_has_lines_without_addresses_and_an_upload_of_its_own() -> None:
    with TogetherHost() as host:
        collect("sync", host.client, host.model, ["a"], {"name": "mine"})

    fields = [(name, data) for name, _, _, data in form_of(host.asked("POST /files/upload")[0])]
    assert [("purpose", b"batch-api"), ("file_name", b"mine.jsonl")] == fields[:2]
    assert ["custom_id", "body"] == list(host.lines[0])
    wanted = {"input_file_id": "file-1", "endpoint": "/v1/chat/completions", "metadata": {"name": "mine"}}
    assert wanted == host.asked("POST /batches")[0].json


def test_fireworks_gets_a_dataset_and_a_job_that_names_it_and_the_model() -> None:
    with FireworksHost() as host:
        collect("sync", host.client, host.model, ["a"], {"name": "mine"})

    asked = [request for request in host.requests if request.method == "POST"]
    name = asked[0].json["datasetId"]
    assert {"datasetId": name, "dataset": {"userUploaded": {}, "exampleCount": "1"}} == asked[0].json
    assert {"model": "accounts/fireworks/models/gpt-oss-20b", "inputDatasetId": f"accounts/me/datasets/{name}", "displayName": "mine"} == (
        asked[2].json
    )
    assert [{"custom_id": "request-1", "body": {"messages": [{"role": "user", "content": "a"}]}}] == host.lines


@pytest.mark.parametrize("allowed", [True, False])
def test_results_elsewhere_are_read_without_the_key_and_only_where_the_row_allows_it(allowed: bool) -> None:
    row = PROVIDERS["fireworks"]
    with FireworksHost() as host, FakeHost() as storage:
        line = {"custom_id": "x", "response": answered({"body": {"messages": [{"content": "a"}]}})}
        storage.on("GET /signed/BIJOutputSet.jsonl", line)
        host.elsewhere = storage.url
        way = row.operations["batch"].replace(follows=(storage.url,) if allowed else ())
        client = {**host.client, "providers": [row.replace(operations={**row.operations, "batch": way})]}
        if allowed:
            (found,) = collect("sync", client, host.model, [("x", "a")], {})
        else:
            with pytest.raises(SecurityError):
                collect("sync", client, host.model, [("x", "a")], {})

    assert not allowed or "A" == found.reply.text
    assert [None] * allowed == [request.headers.get("authorization") for request in storage.requests]


def test_fireworks_gets_the_same_requests_once() -> None:
    """The dataset is named by what is in it."""
    with FireworksHost() as host:
        for _ in range(2):
            collect("sync", host.client, host.model, ["a"], {})

    assert 1 == len([request for request in host.requests if request.path.endswith(":upload")])


BROKEN = [anthropic, bedrock, fireworks, gemini, mistral, openai, openrouter, vertex, xai]


@pytest.mark.parametrize("module", BROKEN, ids=lambda module: module.NAME)
@given(data=st.one_of(st.binary(max_size=80), documents))
@settings(max_examples=12, deadline=None, database=None)
def test_whatever_a_host_says_is_read_or_is_an_error_of_ours(module: Any, data: bytes) -> None:
    """Neither a state nor a result ever raises anything else, and none is made up."""
    answer = Answer(status=200, headers=Headers(), body=data)
    uses: list[Callable[[], Any]] = [
        lambda: told(module.refresh("b", place("m", "/x")), answer),
        lambda: module.results(data, STATE, place("m", "/x")),
    ]
    for use in uses:
        try:
            found = use()
        except LLMKitError:
            continue
        assert isinstance(found, BatchState) or all(item.body or item.outcome != "succeeded" for item in found[0])
