"""Batches whose requests and results lie in the caller's own storage; and batches of vectors."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.dialects.batches import bedrock, fireworks, vertex
from llmkit.dialects.batches.storage import located
from llmkit.errors import InvalidRequest, LLMKitError, ProtocolError
from llmkit.types.asking import Answer
from llmkit.types.batch import BatchState
from llmkit.types.http import Headers
from tests.operations.batch_hosts import OpenAIHost, collect
from tests.operations.batch_hosts_more import Kept
from tests.operations.batch_hosts_stored import (
    BedrockHost,
    GeminiVectorHost,
    VertexBareHost,
    VertexClaudeHost,
    VertexHost,
)
from tests.operations.faces import FACES, client_for
from tests.recordings.recorded import place, told

STATE = BatchState(handle="b", status="ended")
SIGNED = {"settings": {"bedrock": {"region": "us-east-1", "access_key_id": "AKIAEXAMPLEEXAMPLE00", "secret_access_key": "example"}}}


def asked_with(host: Kept, **more: Any) -> dict[str, Any]:
    return {"max_tokens": 50, **getattr(host, "options", {}), **more}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("kind", [BedrockHost, VertexHost, VertexClaudeHost, VertexBareHost], ids=lambda kind: kind.__name__)
def test_requests_go_to_storage_and_results_come_from_there(kind: type[Kept], face: str) -> None:
    with kind() as host:
        found = collect(face, host.client, host.model, ["a", "b", "c"], asked_with(host), ordered=True)

    assert [("request-1", "A"), ("request-2", "B"), ("request-3", "C")] == [(item.id, item.reply.text) for item in found]
    assert [1000] * 3 == [item.reply.usage.input for item in found]


def test_claude_at_bedrock_is_asked_in_its_own_format_where_that_is_wanted() -> None:
    with BedrockHost() as host:
        found = collect("sync", host.client, "bedrock/anthropic.claude-haiku-4-5", ["a"], asked_with(host, dialect="anthropic"))

    assert "A" == found[0].reply.text
    assert ("InvokeModel", "anthropic.claude-haiku-4-5") == (host.begun["modelInvocationType"], host.begun["modelId"])
    assert {"anthropic_version", "max_tokens", "messages"} == set(host.lines[0]["modelInput"])


def test_bedrock_is_told_where_all_lies_and_who_may_read_it() -> None:
    with BedrockHost() as host:
        collect("sync", host.client, host.model, ["a"], asked_with(host, name="my job!", metadata={"k": "v"}, window="48h"))

    assert {
        "jobName": "my-job",
        "roleArn": host.options["role"],
        "modelId": "amazon.nova-micro-v1:0",
        "modelInvocationType": "Converse",
        "inputDataConfig": {"s3InputDataConfig": {"s3InputFormat": "JSONL", "s3Uri": "s3://mine/in/questions.jsonl"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://mine/out/"}},
        "tags": [{"key": "k", "value": "v"}],
        "timeoutDurationInHours": 48,
    } == host.begun
    assert {"messages": [{"role": "user", "content": [{"text": "a"}]}], "inferenceConfig": {"maxTokens": 50}} == host.lines[0]["modelInput"]


def test_the_file_is_signed_for_s3_and_the_job_for_bedrock() -> None:
    with BedrockHost() as host:
        client = {**SIGNED, "base_urls": {"bedrock": host.url}}
        collect("sync", client, host.model, ["a"], asked_with(host))

    put, begun, got = (host.asked(route)[0] for route in host_routes(host))
    assert hashlib.sha256(put.body).hexdigest() == put.headers["x-amz-content-sha256"]
    assert "/us-east-1/s3/aws4_request" in put.headers["authorization"]
    assert "content-type;host;x-amz-content-sha256;x-amz-date" in put.headers["authorization"]
    assert "/us-east-1/bedrock/aws4_request" in begun.headers["authorization"]
    assert "/us-east-1/s3/aws4_request" in got.headers["authorization"]


def host_routes(host: Kept) -> tuple[str, str, str]:
    return (
        "PUT /mine/in/questions.jsonl",
        "POST /model-invocation-job",
        "GET /mine/out/abc123abc123/questions.jsonl.out",
    )


def test_vertex_is_told_where_all_lies() -> None:
    with VertexHost() as host:
        collect("sync", host.client, host.model, [("Q", "a"), ("q", "b")], asked_with(host, metadata={"k": "v"}))

    assert {
        "displayName": "llmkit",
        "model": "publishers/google/models/gemini-2.5-flash",
        "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://mine/in/q.jsonl"]}},
        "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": "gs://mine/out"}},
        "labels": {"k": "v"},
    } == host.asked("POST /batchPredictionJobs")[0].json
    assert {"uploadType": "media", "name": "in/q.jsonl"} == host.asked("POST /upload/storage/v1/b/mine/o")[0].query
    assert [("Q", None), ("q", {"llmkit-request": "q"})] == [(line["key"], line["request"].get("labels")) for line in host.lines]


@pytest.mark.parametrize(("kind", "cancelled"), [(BedrockHost, "Stopped"), (VertexHost, "JOB_STATE_CANCELLED")])
def test_they_are_listed_and_ended_early(kind: Any, cancelled: str) -> None:
    with kind() as host, LLMKit(**host.client) as kit:
        (found,) = kit.batches.list(host.provider)
        host.looks = -5
        status = kit.batch(found.id).cancel().status

    assert ("cancelled", cancelled) == (found.status, found.state.raw_status)
    assert host.model.partition("/")[2] == found.state.model
    assert "running" == status


WRONG: dict[str, tuple[type[Any], dict[str, Any], str]] = {
    "no place at all": (BedrockHost, {"role": "arn:aws:iam::123456789012:role/x"}, "input_uri"),
    "another cloud's": (BedrockHost, {"input_uri": "gs://mine/q.jsonl"}, "input_uri"),
    "a folder for the file": (VertexHost, {"input_uri": "gs://mine/in/"}, "input_uri"),
    "a way out": (VertexHost, {"input_uri": "gs://mine/../q.jsonl", "output_uri": "gs://mine/out"}, "input_uri"),
    "a query": (VertexHost, {"input_uri": "gs://mine/q.jsonl", "output_uri": "gs://mine/out?x=1"}, "output_uri"),
    "no role": (BedrockHost, {"input_uri": "s3://mine/q.jsonl", "output_uri": "s3://mine/out", "role": "admin"}, "role"),
    "a provider that keeps the files": (OpenAIHost, {"output_uri": "s3://mine/out"}, "output_uri"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_place_that_is_none_is_refused_before_anything_is_sent(case: str) -> None:
    kind, options, parameter = WRONG[case]
    with kind() as host, LLMKit(**host.client) as kit, pytest.raises(InvalidRequest) as caught:
        kit.batches.create(getattr(host, "model", "openai/gpt-4.1-nano"), ["a"], **options)

    assert parameter == caught.value.parameter
    assert [] == list(host.requests)


LINES: dict[str, tuple[Any, str, tuple[Any, ...]]] = {
    "bedrock": (bedrock, '{"recordId":"x","modelInput":{},"error":{"errorCode":429,"errorMessage":"slow"}}', ("x", 429, "failed")),
    "vertex": (vertex, '{"key":"x","status":"Bad Request: no","response":{}}', ("x", 400, "failed")),
    "vertex, as an object": (vertex, '{"custom_id":"x","status":{"code":3,"message":"no"}}', ("x", 400, "failed")),
}


@pytest.mark.parametrize("case", LINES)
def test_a_request_that_failed_says_why(case: str) -> None:
    module, line, expected = LINES[case]

    (found,), _ = module.results(line.encode(), STATE, place("m", "/x"))

    assert expected == (found.id, found.status, found.outcome)
    assert any(word in str(module.error(found.status, {}, found.body)) for word in ("slow", "no"))


ARN = '"jobArn":"arn:aws:bedrock:us-east-1:1:model-invocation-job/j"'
STATES: list[tuple[Any, str, tuple[str, bool]]] = [
    (bedrock, f'{{{ARN},"status":"Failed","message":"no bucket"}}', ("failed", True)),
    (bedrock, f'{{{ARN},"status":"PartiallyCompleted"}}', ("ended", False)),
    (bedrock, f'{{{ARN},"status":"Stopping"}}', ("cancelling", False)),
    (bedrock, f'{{{ARN},"status":"Expired"}}', ("expired", False)),
    (bedrock, f'{{{ARN},"status":"Scheduled"}}', ("queued", False)),
    (vertex, '{"name":"a/j","state":"JOB_STATE_FAILED","error":{"code":5,"message":"no bucket"}}', ("failed", True)),
    (vertex, '{"name":"a/j","state":"JOB_STATE_PARTIALLY_SUCCEEDED"}', ("ended", False)),
    (vertex, '{"name":"a/j","state":"JOB_STATE_PAUSED"}', ("running", False)),
    (fireworks, '{"name":"a/j","state":"JOB_STATE_FAILED","status":{"message":"no bucket"}}', ("failed", True)),
    (fireworks, '{"name":"a/j","state":"JOB_STATE_EARLY_STOPPED"}', ("expired", False)),
    (fireworks, '{"name":"a/j","state":"JOB_STATE_WRITING_RESULTS"}', ("running", False)),
]


@pytest.mark.parametrize(("module", "body", "expected"), STATES)
def test_each_word_for_a_state_is_known(module: Any, body: str, expected: tuple[str, bool]) -> None:
    """One that is not goes on; one that failed says why."""
    state = told(module.refresh("j", place("m", "/x")), Answer(status=200, headers=Headers(), body=body.encode()))

    assert ("j", *expected) == (state.handle, state.status, "no bucket" in str(state.failure))


@pytest.mark.parametrize(("module", "line"), [(bedrock, b'{"recordId":"x"}'), (vertex, b'{"key":"x"}'), (vertex, b'{"response":{"a":1}}')])
def test_a_line_that_says_nothing_is_no_result(module: Any, line: bytes) -> None:
    with pytest.raises(ProtocolError):
        module.results(line, STATE, place("m", "/x"))


@pytest.mark.parametrize("face", FACES)
def test_gemini_makes_vectors_in_a_batch(face: str) -> None:
    requests = [{"id": word, "inputs": [word], "dimensions": 768} for word in ("a", "bb")]
    with GeminiVectorHost() as host:
        found = collect(face, host.client, host.model, requests, {}, ordered=["a", "bb"])

    assert [("a", [1.0, 1.0], 1000), ("bb", [2.0, 1.0], 1000)] == [
        (item.id, list(item.reply.vectors[0]), item.reply.usage.input) for item in found
    ]
    assert 768 == host.lines[0]["request"]["outputDimensionality"]


def test_gemini_embeds_one_thing_a_request() -> None:
    with GeminiVectorHost() as host, LLMKit(**host.client) as kit, pytest.raises(InvalidRequest, match="one thing"):
        kit.batches.create(host.model, [{"inputs": ["a", "b"]}])


@pytest.mark.parametrize("uri", ["s3://", "s3://b", "s3://mine//x", "s3://mine/./x", "http://mine/x", "s3://mine/a b", None])
def test_what_is_no_place_is_never_a_path(uri: Any) -> None:
    with pytest.raises(LLMKitError):
        located(uri, "s3", "input_uri")


def test_storage_of_a_provider_elsewhere_is_elsewhere_too() -> None:
    """A key that was given for one address is sent to no other."""
    with VertexHost() as host:
        collect("sync", client_for("vertex", host.url), host.model, ["a"], asked_with(host))

    assert 1 == len(host.asked("POST /upload/storage/v1/b/mine/o"))
