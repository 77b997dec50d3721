"""Converse answers and streams into parts and events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.accumulate import fold
from llmkit.dialects import bedrock_converse
from llmkit.testing.aws_eventstream import event
from llmkit.types.events import (
    WireEvent,
)
from llmkit.types.parts import Image, InvalidToolCall, Part, Reasoning, ServerToolCall, ServerToolResult, Text, ToolCall, Unknown
from tests.dialects.bedrock_converse_answers import CALL, PAIRS, SERVER, Deltas
from tests.dialects.bedrock_converse_cases import TARGET, USAGE, body_of, encoded, events_of, request, stream_of


def parts(*blocks: dict[str, Any]) -> tuple[Part, ...]:
    return bedrock_converse.decode(body_of(*blocks), origin=TARGET).content


@pytest.mark.parametrize(("whole", "start", "deltas"), PAIRS, ids=lambda value: str(value)[:40])
def test_the_parts_of_a_stream_are_those_of_the_whole_answer(whole: dict[str, Any], start: dict[str, Any] | None, deltas: Deltas) -> None:
    streamed = fold(events_of(stream_of((start, deltas))))

    answer = bedrock_converse.decode(body_of(whole), origin=TARGET)
    assert _spelled(answer.content) == _spelled(streamed.content)
    assert answer.finish == streamed.finish
    assert answer.extra == streamed.extra
    assert answer.usage is not None
    assert streamed.usage is not None
    assert answer.usage.replace(raw=streamed.usage.raw) == streamed.usage


def _spelled(content: tuple[Part, ...]) -> list[Any]:
    """Return the parts with their wire blocks and arguments as JSON: white space and the order of fields mean nothing."""
    found: list[Any] = []
    for part in content:
        native = json.loads(bytes(part.native)) if part.native else None
        plain = part.replace(native=type(part.native)(), **({"json": ""} if isinstance(part, ToolCall) else {}))
        found.append((plain, native))
    return found


def test_every_kind_of_block_has_its_part() -> None:
    found = parts(*[whole for whole, _, _ in PAIRS])

    kinds = [
        Text,
        Text,
        Reasoning,
        Reasoning,
        Reasoning,
        ToolCall,
        ToolCall,
        ToolCall,
        ServerToolCall,
        ServerToolResult,
        Text,
        Text,
        Image,
        Unknown,
    ]
    assert kinds == [type(part) for part in found]
    assert ("s1", "nova_grounding", {"q": 1}) == (found[8].id, found[8].name, found[8].arguments)  # type: ignore[union-attr]
    cited = found[10].citations  # type: ignore[union-attr]
    assert [("https://a", None), (None, "quoted")] == [(citation.url, citation.quote) for citation in cited]
    assert (1, "documentPage") == (cited[1].document, cited[1].location)


def test_what_came_goes_back_block_for_block() -> None:
    """Signatures, sealed thinking, server tools, citations and kinds of tomorrow survive a turn."""
    blocks = [whole for whole, _, _ in PAIRS if whole != {"text": ""}]
    answer = bedrock_converse.decode(body_of(*blocks), origin=TARGET)

    body, warnings = encoded(request(*request().messages, answer.message, *request().messages))

    assert blocks == body["messages"][1]["content"]
    assert ["emulated tools"] == warnings


def test_unknown_events_and_deltas_are_kept() -> None:
    odd = event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"scent": "rose"}})
    strange = event("contentBlockDelta", {"contentBlockIndex": "x", "delta": {"scent": "rose"}})
    events = events_of(event("messageStart", {"role": "assistant"}) + event("weather", {"sun": 1}) + odd + strange)

    assert ["weather", "contentBlockDelta", "contentBlockDelta"] == [found.kind for found in events if isinstance(found, WireEvent)]


def test_a_change_of_kind_in_one_place_begins_another_part() -> None:
    deltas: Deltas = [{"reasoningContent": {"text": "hm"}}, {"text": "yes"}]

    answer = fold(events_of(stream_of((None, deltas))))

    assert [("hm", Reasoning), ("yes", Text)] == [(part.text, type(part)) for part in answer.content]  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["{bad", "[1]", '"x"'])
def test_arguments_that_are_no_object_make_an_invalid_call(words: str) -> None:
    (part,) = fold(events_of(stream_of(({"toolUse": CALL}, [{"toolUse": {"input": words}}])))).content

    assert isinstance(part, InvalidToolCall)
    assert ("t1", "f", words) == (part.id, part.name, part.json)


def test_a_servers_call_with_broken_words_is_kept() -> None:
    (part,) = fold(events_of(stream_of(({"toolUse": SERVER}, [{"toolUse": {"input": "{bad"}}])))).content

    assert isinstance(part, ServerToolCall)
    assert {"INVALID_JSON": "{bad"} == part.arguments


@pytest.mark.parametrize(
    ("usage", "buckets"),
    [
        (USAGE, (3, 0, 0, 0, 0, 5)),
        ({**USAGE, "cacheReadInputTokens": 10, "cacheWriteInputTokens": 4}, (3, 10, 4, 0, 0, 5)),
        (
            {
                **USAGE,
                "cacheReadInputTokens": 10,
                "cacheWriteInputTokens": 9,
                "cacheDetails": [{"ttl": "5m", "inputTokens": 4}, {"ttl": "1h", "inputTokens": 3}, {"ttl": "2d", "inputTokens": 2}],
            },
            (3, 10, 2, 4, 3, 5),
        ),
        ({**USAGE, "cacheWriteInputTokens": 1, "cacheDetails": [{"ttl": "5m", "inputTokens": 4}, 7]}, (3, 0, 1, 0, 0, 5)),
        ({"cacheReadInputTokenCount": 2, "cacheWriteInputTokenCount": 1, "outputTokens": 5}, (0, 2, 1, 0, 0, 5)),
        ({"inputTokens": -1, "outputTokens": None, "cacheDetails": 3, "serverToolUsage": []}, (0, 0, 0, 0, 0, 0)),
    ],
)
def test_the_buckets_add_up(usage: dict[str, Any], buckets: tuple[int, ...]) -> None:
    """What was cached stands beside `inputTokens`: the total of the recorded answers is the sum of all four."""
    found = bedrock_converse.decode(body_of({"text": "x"}, usage=usage), origin=TARGET).usage

    assert found is not None
    assert buckets == (found.uncached, found.cache_read, found.cache_write, found.cache_write_5m, found.cache_write_1h, found.output_text)
    assert (sum(buckets[:5]), buckets[5]) == (found.input, found.output)


def test_no_usage_is_unknown_and_not_nothing() -> None:
    assert bedrock_converse.decode(body_of({"text": "x"}, usage=None), origin=TARGET).usage is None


@pytest.mark.parametrize(
    ("raw", "unified"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("tool_use", "tool_calls"),
        ("guardrail_intervened", "content_filter"),
        ("content_filtered", "content_filter"),
        ("malformed_model_output", "error"),
        ("malformed_tool_use", "error"),
        ("model_context_window_exceeded", "context_exceeded"),
        ("tomorrow", "other"),
        (None, "other"),
    ],
)
def test_every_reason_to_stop_has_its_word(raw: str | None, unified: str) -> None:
    finish = bedrock_converse.decode(body_of({"text": "x"}, stopReason=raw), origin=TARGET).finish

    assert (raw, unified) == (finish.raw, finish.unified)


def test_what_stands_beside_the_answer_is_kept() -> None:
    more = {"trace": {"guardrail": {"a": 1}}, "performanceConfig": {"latency": "optimized"}, "serviceTier": {"type": "flex"}, "p": "abc"}
    fields = {"additionalModelResponseFields": {"stop_sequence": "END"}}

    answer = bedrock_converse.decode(body_of({"text": "x"}, **more, **fields), origin=TARGET)

    expected = {"metrics": {"latencyMs": 7}, **fields, "trace": more["trace"], "performanceConfig": more["performanceConfig"]}
    assert (expected, "flex", "END") == (answer.extra, answer.service_tier, answer.finish.detail)
