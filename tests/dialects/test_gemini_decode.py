"""Whole answers into responses: parts, finish, usage, sources."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from llmkit.dialects import gemini
from llmkit.errors import Overloaded, ProtocolError, ProviderError, RateLimited
from llmkit.types.parts import (
    Audio,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Unknown,
    Video,
)
from llmkit.types.responses import FinishReason, Logprob
from tests.dialects.gemini_cases import ORIGIN, THOUGHT, answer, decoded


def test_an_answer_has_its_words_its_model_and_its_time() -> None:
    body = {**answer({"text": "Hi"}), "modelVersion": "gemini-3-pro", "createTime": "2026-01-02T03:04:05.5Z"}

    response = decoded(body)

    assert ((Text(text="Hi", origin=ORIGIN),), "r1", "gemini-3-pro") == (response.content, response.id, response.model)
    assert 1767323045.5 == response.created
    assert body == json.loads(bytes(response.raw))


def _raw(block: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(block).encode())


CODE = {"executableCode": {"language": "PYTHON", "code": "1", "id": "e1"}, "thoughtSignature": "s"}
RESULT = {"codeExecutionResult": {"outcome": "OUTCOME_FAILED", "output": "x", "id": "e1"}}
SEARCH = {"toolCall": {"toolType": "GOOGLE_SEARCH_WEB", "args": {"queries": ["q"]}, "id": "t1"}, "thoughtSignature": "s"}
FOUND = {"toolResponse": {"toolType": "GOOGLE_SEARCH_WEB", "response": {"a": 1}, "id": "t1"}}
LATE = {"text": "a", "partMetadata": {"k": 1}}
BLOCKS: list[tuple[dict[str, Any], Part | None]] = [
    ({"text": "a", "thoughtSignature": "s"}, Text(text="a", signature="s")),
    ({"text": "", "thoughtSignature": "s"}, Text(text="", signature="s")),
    ({"thoughtSignature": "s"}, Text(text="", signature="s", native=_raw({"thoughtSignature": "s"}))),
    (LATE, Text(text="a", native=_raw(LATE))),
    ({"text": ""}, None),
    ({"text": "", "thought": True}, None),
    ({}, None),
    ({"functionCall": {}}, None),
    ({"text": "a", "thought": False}, Text(text="a")),
    (THOUGHT, Reasoning(text="hm", summary=True, native=_raw(THOUGHT))),
    (
        {"text": "", "thought": True, "thoughtSignature": "s"},
        Reasoning(text="", signature="s", summary=True, native=_raw({"text": "", "thought": True, "thoughtSignature": "s"})),
    ),
    (
        {"functionCall": {"id": "c", "name": "f", "args": {"a": 1}}, "thoughtSignature": "s"},
        ToolCall(id="c", name="f", arguments={"a": 1}, json='{"a": 1}', signature="s"),
    ),
    ({"functionCall": {"name": "f"}}, ToolCall(id="llmkit_r1_0", name="f")),
    ({"functionCall": {"name": "f", "args": None}}, ToolCall(id="llmkit_r1_0", name="f")),
    ({"functionCall": {"id": "c", "name": "f", "args": [1]}}, InvalidToolCall(id="c", name="f", json="[1]", error="Not a JSON object.")),
    (
        {"inlineData": {"mimeType": "image/png", "data": "YQ=="}, "thoughtSignature": "s"},
        Image(data=b"a", media_type="image/png", signature="s"),
    ),
    ({"inlineData": {"mimeType": "image/png", "data": "_-8"}}, Image(data=b"\xff\xef", media_type="image/png")),
    (
        {"inlineData": {"mimeType": "image/png", "data": "YQ=="}, "thought": True},
        Image(data=b"a", media_type="image/png", options={"gemini": {"thought": True}}),
    ),
    ({"inlineData": {"mimeType": "audio/L16;rate=24000", "data": "YQ=="}}, Audio(data=b"a", media_type="audio/L16;rate=24000")),
    ({"inlineData": {"mimeType": "application/pdf", "data": "YQ=="}}, Document(data=b"a", media_type="application/pdf")),
    (
        {"inlineData": {"mimeType": "image/png", "data": "?"}},
        Unknown(kind="inlineData", native=_raw({"inlineData": {"mimeType": "image/png", "data": "?"}})),
    ),
    ({"fileData": {"mimeType": "video/mp4", "fileUri": "gs://b/v"}}, Video(url="gs://b/v", media_type="video/mp4")),
    (
        {"fileData": {"mimeType": "image/png", "fileUri": "https://h/v1beta/files/a"}},
        Image(file_id="https://h/v1beta/files/a", media_type="image/png"),
    ),
    (CODE, ServerToolCall(id="e1", name="code_execution", arguments={"language": "PYTHON", "code": "1"}, native=_raw(CODE))),
    (RESULT, ServerToolResult(id="e1", name="code_execution", is_error=True, native=_raw(RESULT))),
    (SEARCH, ServerToolCall(id="t1", name="web_search", arguments={"queries": ["q"]}, native=_raw(SEARCH))),
    (FOUND, ServerToolResult(id="t1", name="web_search", native=_raw(FOUND))),
    ({"brandNew": {"a": 1}}, Unknown(kind="brandNew", native=_raw({"brandNew": {"a": 1}}))),
    ({"functionCall": 3}, Unknown(kind="functionCall", native=_raw({"functionCall": 3}))),
]


@pytest.mark.parametrize(("wire", "part"), BLOCKS)
def test_a_block_is_a_part(wire: dict[str, Any], part: Part | None) -> None:
    expected = () if part is None else (part.replace(origin=ORIGIN),)

    assert expected == decoded(answer(wire)).content


def test_parts_keep_their_order_and_are_never_merged() -> None:
    parts = [THOUGHT, THOUGHT, {"text": "a"}, {"text": "b"}, {"text": "", "thoughtSignature": "s"}]

    content = decoded(answer(*parts)).content

    assert ["Reasoning", "Reasoning", "Text", "Text", "Text"] == [type(part).__name__ for part in content]


def test_code_and_its_result_belong_together_without_ids() -> None:
    code, result = {"executableCode": {"code": "1"}}, {"codeExecutionResult": {"outcome": "OUTCOME_OK"}}

    content = decoded(answer(code, result, code, result)).content

    ids = [part.id for part in content if isinstance(part, ServerToolCall | ServerToolResult)]
    assert (ids[0], ids[2], True) == (ids[1], ids[3], ids[0] != ids[2])


def test_made_up_ids_differ_fit_every_format_and_are_the_same_every_time() -> None:
    calls = [{"functionCall": {"name": "f", "args": {"n": n}}} for n in range(12)]
    body = {**answer(*calls), "responseId": "x" * 200}

    ids = [call.id for call in decoded(body).tool_calls]

    assert (12, ids) == (len(set(ids)), [call.id for call in decoded(body).tool_calls])
    assert all(len(id_) <= 40 and id_.replace("_", "").isalnum() for id_ in ids)


def test_calls_of_answers_without_an_id_are_told_apart() -> None:
    """They meet again in one conversation."""
    ids = {decoded({**answer({"functionCall": {"name": "f", "args": {"n": n}}}), "responseId": None}).tool_calls[0].id for n in range(3)}

    assert 3 == len(ids)


FINISHES: list[tuple[Any, str, str | None]] = [
    ("STOP", "stop", "STOP"),
    ("MAX_TOKENS", "length", "MAX_TOKENS"),
    *(
        (reason, "content_filter", reason)
        for reason in ("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "MODEL_ARMOR", "LANGUAGE")
    ),
    *(
        (reason, "error", reason)
        for reason in (
            "MALFORMED_FUNCTION_CALL",
            "UNEXPECTED_TOOL_CALL",
            "TOO_MANY_TOOL_CALLS",
            "MISSING_THOUGHT_SIGNATURE",
            "MALFORMED_RESPONSE",
        )
    ),
    ("CONTINUATION", "pause", "CONTINUATION"),
    ("OTHER", "other", "OTHER"),
    ("NEW_REASON", "other", "NEW_REASON"),
    (1, "stop", "1"),
    (2, "length", "2"),
    (17, "other", "17"),
    (None, "other", None),
]


@pytest.mark.parametrize(("reason", "unified", "raw"), FINISHES)
def test_every_reason_to_finish_has_our_word(reason: Any, unified: Any, raw: str | None) -> None:
    response = decoded(answer({"text": "a"}, finish=reason, finishMessage="why"))

    assert FinishReason(unified=unified, raw=raw, detail="why") == response.finish


def test_a_stop_after_a_call_is_tool_calls() -> None:
    assert "tool_calls" == decoded(answer({"functionCall": {"name": "f"}})).finish.unified


def test_a_blocked_prompt_is_no_success() -> None:
    body = {"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "no"}, "usageMetadata": {"promptTokenCount": 3}}

    response = decoded(body)

    assert FinishReason(unified="content_filter", raw="SAFETY", detail="no") == response.finish
    assert ((), body["promptFeedback"], 3) == (response.content, response.extra["prompt_feedback"], response.usage.input)  # type: ignore[union-attr]


USAGE: list[tuple[dict[str, Any], dict[str, int]]] = [
    (
        {
            "promptTokenCount": 100,
            "cachedContentTokenCount": 30,
            "candidatesTokenCount": 7,
            "thoughtsTokenCount": 5,
            "totalTokenCount": 112,
        },
        {"uncached": 70, "cache_read": 30, "output_text": 7, "reasoning": 5, "input": 100, "output": 12, "total": 112},
    ),
    (
        {"promptTokenCount": 10, "toolUsePromptTokenCount": 50, "candidatesTokenCount": 3, "totalTokenCount": 63},
        {"uncached": 60, "input": 60, "output": 3, "total": 63},
    ),
    (
        {
            "promptTokenCount": 300,
            "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": 10},
                {"modality": "IMAGE", "tokenCount": 258},
                {"modality": "AUDIO", "tokenCount": 32},
            ],
            "candidatesTokenCount": 1300,
            "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}],
            "totalTokenCount": 1600,
        },
        {"input_image": 258, "input_audio": 32, "output_image": 1290, "output_text": 10, "total": 1600},
    ),
    (
        {"promptTokenCount": 1, "candidatesTokenCount": 9, "candidatesTokensDetails": [{"modality": 4, "tokenCount": 9}]},
        {"output_audio": 9, "output_text": 0, "output": 9},
    ),
    ({"candidatesTokenCount": 1, "thoughtsTokenCount": 119, "totalTokenCount": 695}, {"uncached": 575, "total": 695}),
    ({"promptTokenCount": 5, "cachedContentTokenCount": 9, "thoughtsTokenCount": None}, {"uncached": 0, "cache_read": 9}),
]


@pytest.mark.parametrize(("wire", "expected"), USAGE)
def test_tokens_fall_into_buckets_that_do_not_overlap(wire: dict[str, Any], expected: dict[str, int]) -> None:
    usage = decoded({**answer({"text": "a"}), "usageMetadata": wire}).usage

    assert usage is not None
    assert expected == {name: getattr(usage, name) for name in expected}
    assert wire == json.loads(bytes(usage.raw))


@pytest.mark.parametrize("wire", [None, {}, {"trafficType": "ON_DEMAND"}])
def test_usage_without_a_count_is_none(wire: Any) -> None:
    assert None is decoded({**answer({"text": "a"}), "usageMetadata": wire}).usage


def test_the_tier_that_served_is_told() -> None:
    assert "flex" == decoded({**answer({"text": "a"}), "usageMetadata": {"promptTokenCount": 1, "serviceTier": "flex"}}).service_tier


def test_what_is_said_beside_the_content_is_kept() -> None:
    beside = {"urlContextMetadata": {"urlMetadata": []}, "safetyRatings": [{"category": "X"}], "avgLogprobs": -0.5}

    assert {"url_context": {"urlMetadata": []}, "safety_ratings": [{"category": "X"}], "avg_logprobs": -0.5} == decoded(
        answer(**beside)
    ).extra


def test_probabilities_come_with_their_rivals() -> None:
    result = {
        "chosenCandidates": [{"token": "a", "logProbability": -0.1}, {"token": "b", "logProbability": 0}],
        "topCandidates": [{"candidates": [{"token": "a", "logProbability": -0.1}, {"token": "c", "logProbability": -3}]}, {}],
    }

    response = decoded(answer({"text": "ab"}, logprobsResult=result))

    assert (
        Logprob(token="a", logprob=-0.1, top=(Logprob(token="a", logprob=-0.1), Logprob(token="c", logprob=-3.0))),
        Logprob(token="b", logprob=0.0),
    ) == response.logprobs


def test_further_candidates_stand_apart() -> None:
    first, second = answer({"text": "a"})["candidates"][0], answer({"text": "b"}, finish="MAX_TOKENS")["candidates"][0]

    response = decoded({"candidates": [first, second]})

    assert ("a", "length") == (response.text, response.candidates[0].finish.unified)  # type: ignore[union-attr]
    assert (Text(text="b", origin=ORIGIN),) == response.candidates[0].content


BROKEN = [
    b"",
    b" ",
    b"<html>",
    b"null",
    b"3",
    b'"x"',
    b"{",
    b"{}",
    b'{"candidates": []}',
    b'{"candidates": 3}',
    b'{"x": 1}',
    b"[]",
    b'[{"candidates": []}',
    b"\xff\xfe",
    b'{"candidates": [{"content": {"parts": [{"text": "\xff"}]}}]}',
    b'[{"candidates": [{"content": {"parts": [{"text": "\xff"}]}}]}]',
    b'{"candidates": [{"groundingMetadata": {"a": "\xff"}}]}',
    b"[" * 5000,
]


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: repr(body[:20]))
def test_a_body_without_an_answer_is_an_error_and_no_empty_success(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        gemini.decode(body, origin=ORIGIN)


ANSWERED: list[tuple[Any, type[ProviderError]]] = [
    ({"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}, Overloaded),
    ([{"error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}}], RateLimited),
    ({"error": "odd"}, ProviderError),
]


@pytest.mark.parametrize(("body", "kind"), ANSWERED)
def test_an_error_with_status_200_is_raised_as_its_kind(body: Any, kind: type[ProviderError]) -> None:
    with pytest.raises(kind):
        decoded(body)


def test_a_null_error_is_none() -> None:
    assert "a" == decoded({**answer({"text": "a"}), "error": None}).text


def test_a_stream_that_was_answered_whole_is_one_response() -> None:
    chunks = [answer({"text": "Hel"}, finish=None), answer({"text": "lo"})]

    assert ("Hello", "stop") == (decoded(chunks).text, decoded(chunks).finish.unified)
