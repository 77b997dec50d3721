"""Messages streams into events."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import anthropic
from llmkit.errors import LLMKitError, Overloaded, ProtocolError
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Event,
    Finish,
    PartEnd,
    PartStart,
    ReasoningDelta,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.parts import InvalidToolCall, Reasoning, Text, ToolCall
from tests.dialects.anthropic_cases import TARGET, body_of, events_of, sse, stream_of

WEB = {"type": "web_search_result_location", "cited_text": "q", "url": "https://a", "title": "t", "encrypted_index": "I"}
RESULT = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [{"type": "web_search_result", "encrypted_content": "E"}]}
PAIRS: list[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]] = [
    (
        {"type": "text", "text": "Grüße 🎉"},
        {"type": "text", "text": ""},
        [{"type": "text_delta", "text": "Grü"}, {"type": "text_delta", "text": "ße 🎉"}],
    ),
    (
        {"type": "thinking", "thinking": "ab", "signature": "s"},
        {"type": "thinking", "thinking": "", "signature": ""},
        [
            {"type": "thinking_delta", "thinking": "a"},
            {"type": "thinking_delta", "thinking": "b"},
            {"type": "signature_delta", "signature": "s"},
        ],
    ),
    (
        {"type": "thinking", "thinking": "", "signature": "s"},
        {"type": "thinking", "thinking": "", "signature": ""},
        [{"type": "signature_delta", "signature": "s"}],
    ),
    (
        {"type": "thinking", "thinking": "", "signature": "s1s2"},
        {"type": "thinking", "thinking": "", "signature": ""},
        [{"type": "signature_delta", "signature": "s1"}, {"type": "signature_delta", "signature": "s2"}],
    ),
    ({"type": "redacted_thinking", "data": "d"}, {"type": "redacted_thinking", "data": "d"}, []),
    (
        {"type": "tool_use", "id": "1", "name": "f", "input": {"a": [1, {"b": "c"}]}},
        {"type": "tool_use", "id": "1", "name": "f", "input": {}},
        [{"type": "input_json_delta", "partial_json": piece} for piece in ("", '{"a":[1,', '{"b":"c"}', "]}")],
    ),
    (
        {"type": "tool_use", "id": "1", "name": "f", "input": {}},
        {"type": "tool_use", "id": "1", "name": "f", "input": {}},
        [{"type": "input_json_delta", "partial_json": ""}],
    ),
    (
        {"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}, "caller": {"type": "direct"}},
        {"type": "tool_use", "id": "1", "name": "f", "input": {}, "caller": {"type": "direct"}},
        [{"type": "input_json_delta", "partial_json": '{"a":1}'}],
    ),
    (
        {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}},
        {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}},
        [{"type": "input_json_delta", "partial_json": '{"query":'}, {"type": "input_json_delta", "partial_json": '"q"}'}],
    ),
    (RESULT, RESULT, []),
    (
        {"type": "text", "text": "cited", "citations": [WEB, WEB]},
        {"type": "text", "text": "", "citations": []},
        [
            {"type": "citations_delta", "citation": WEB},
            {"type": "text_delta", "text": "cited"},
            {"type": "citations_delta", "citation": WEB},
        ],
    ),
    ({"type": "compaction", "content": "sum"}, {"type": "compaction", "content": None}, [{"type": "compaction_delta", "content": "sum"}]),
    (
        {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}},
        {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}},
        [],
    ),
    ({"type": "hologram", "z": 1}, {"type": "hologram", "z": 1}, []),
]
ALL = stream_of(*[(start, deltas) for _, start, deltas in PAIRS])


@pytest.mark.parametrize(("whole", "start", "deltas"), PAIRS, ids=lambda value: str(value)[:50])
def test_the_parts_of_a_stream_are_those_of_the_whole_answer(
    whole: dict[str, Any], start: dict[str, Any], deltas: list[dict[str, Any]]
) -> None:
    streamed = fold(events_of(stream_of((start, deltas))))

    answer = anthropic.decode(body_of(whole), origin=TARGET)
    assert answer.content == streamed.content
    assert (answer.id, answer.model, answer.finish) == (streamed.id, streamed.model, streamed.finish)
    assert answer.usage is not None
    assert streamed.usage is not None
    assert streamed.usage == answer.usage.replace(raw=streamed.usage.raw)


def test_events_follow_the_grammar() -> None:
    events = events_of(ALL)

    assert isinstance(events[0], Start)
    assert list(range(len(PAIRS))) == [event.index for event in events if isinstance(event, PartStart)]
    assert list(range(len(PAIRS))) == [event.index for event in events if isinstance(event, PartEnd)]
    assert [len(events) - 1] == [place for place, event in enumerate(events) if isinstance(event, Finish)]
    assert not any(isinstance(event, WireEvent) for event in events)


def test_deltas_say_what_the_parts_say() -> None:
    events = events_of(ALL)

    answer = fold(events)
    assert answer.text == "".join([event.text for event in events])
    assert answer.reasoning == "".join([event.reasoning for event in events if isinstance(event, ReasoningDelta)])
    assert '{"a":[1,{"b":"c"}]}' == "".join([event.json for event in events if isinstance(event, ArgumentsDelta) and event.index == 5])
    assert list(answer.citations) == [event.citation for event in events if isinstance(event, CitationDelta)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_any_regular_split_gives_the_same_events(size: int) -> None:
    assert events_of(ALL) == events_of(ALL, size)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(ALL)), max_size=30))
def test_any_split_gives_the_same_events(cuts: list[int]) -> None:
    """Servers and proxies cut anywhere, also inside a character."""
    decoder = anthropic.decoder(origin=TARGET)
    places = [0, *sorted(cuts), len(ALL)]

    events = [event for begin, end in pairwise(places) for event in decoder.feed(ALL[begin:end])]

    assert decoder.done
    assert events_of(ALL) == events


def test_a_stream_cut_anywhere_is_never_complete() -> None:
    terminal = ALL.index(b"event: message_delta")
    for size in range(0, terminal, 11):
        decoder = anthropic.decoder(origin=TARGET)

        events = decoder.feed(ALL[:size]) + decoder.close()

        assert not decoder.done
        assert not any(isinstance(event, Finish) for event in events)


def test_a_cut_tool_call_is_not_a_call() -> None:
    start = {"type": "tool_use", "id": "1", "name": "f", "input": {}, "caller": {"type": "direct"}}
    data = stream_of((start, [{"type": "input_json_delta", "partial_json": '{"a": "lo'}]), stop_reason="max_tokens")

    (part,) = fold(events_of(data)).content

    assert isinstance(part, InvalidToolCall)
    assert ('{"a": "lo', msgspec.Raw()) == (part.json, part.native)


def test_a_stop_reason_without_the_last_event_is_no_end() -> None:
    """This API always sends `message_stop`; a stream without it was cut."""
    data = ALL[: ALL.index(b"event: message_stop")]
    decoder = anthropic.decoder(origin=TARGET)

    events = decoder.feed(data) + decoder.close()

    assert not decoder.done
    assert events_of(ALL)[: len(events)] == events


def test_an_openai_like_marker_ends_a_stream_that_gave_its_reason() -> None:
    data = ALL[: ALL.index(b"event: message_stop")]
    decoder = anthropic.decoder(origin=TARGET)

    events = decoder.feed(data + b"data: [DONE]\n\n") + decoder.close()

    assert decoder.error is None
    assert events_of(ALL) == events


def test_later_usage_corrects_the_first() -> None:
    """Server tools read and write caches after the stream has begun."""
    data = sse(
        {
            "type": "message_start",
            "message": {
                "id": "m",
                "model": "c",
                "usage": {"input_tokens": 10, "output_tokens": 1, "cache_creation": {"ephemeral_5m_input_tokens": 7}},
            },
        },
        {"type": "message_delta", "delta": {"stop_reason": None}, "usage": {"output_tokens": 2}},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "container": {"id": "c1"}},
            "usage": {
                "input_tokens": 20,
                "cache_creation_input_tokens": 9,
                "cache_read_input_tokens": 4,
                "output_tokens": 8,
                "output_tokens_details": {"thinking_tokens": 3},
            },
            "context_management": {"applied_edits": []},
        },
        {"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 1}},
    )

    answer = fold(events_of(data))

    assert answer.usage is not None
    assert (20, 4, 2, 7, 5, 3) == tuple(
        getattr(answer.usage, name) for name in ("uncached", "cache_read", "cache_write", "cache_write_5m", "output_text", "reasoning")
    )
    assert {"container", "context_management", "amazon-bedrock-invocationMetrics"} == answer.extra.keys()


def test_a_refusal_says_why() -> None:
    answer = fold(events_of(stream_of(stop_reason="refusal", stop_details={"category": "cyber"})))

    assert ("refusal", "cyber") == (answer.finish.unified, answer.finish.detail)


def test_a_repeated_start_does_not_begin_anew() -> None:
    first = {"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 99, "output_tokens": 1}}}
    data = sse(first, {**first, "message": {"id": "m", "usage": {"input_tokens": 10}}}, {"type": "message_stop"})

    events = events_of(data)

    assert 1 == sum(isinstance(event, Start) for event in events)
    assert 10 == fold(events).usage.uncached  # type: ignore[union-attr]  # there is usage in the stream


FORGIVEN: list[tuple[list[dict[str, Any]], tuple[Any, ...]]] = [
    ([{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}}], (Text(text="a"),)),
    (
        [
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "a"}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "b"}},
        ],
        (Text(text="ab"),),
    ),
    (
        [
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "a"}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "b"}},
        ],
        (Text(text="a"), Text(text="b")),
    ),
    (
        [{"type": "content_block_start", "index": 5, "content_block": {"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}}}],
        (ToolCall(id="1", name="f", arguments={"a": 1}, json='{"a":1}'),),
    ),
    ([{"type": "content_block_stop", "index": 3}], ()),
    ([{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": None}}], (Text(text=""),)),
]


@pytest.mark.parametrize(("middle", "expected"), FORGIVEN, ids=lambda value: str(value)[:60])
def test_sloppy_servers_are_understood(middle: list[dict[str, Any]], expected: tuple[Any, ...]) -> None:
    events = events_of(sse(*middle, {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, {"type": "message_stop"}))

    assert isinstance(events[0], Start)
    assert len(expected) == sum(isinstance(event, PartEnd) for event in events)
    assert expected == tuple([part.replace(origin=None) for part in fold(events).content])


KEPT: list[dict[str, Any]] = [
    {"type": "brand_new", "x": 1},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "brand_new_delta", "x": 1}},
    {"type": "content_block_delta", "index": 9, "delta": {"type": "input_json_delta", "partial_json": "{}"}},
    {"type": "content_block_delta", "index": "0", "delta": {"type": "brand_new_delta", "text": "a"}},
    {"type": "content_block_start", "index": 1},
]


@pytest.mark.parametrize("odd", KEPT, ids=str)
def test_an_event_we_do_not_know_is_kept(odd: dict[str, Any]) -> None:
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}

    events = events_of(sse({"type": "message_start", "message": {}}, block, odd, {"type": "message_stop"}))

    (kept,) = [event for event in events if isinstance(event, WireEvent)]
    assert (odd["type"], odd) == (kept.kind, json.loads(bytes(kept.native)))


def test_an_error_inside_the_stream_is_typed_and_what_came_before_is_kept() -> None:
    data = ALL[: ALL.index(b"event: message_delta")] + sse(
        {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    )
    decoder = anthropic.decoder(origin=TARGET)

    events = decoder.feed(data) + decoder.feed(b"more") + decoder.close()

    assert isinstance(decoder.error, Overloaded)
    assert not decoder.done
    assert any(isinstance(event, TextDelta) for event in events)


def test_an_error_without_a_type_is_an_error() -> None:
    decoder = anthropic.decoder(origin=TARGET)

    decoder.feed(b'data: {"error":{"type":"overloaded_error","message":"x"}}\n\n')

    assert isinstance(decoder.error, Overloaded)


@pytest.mark.parametrize(
    "data",
    [
        b"data: {not json}\n\n",
        b"data: 1\n\n",
        b'{"type":"error"}',
        b"<html>Bad gateway</html>",
        b"data: [DONE]\n\n",
        b'data: {"type":"content_block_start","content_block":3}\n\n',
    ],
    ids=str,
)
def test_bytes_that_are_no_stream_are_a_protocol_error(data: bytes) -> None:
    decoder = anthropic.decoder(origin=TARGET)

    decoder.feed(data)
    decoder.close()

    assert isinstance(decoder.error, ProtocolError)
    assert not decoder.done


def test_no_bytes_at_all_are_a_cut_and_not_a_protocol_error() -> None:
    decoder = anthropic.decoder(origin=TARGET)

    assert [] == decoder.close()
    assert (None, False) == (decoder.error, decoder.done)


def test_what_follows_the_end_is_ignored() -> None:
    """Some proxies add a [DONE]."""
    decoder = anthropic.decoder(origin=TARGET)
    events = decoder.feed(ALL + b"data: [DONE]\n\n")

    assert [] == decoder.feed(ALL) + decoder.close()
    assert events_of(ALL) == events
    assert decoder.error is None


class _Lines:
    """Another framing: one JSON a line."""

    def feed(self, data: bytes, /) -> list[bytes]:
        return data.splitlines()

    def close(self) -> list[bytes]:
        return []


def test_hosts_may_frame_the_same_events_otherwise() -> None:
    lines = b"\n".join([line[6:] for line in ALL.splitlines() if line.startswith(b"data: ")])

    assert events_of(ALL) == anthropic.MessageStream(TARGET, _Lines()).feed(lines)


_ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3)
    | st.lists(st.integers(), max_size=2)
)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_odd_values_never_break_more_than_the_stream(data: st.DataObject) -> None:
    lines = [json.loads(line[6:]) for line in ALL.splitlines() if line.startswith(b"data: ")]
    for _ in range(data.draw(st.integers(1, 4))):
        event: Any = data.draw(st.sampled_from(lines))
        while isinstance(event, dict) and event:
            name = data.draw(st.sampled_from(sorted(event)))
            if data.draw(st.booleans()) or not isinstance(event[name], dict):
                event[name] = data.draw(_ODD)
                break
            event = event[name]
    decoder = anthropic.decoder(origin=TARGET)

    events: list[Event] = decoder.feed(b"".join([b"data: " + json.dumps(line).encode() + b"\n\n" for line in lines])) + decoder.close()

    assert decoder.error is None or isinstance(decoder.error, LLMKitError)
    assert decoder.done == any(isinstance(event, Finish) for event in events)


def test_reasoning_parts_are_neither_merged_nor_moved() -> None:
    thinking = ({"type": "thinking", "thinking": "", "signature": ""}, [{"type": "signature_delta", "signature": "a"}])
    call: tuple[dict[str, Any], list[dict[str, Any]]] = ({"type": "tool_use", "id": "1", "name": "f", "input": {}}, [])
    other = ({"type": "thinking", "thinking": "", "signature": ""}, [{"type": "signature_delta", "signature": "b"}])

    content = fold(events_of(stream_of(thinking, other, call, thinking))).content

    assert ["a", "b", None, "a"] == [part.signature if isinstance(part, Reasoning) else None for part in content]
