"""Messages bodies into responses."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkit.accumulate import fold, unfold
from llmkit.dialects import anthropic
from llmkit.errors import LLMKitError, Overloaded, ProtocolError
from llmkit.types.parts import (
    Citation,
    Compaction,
    InvalidToolCall,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Unknown,
)
from llmkit.types.usage import Usage
from tests.dialects.anthropic_cases import TARGET, body_of, message


def decoded(*blocks: dict[str, Any], **fields: Any) -> Any:
    return anthropic.decode(body_of(*blocks, **fields), origin=TARGET)


WEB = {"type": "web_search_result_location", "cited_text": "q", "url": "https://a", "title": "t", "encrypted_index": "I"}
PARTS: list[tuple[dict[str, Any], Part, bool]] = [
    ({"type": "text", "text": "a"}, Text(text="a"), False),
    ({"type": "text", "text": "a", "citations": None}, Text(text="a"), False),
    ({"type": "text", "text": "a", "citations": []}, Text(text="a"), False),
    ({"type": "text", "text": None}, Text(text=""), True),
    ({"type": "text", "text": "a", "new": 1}, Text(text="a"), True),
    (
        {"type": "text", "text": "a", "citations": [WEB]},
        Text(
            text="a",
            citations=(
                Citation(
                    url="https://a",
                    title="t",
                    quote="q",
                    location=WEB["type"],
                    origin=TARGET,
                    options={"anthropic": {"encrypted_index": "I"}},
                ),
            ),
        ),
        True,
    ),
    (
        {
            "type": "text",
            "text": "a",
            "citations": [
                {"type": "page_location", "cited_text": "q", "document_index": 2, "document_title": None, "start_page_number": 1}
            ],
        },
        Text(
            text="a",
            citations=(
                Citation(
                    quote="q",
                    document=2,
                    location="page_location",
                    origin=TARGET,
                    options={"anthropic": {"document_title": None, "start_page_number": 1}},
                ),
            ),
        ),
        True,
    ),
    ({"type": "thinking", "thinking": "", "signature": "s"}, Reasoning(signature="s"), True),
    ({"type": "thinking", "thinking": "t"}, Reasoning(text="t"), True),
    ({"type": "redacted_thinking", "data": "d"}, Reasoning(encrypted="d"), True),
    (
        {"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}},
        ToolCall(id="1", name="f", arguments={"a": 1}, json='{"a":1}'),
        False,
    ),
    ({"type": "tool_use", "id": "1", "name": "f", "input": {}}, ToolCall(id="1", name="f", json="{}"), False),
    ({"type": "tool_use", "id": "1", "name": "f", "input": {}, "caller": {"type": "direct"}}, ToolCall(id="1", name="f", json="{}"), True),
    (
        {"type": "tool_use", "id": "1", "name": "f", "input": [1]},
        InvalidToolCall(id="1", name="f", json="[1]", error="Not a JSON object."),
        False,
    ),
    (
        {"type": "server_tool_use", "id": "1", "name": "web_search", "input": {"q": 1}},
        ServerToolCall(id="1", name="web_search", arguments={"q": 1}),
        True,
    ),
    ({"type": "mcp_tool_use", "id": "1", "name": "x", "input": {}, "server_name": "s"}, ServerToolCall(id="1", name="x"), True),
    ({"type": "web_search_tool_result", "tool_use_id": "1", "content": []}, ServerToolResult(id="1", name="web_search"), True),
    (
        {
            "type": "web_fetch_tool_result",
            "tool_use_id": "1",
            "content": {"type": "web_fetch_tool_result_error", "error_code": "unavailable"},
        },
        ServerToolResult(id="1", name="web_fetch", is_error=True),
        True,
    ),
    (
        {"type": "mcp_tool_result", "tool_use_id": "1", "content": [], "is_error": True},
        ServerToolResult(id="1", name="mcp", is_error=True),
        True,
    ),
    ({"type": "compaction", "content": "c", "encrypted_content": "e"}, Compaction(text="c", encrypted="e"), True),
    ({"type": "container_upload", "file_id": "f"}, Unknown(kind="container_upload"), True),
    ({"type": "hologram", "z": 1}, Unknown(kind="hologram"), True),
    ({"no": "type"}, Unknown(kind=""), True),
]


@pytest.mark.parametrize(("block", "expected", "keeps_block"), PARTS, ids=lambda value: str(value)[:60])
def test_a_block_is_a_part_that_says_where_it_came_from(block: dict[str, Any], expected: Part, keeps_block: bool) -> None:
    (part,) = decoded(block).content

    native = msgspec.Raw(json.dumps(block, separators=(",", ":")).encode()) if keeps_block else msgspec.Raw()
    assert expected.replace(origin=TARGET, native=native) == part


FINISHES: list[tuple[dict[str, Any], tuple[str, str | None, str | None]]] = [
    ({"stop_reason": "end_turn"}, ("stop", "end_turn", None)),
    ({"stop_reason": "stop_sequence", "stop_sequence": "END"}, ("stop", "stop_sequence", "END")),
    ({"stop_reason": "max_tokens"}, ("length", "max_tokens", None)),
    ({"stop_reason": "tool_use"}, ("tool_calls", "tool_use", None)),
    ({"stop_reason": "pause_turn"}, ("pause", "pause_turn", None)),
    ({"stop_reason": "refusal", "stop_details": {"type": "refusal", "category": "cyber"}}, ("refusal", "refusal", "cyber")),
    ({"stop_reason": "model_context_window_exceeded"}, ("context_exceeded", "model_context_window_exceeded", None)),
    ({"stop_reason": "compaction"}, ("compaction", "compaction", None)),
    ({"stop_reason": "brand_new"}, ("other", "brand_new", None)),
    ({"stop_reason": None}, ("other", None, None)),
]


@pytest.mark.parametrize(("fields", "expected"), FINISHES, ids=str)
def test_a_stop_reason_has_our_word_and_theirs(fields: dict[str, Any], expected: tuple[str, str | None, str | None]) -> None:
    finish = decoded(**fields).finish

    assert expected == (finish.unified, finish.raw, finish.detail)


USAGES: list[tuple[dict[str, Any], Usage, int, int]] = [
    ({"input_tokens": 3, "output_tokens": 5}, Usage(uncached=3, output_text=5), 3, 5),
    (
        {
            "input_tokens": 4,
            "cache_creation_input_tokens": 215,
            "cache_read_input_tokens": 2745,
            "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 15},
            "output_tokens": 315,
            "output_tokens_details": {"thinking_tokens": 100},
            "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 0},
        },
        Usage(
            uncached=4,
            cache_read=2745,
            cache_write_5m=200,
            cache_write_1h=15,
            output_text=215,
            reasoning=100,
            server_tools={"web_search": 2},
        ),
        2964,
        315,
    ),
    ({"input_tokens": 1, "cache_creation_input_tokens": 9, "output_tokens": 1}, Usage(uncached=1, cache_write=9, output_text=1), 10, 1),
    (
        {"input_tokens": 1, "cache_creation_input_tokens": 9, "cache_creation": {"ephemeral_5m_input_tokens": 4}, "output_tokens": 0},
        Usage(uncached=1, cache_write=5, cache_write_5m=4),
        10,
        0,
    ),
    (
        {"input_tokens": None, "cache_read_input_tokens": None, "cache_creation": None, "server_tool_use": None, "output_tokens": 2.0},
        Usage(output_text=2),
        0,
        2,
    ),
]


@pytest.mark.parametrize(("usage", "expected", "total_in", "total_out"), USAGES, ids=lambda value: str(value)[:60])
def test_cached_tokens_stand_beside_the_input(usage: dict[str, Any], expected: Usage, total_in: int, total_out: int) -> None:
    """This format counts them outside `input_tokens`: adding nothing twice, leaving nothing out."""
    found = decoded(usage=usage).usage

    assert expected == found.replace(raw=msgspec.Raw())
    assert (total_in, total_out) == (found.input, found.output)
    assert usage == json.loads(bytes(found.raw))


def test_no_usage_is_none() -> None:
    assert decoded(usage=None).usage is None


@pytest.mark.parametrize(
    ("usage", "tier", "region"),
    [
        ({"service_tier": "standard", "speed": "fast"}, "fast", None),
        ({"service_tier": "standard", "speed": "standard", "inference_geo": "us"}, "standard", "us"),
        ({"service_tier": "batch", "inference_geo": "not_available"}, "batch", None),
        ({}, None, None),
    ],
)
def test_how_and_where_an_answer_was_made_is_told_whole_and_streamed(usage: dict[str, Any], tier: str | None, region: str | None) -> None:
    """Both have prices of their own."""
    whole = anthropic.decode(body_of({"type": "text", "text": "a"}, usage={"input_tokens": 1, **usage}), origin=TARGET)

    assert (tier, region) == (whole.service_tier, whole.region)
    assert (tier, region) == (fold(unfold(whole)).service_tier, fold(unfold(whole)).region)


def test_the_rest_of_the_answer_is_kept() -> None:
    body = body_of(
        {"type": "text", "text": "a"},
        container={"id": "c"},
        context_management=None,
        usage={"input_tokens": 1, "cost": 0.000112, "service_tier": "priority"},
    )

    answer = anthropic.decode(body, origin=TARGET)

    assert ("msg_1", "claude-x", "anthropic", "priority") == (answer.id, answer.model, answer.provider, answer.service_tier)
    assert {"container": {"id": "c"}} == answer.extra
    assert answer.cost is not None
    assert (Decimal("0.000112"), "provider") == (answer.cost.usd, answer.cost.basis)
    assert body == bytes(answer.raw)


def test_an_answer_without_words_is_an_answer() -> None:
    assert () == decoded().content


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Bad gateway</body></html>",
        b"not json",
        b"[]",
        b"null",
        b"{}",
        b'{"type":"message"}',
        b'{"content":null,"role":"assistant"}',
        b'{"content":"a file"}',
        b'{"content":[1]}',
        b'{"type":"message","role":"assistant","content":[{"type":"text","text":"cut',
        b'{"type":"message","role":"assistant","content":[{"type":"text","text":"\xff"}]}',
        b"[" * 100_000,
    ],
    ids=lambda body: str(body[:40]),
)
def test_bytes_that_are_no_answer_are_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        anthropic.decode(body, origin=TARGET)


def test_an_error_with_status_200_is_raised_as_its_own_type() -> None:
    with pytest.raises(Overloaded):
        anthropic.decode(b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', origin=TARGET)


_PATHS = ("id", "model", "content", "stop_reason", "stop_sequence", "stop_details", "usage", "error")
_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "text", "citations", "input", "content", "cache_creation"]), inner, max_size=3)
    ),
)


@given(st.dictionaries(st.sampled_from(_PATHS), _ODD, min_size=1, max_size=3))
def test_odd_values_never_break_more_than_the_answer(odd: dict[str, Any]) -> None:
    """Servers that imitate this format send nulls, numbers and strings where its documentation says otherwise."""
    with suppress(LLMKitError):
        anthropic.decode(json.dumps({**message({"type": "text", "text": "a"}), **odd}).encode(), origin=TARGET)
