"""Messages streams into events."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import anthropic
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Finish,
    PartEnd,
    PartStart,
    ReasoningDelta,
    Start,
    WireEvent,
)
from llmkit.types.parts import InvalidToolCall, Reasoning
from tests.dialects.anthropic_cases import TARGET, body_of, events_of, sse, stream_of
from tests.dialects.anthropic_streams import ALL, PAIRS


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


def test_reasoning_parts_are_neither_merged_nor_moved() -> None:
    thinking = ({"type": "thinking", "thinking": "", "signature": ""}, [{"type": "signature_delta", "signature": "a"}])
    call: tuple[dict[str, Any], list[dict[str, Any]]] = ({"type": "tool_use", "id": "1", "name": "f", "input": {}}, [])
    other = ({"type": "thinking", "thinking": "", "signature": ""}, [{"type": "signature_delta", "signature": "b"}])

    content = fold(events_of(stream_of(thinking, other, call, thinking))).content

    assert ["a", "b", None, "a"] == [part.signature if isinstance(part, Reasoning) else None for part in content]
