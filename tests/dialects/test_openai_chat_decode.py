"""Answers of Chat Completions: what the many servers send, as one response."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from llmkit.dialects import openai_chat
from llmkit.errors import BadRequest, LLMKitError, ProtocolError, RateLimited, ServerError
from llmkit.types.parts import (
    Audio,
    Citation,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Unknown,
)
from llmkit.types.responses import FinishReason, Logprob
from llmkit.types.usage import Cost, Usage
from tests.dialects.openai_chat_cases import ORIGIN, body, decoded


def kinds(parts: tuple[Part, ...]) -> list[type[Part]]:
    return [type(part) for part in parts]


def test_a_text_answer_is_read() -> None:
    wire = json.dumps(
        body({"content": "Hello", "refusal": None, "annotations": []}, service_tier="default", system_fingerprint="fp")
    ).encode()

    answer = openai_chat.decode(wire, origin=ORIGIN)

    assert (Text(text="Hello", origin=ORIGIN),) == answer.content
    assert ("c1", "m", 7.0, "default") == (answer.id, answer.model, answer.created, answer.service_tier)
    assert FinishReason(unified="stop", raw="stop") == answer.finish
    assert (None, None, {"system_fingerprint": "fp"}) == (answer.usage, answer.cost, answer.extra)
    assert wire == bytes(answer.raw)


def test_parts_stand_in_one_order() -> None:
    answer = decoded(
        {
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            "audio": {"id": "au", "data": "SUQzPw==", "transcript": "Hi", "expires_at": 9},
            "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}],
            "refusal": "no",
            "content": "Hello",
            "executed_tools": [{"index": 0, "type": "search", "arguments": '{"q": 1}', "output": "found"}],
            "reasoning": "hm",
        }
    )

    assert [Reasoning, ServerToolCall, ServerToolResult, Text, Refusal, Image, Audio, ToolCall] == kinds(answer.content)
    assert Audio(id="au", data=b"ID3?", media_type="audio/mpeg", transcript="Hi", origin=ORIGIN) == answer.content[6]
    assert {"audio": {"expires_at": 9}} == answer.extra
    assert {"q": 1} == getattr(answer.content[1], "arguments", None)


CONTENT: list[tuple[Any, list[Part]]] = [
    (None, []),
    ("", []),
    ([], []),
    ([{"type": "text", "text": "a"}, "b"], [Text(text="a", origin=ORIGIN), Text(text="b", origin=ORIGIN)]),
    ([{"type": "refusal", "refusal": "no"}], [Refusal(text="no", origin=ORIGIN)]),
    ([{"type": "image_url", "image_url": "https://a.example"}], [Image(url="https://a.example", origin=ORIGIN)]),
    ({"a": 1}, [Text(text='{"a":1}', origin=ORIGIN)]),
    (4.5, [Text(text="4.5", origin=ORIGIN)]),
]


@pytest.mark.parametrize(("content", "expected"), CONTENT, ids=range(len(CONTENT)))
def test_content_may_be_text_blocks_null_or_what_the_server_made_of_it(content: Any, expected: list[Part]) -> None:
    assert tuple(expected) == decoded({"content": content}).content


@pytest.mark.parametrize("block", [{"type": "hologram", "x": [1]}, {"x": 1}, 7])
def test_an_unknown_block_is_kept_whole(block: Any) -> None:
    (part,) = decoded({"content": [block]}).content

    assert isinstance(part, Unknown)
    assert block == json.loads(bytes(part.native))


def test_a_text_block_with_more_keeps_it() -> None:
    block = {"type": "text", "text": "a", "seal": "S"}

    (part,) = decoded({"content": [block]}).content

    assert ("a", block) == (getattr(part, "text", None), json.loads(bytes(part.native)))


def test_references_by_number_become_citations() -> None:
    block = {"type": "reference", "reference_ids": [3]}

    parts = decoded({"content": [{"type": "text", "text": "a"}, block]}).content

    assert [Text, Citation] == kinds(parts)
    assert (3, block) == (getattr(parts[1], "document", None), json.loads(bytes(parts[1].native)))


SOURCE = {"url": "https://a.example", "title": "A", "start_index": 1, "end_index": 4, "content": "words"}
CITED = Citation(url="https://a.example", title="A", start=1, end=4, quote="words", location="url_citation", origin=ORIGIN)


def test_annotations_belong_to_the_text() -> None:
    (text,) = decoded({"content": "Hello", "annotations": [{"type": "url_citation", "url_citation": SOURCE}]}).content

    assert Text(text="Hello", citations=(CITED,), origin=ORIGIN) == text


def test_annotations_without_a_text_stand_alone_and_unknown_ones_keep_their_block() -> None:
    odd = {"type": "file_path", "file_path": {"file_id": "f"}}

    (part,) = decoded({"annotations": [odd]}).content

    assert isinstance(part, Citation)
    assert ("file_path", odd) == (part.location, json.loads(bytes(part.native)))


@pytest.mark.parametrize(
    ("beside", "url"),
    [
        ({"citations": ["https://a.example"]}, "https://a.example"),
        ({"search_results": [{"title": "B", "url": "https://b.example", "date": "2026"}], "citations": ["x"]}, "https://b.example"),
    ],
)
def test_sources_beside_the_answer_become_parts(beside: dict[str, Any], url: str) -> None:
    answer = decoded({"content": "Hello"}, **beside)

    assert [Text, Citation] == kinds(answer.content)
    assert [url] == [citation.url for citation in answer.citations]


CALLS: list[tuple[dict[str, Any], Any]] = [
    ({"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}, ("c", {"a": 1}, False)),
    ({"id": "c", "index": 0, "function": {"name": "f", "arguments": ""}}, ("c", {}, False)),
    ({"id": 0, "function": {"name": "f", "arguments": {"a": 1}, "description": None}}, ("0", {"a": 1}, False)),
    ({"id": "c", "function": {"name": "f"}}, ("c", {}, False)),
    ({"id": "c", "function": {"name": "f", "parameters": {"a": 1}}}, ("c", {"a": 1}, False)),
    ({"id": "c", "custom": {"name": "", "input": ""}, "function": {"name": "f", "arguments": '{}{"a": 1}'}}, ("c", {"a": 1}, False)),
    ({"id": "c", "type": "custom", "custom": {"name": "f", "input": "4 + 4"}}, ("c", {"input": "4 + 4"}, False)),
    ({"id": "c", "function": {"name": "f", "arguments": "{}"}, "extra_content": {"seal": "S"}}, ("c", {}, True)),
    ({"id": "c", "function": {"name": "f", "arguments": "{}", "call_id": None}}, ("c", {}, False)),
]


@pytest.mark.parametrize(("call", "expected"), CALLS, ids=range(len(CALLS)))
def test_a_call_is_read_however_it_is_written(call: dict[str, Any], expected: Any) -> None:
    (found,) = decoded({"tool_calls": [call]}, "tool_calls").tool_calls

    assert ("f", expected) == (found.name, (found.id, found.arguments, bool(found.native)))


@pytest.mark.parametrize("text", ["{", "[1]", "null", "x"])
def test_arguments_that_are_no_object_make_an_invalid_call(text: str) -> None:
    answer = decoded({"tool_calls": [{"id": "c", "function": {"name": "f", "arguments": text}}]})

    assert ((), text) == (answer.tool_calls, answer.invalid_tool_calls[0].json)
    assert isinstance(answer.content[0], InvalidToolCall)


def test_the_older_kind_of_call_is_a_call() -> None:
    answer = decoded({"content": None, "function_call": {"name": "f", "arguments": '{"a":1}'}}, "function_call")

    assert ({"a": 1}, "tool_calls") == (answer.tool_calls[0].arguments, answer.finish.unified)


THINKING: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"reasoning_content": "hm"}, {"text": "hm"}),
    ({"reasoning": "hm"}, {"text": "hm"}),
    ({"reasoning": "hm", "reasoning_content": "hm"}, {"text": "hm"}),
    ({"reasoning_details": [{"type": "reasoning.text", "text": "hm", "signature": "S"}]}, {"text": "hm", "signature": "S"}),
    ({"reasoning_details": [{"type": "reasoning.encrypted", "data": "E"}]}, {"text": "", "encrypted": "E"}),
    ({"reasoning_details": [{"type": "reasoning.summary", "summary": "hm"}]}, {"text": "hm", "summary": True}),
    (
        {"reasoning": "hm", "reasoning_details": [{"type": "reasoning.text", "text": "hm", "signature": ""}]},
        {"text": "hm", "signature": None},
    ),
]


@pytest.mark.parametrize(("message", "expected"), THINKING, ids=range(len(THINKING)))
def test_thinking_is_read_from_every_field_and_kept_whole(message: dict[str, Any], expected: dict[str, Any]) -> None:
    (part,) = decoded(message).content

    assert isinstance(part, Reasoning)
    assert expected == {key: getattr(part, key) for key in expected}
    assert message == json.loads(bytes(part.native))


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"type": "thinking", "thinking": [{"type": "text", "text": "hm"}], "signature": "S"}, "hm"),
        ({"type": "thinking", "thinking": "", "signature": "S"}, ""),
        ({"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}, "hm"),
        ({"type": "reasoning", "text": "hm"}, "hm"),
    ],
)
def test_blocks_of_thinking_are_read_and_kept_whole(block: dict[str, Any], text: str) -> None:
    part = decoded({"content": [block, {"type": "text", "text": "Yes"}]}).content[0]

    assert isinstance(part, Reasoning)
    assert (text, block.get("signature"), block) == (part.text, part.signature, json.loads(bytes(part.native)))


FINISHES = [
    ("stop", "stop"),
    ("length", "length"),
    ("tool_calls", "tool_calls"),
    ("function_call", "tool_calls"),
    ("content_filter", "content_filter"),
    ("eos", "stop"),
    ("COMPLETE", "stop"),
    ("model_length", "length"),
    ("error", "error"),
    ("model_context_window_exceeded", "context_exceeded"),
    ("something_new", "other"),
]


@pytest.mark.parametrize(("raw", "unified"), FINISHES)
def test_a_finish_reason_is_unified_and_kept(raw: str, unified: Any) -> None:
    assert FinishReason(unified=unified, raw=raw) == decoded({"content": "a"}, raw).finish


def test_a_missing_reason_is_told_from_the_parts() -> None:
    call = {"id": "c", "function": {"name": "f", "arguments": "{}"}}

    assert FinishReason(unified="other") == decoded({"content": "a"}, None).finish
    assert FinishReason(unified="tool_calls") == decoded({"tool_calls": [call]}, "").finish


def test_the_stop_text_is_told_beside_the_reason() -> None:
    answer = body({"content": "a"})
    answer["choices"][0]["stop_reason"] = "END"

    assert "END" == openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN).finish.detail


def test_further_candidates_are_read() -> None:
    answer = body({"content": "a"})
    answer["choices"].append({"index": 1, "message": {"content": "b"}, "finish_reason": "length"})

    found = openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN)

    assert ("a", (Text(text="b", origin=ORIGIN),)) == (found.text, found.candidates[0].content)
    assert "length" == getattr(found.candidates[0].finish, "raw", None)


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        (
            {"content": [{"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": [{"token": "b", "logprob": -1, "bytes": None}]}]},
            (Logprob(token="a", logprob=-0.5, bytes=(97,), top=(Logprob(token="b", logprob=-1.0),)),),
        ),
        ({"tokens": ["a"], "token_logprobs": [-0.5], "token_ids": [1]}, (Logprob(token="a", logprob=-0.5),)),
        ({"content": None, "refusal": [{"token": "n", "logprob": -2}]}, (Logprob(token="n", logprob=-2.0),)),
        (-0.3, ()),
        (None, ()),
    ],
    ids=range(5),
)
def test_probabilities_are_read_in_both_spellings(wire: Any, expected: Any) -> None:
    answer = body({"content": "a"})
    answer["choices"][0]["logprobs"] = wire

    assert expected == openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN).logprobs


USAGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": ({"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 14}, {"uncached": 10, "output_text": 4}),
    "cached inside the prompt": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 4,
            "total_tokens": 14,
            "prompt_tokens_details": {"cached_tokens": 6, "cache_write_tokens": 1},
        },
        {"uncached": 3, "cache_read": 6, "cache_write": 1, "output_text": 4},
    ),
    "hit and miss": (
        {"prompt_tokens": 10, "completion_tokens": 4, "prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 2},
        {"uncached": 2, "cache_read": 8, "output_text": 4},
    ),
    "cached at the top": (
        {"prompt_tokens": 10, "completion_tokens": 4, "num_cached_tokens": 9},
        {"uncached": 1, "cache_read": 9, "output_text": 4},
    ),
    "cached beside the prompt": (
        {"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 114, "cache_read_input_tokens": 100},
        {"uncached": 10, "cache_read": 100, "output_text": 4},
    ),
    "more cached than sent": (
        {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11, "prompt_tokens_details": {"cached_tokens": 161}},
        {"uncached": 7, "cache_read": 161, "output_text": 4},
    ),
    "read reported as written too": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 4,
            "total_tokens": 14,
            "prompt_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 8},
        },
        {"cache_read": 8, "cache_write": 2, "output_text": 4},
    ),
    "lifetimes": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 4,
            "total_tokens": 14,
            "cache_creation_input_tokens": 6,
            "cache_creation": {"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 3, "ephemeral_24h_input_tokens": 1},
        },
        {"uncached": 4, "cache_write": 1, "cache_write_5m": 2, "cache_write_1h": 3, "output_text": 4},
    ),
    "thinking inside the completion": (
        {"prompt_tokens": 10, "completion_tokens": 9, "total_tokens": 19, "completion_tokens_details": {"reasoning_tokens": 5}},
        {"uncached": 10, "output_text": 4, "reasoning": 5},
    ),
    "thinking beside the completion": (
        {"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 19, "completion_tokens_details": {"reasoning_tokens": 5}},
        {"uncached": 10, "output_text": 4, "reasoning": 5},
    ),
    "thinking by another tokenizer": (
        {"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 14, "completion_tokens_details": {"reasoning_tokens": 5}},
        {"uncached": 10, "reasoning": 4},
    ),
    "a research host": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 4,
            "total_tokens": 14,
            "reasoning_tokens": 500,
            "citation_tokens": 3,
            "num_search_queries": 2,
        },
        {"uncached": 10, "output_text": 4, "reasoning": 500, "server_tools": {"web_search": 2}},
    ),
    "sound and pictures": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 9,
            "total_tokens": 19,
            "prompt_tokens_details": {"audio_tokens": 3, "image_tokens": 2},
            "completion_tokens_details": {"audio_tokens": 5, "image_tokens": 1, "reasoning_tokens": 1},
        },
        {"uncached": 10, "input_audio": 3, "input_image": 2, "output_text": 2, "output_audio": 5, "output_image": 1, "reasoning": 1},
    ),
    "null and odd": (
        {"prompt_tokens": 10, "completion_tokens": None, "total_tokens": "x", "prompt_tokens_details": None},
        {"uncached": 10},
    ),
}


@pytest.mark.parametrize("name", USAGES)
def test_tokens_are_counted_once_whatever_the_convention(name: str) -> None:
    wire, expected = USAGES[name]

    usage = decoded({"content": "a"}, usage=wire).usage

    assert usage is not None
    assert Usage(**expected) == usage.replace(raw=Usage().raw)
    assert wire == json.loads(bytes(usage.raw))


COSTS: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    ({"cost": 0.0012}, {}, "0.0012"),
    ({"cost": 0}, {}, "0"),
    ({"cost": 6e-7}, {}, "6E-7"),
    ({"cost": {"total_cost": 0.5, "input_tokens_cost": 0.1}}, {}, "0.5"),
    ({"cost": 0.1, "is_byok": True, "cost_details": {"upstream_inference_cost": 2}}, {}, "2.1"),
    ({"cost": 0.1, "is_byok": False, "cost_details": {"upstream_inference_cost": 2}}, {}, "0.1"),
    ({"cost_in_usd_ticks": 37_756_000}, {}, "0.0037756"),
    ({"cost_in_usd_ticks": 0}, {}, None),
    ({"estimated_cost": 0.25}, {}, "0.25"),
    ({}, {"cost": {"usd": 0.5, "diem": 1}}, "0.5"),
    ({"cost": None}, {}, None),
    ({"cost": -1}, {}, None),
    ({}, {}, None),
]


@pytest.mark.parametrize(("usage", "beside", "expected"), COSTS, ids=range(len(COSTS)))
def test_the_providers_own_cost_is_read_and_an_unknown_one_is_none(
    usage: dict[str, Any], beside: dict[str, Any], expected: str | None
) -> None:
    answer = decoded({"content": "a"}, usage={"prompt_tokens": 1, **usage}, **beside)

    assert (None if expected is None else Cost(amount=Decimal(expected))) == answer.cost


def test_what_is_said_beside_the_answer_is_kept() -> None:
    answer = body(
        {"content": "a", "provider_metadata": {"x": 1}},
        timings={"ms": 1},
        prompt_filter_results=[{"i": 0}],
        x_groq={"id": "r"},
        metadata=None,
    )
    answer["choices"][0]["content_filter_results"] = {"hate": {"filtered": False}}

    extra = openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN).extra

    assert {"timings", "prompt_filter_results", "x_groq", "choice", "message"} == extra.keys()
    assert {"provider_metadata": {"x": 1}} == extra["message"]


def test_a_filtered_answer_without_a_message_is_an_answer() -> None:
    wire = {"id": "c1", "choices": [{"index": 0, "finish_reason": "content_filter", "content_filter_results": {}}]}

    answer = openai_chat.decode(json.dumps(wire).encode(), origin=ORIGIN)

    assert ((), "content_filter") == (answer.content, answer.finish.unified)


FAILURES: list[tuple[bytes, type[LLMKitError]]] = [
    (b"", ProtocolError),
    (b"  ", ProtocolError),
    (b"<html>busy</html>", ProtocolError),
    (b"[]", ProtocolError),
    (b"null", ProtocolError),
    (b"{}", ProtocolError),
    (b'{"choices": []}', ProtocolError),
    (b'{"choices": null}', ProtocolError),
    (b'{"choices": [{}]}', ProtocolError),
    (b'{"choices": [{"message": "x"}]}', ProtocolError),
    (b'{"choices": [{"message": {"content": "\xff"}}]}', ProtocolError),
    (b'{"id": ' + b"[" * 100_000, ProtocolError),
    (b'{"error": {"message": "slow down", "code": 429}}', RateLimited),
    (b'{"error": {"message": "no", "type": "invalid_request_error"}, "choices": null}', BadRequest),
    (b'{"error": "broken"}', ServerError),
    (b'{"object": "error", "message": "no", "code": 400}', BadRequest),
    (b'{"choices": [{"message": {"content": ""}, "finish_reason": "error", "error": {"code": 502, "message": "gone"}}]}', ServerError),
]


@pytest.mark.parametrize(("wire", "kind"), FAILURES, ids=range(len(FAILURES)))
def test_what_is_no_answer_is_never_an_empty_success(wire: bytes, kind: type[LLMKitError]) -> None:
    with pytest.raises(kind):
        openai_chat.decode(wire, origin=ORIGIN)


def test_odd_json_that_servers_write_is_read() -> None:
    """Python servers write NaN and halves of surrogate pairs."""
    wire = b'{"choices": [{"message": {"content": "a\\ud83d"}, "finish_reason": "stop", "score": NaN}]}'

    answer = openai_chat.decode(wire, origin=ORIGIN)

    assert "a\ufffd" == answer.text
    answer.replace(raw=Usage().raw).to_dict()
