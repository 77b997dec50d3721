"""Streams in the Messages format that are not as the documentation has them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import anthropic
from llmkit.errors import LLMKitError, Overloaded, ProtocolError
from llmkit.types.events import (
    Event,
    Finish,
    PartEnd,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.parts import Text, ToolCall
from tests.dialects.anthropic_cases import TARGET, events_of, sse
from tests.dialects.anthropic_streams import ALL


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
