"""Answers of Chat Completions: what the many servers send, as one response."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.dialects import openai_chat
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
from llmkit.types.responses import FinishReason
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
