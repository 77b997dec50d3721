"""How a stream ends: complete, cut, with an error; and what is odd in it."""

from __future__ import annotations

import json

import pytest

from llmkit.accumulate import fold
from llmkit.errors import ProtocolError, RateLimited
from llmkit.types.events import (
    Finish,
    WireEvent,
)
from llmkit.types.responses import FinishReason
from tests.dialects.openai_chat_cases import chunk, folded, read, sse
from tests.dialects.openai_chat_stream_cases import ERRORS, ODD, STOP, UNFINISHED


@pytest.mark.parametrize("name", UNFINISHED)
def test_a_cut_stream_is_not_done(name: str) -> None:
    events, done, error = read(UNFINISHED[name])

    assert (False, None) == (done, error)
    assert not any(isinstance(event, Finish) for event in events)


def test_a_missing_terminal_marker_is_made_good_by_the_finish_reason() -> None:
    assert "a" == folded(sse(chunk({"content": "a"}), STOP, done=False)).text


def test_a_marker_without_a_finish_reason_ends_the_stream() -> None:
    answer = folded(sse(chunk({"content": "a"})))

    assert ("a", FinishReason(unified="other")) == (answer.text, answer.finish)


def test_nothing_after_the_end_is_read() -> None:
    events, *_ = read(sse(chunk({"content": "a"}), STOP) + sse(chunk({"content": "b"}), STOP))

    assert 1 == sum(isinstance(event, Finish) for event in events)
    assert "a" == fold(events).text


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_inside_a_stream_is_typed_and_ends_it(name: str) -> None:
    wire, kind = ERRORS[name]
    before = [] if wire == "[DONE]" else [chunk({"content": "a"})]

    events, done, error = read(sse(*before, wire, STOP))

    assert (False, kind) == (done, type(error))
    assert ("a" if before else "") == fold(events).text[:1]
    assert not any(isinstance(event, Finish) for event in events)


@pytest.mark.parametrize("body", [b'{"error": {"message": "no", "code": 429}}', b"<html>busy</html>", b'{"hello": 1}'])
def test_a_body_that_is_no_stream_is_an_error(body: bytes) -> None:
    _, done, error = read(body)

    assert not done
    assert isinstance(error, RateLimited if b"429" in body else ProtocolError)


def test_invalid_utf_8_is_an_error_after_what_came_before() -> None:
    events, done, error = read(sse(chunk({"content": "a"}), done=False) + b'data: {"choices": "\xff"}\n\n')

    assert ("a", False, ProtocolError) == (fold(events).text, done, type(error))


def test_an_unknown_event_is_kept() -> None:
    events, *_ = read(sse({"object": "status", "step": 1}, chunk({"content": "a"}), STOP))

    wire = next(event for event in events if isinstance(event, WireEvent))
    assert ("status", {"object": "status", "step": 1}) == (wire.kind, json.loads(bytes(wire.native)))


def test_odd_types_break_nothing() -> None:
    """Real servers send all of this where the documentation says otherwise."""
    answer = folded(sse(*ODD, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))

    assert ("5", 'ab{"c":1}def') == (answer.id, answer.text)
    assert {"new": 1} == answer.extra["message"]


def test_not_a_number_and_halves_of_surrogate_pairs_are_read() -> None:
    """Python servers write them; a strict JSON parser takes neither."""
    head = '{"id": "c1", "choices": [{"index": 0, "delta": {"content": '
    stream = sse(head + '"a\\ud83d"}, "logprobs": {"content": [{"token": "a", "logprob": -Infinity}]}}]}', STOP)

    answer = folded(stream)

    assert "a\ufffd" == answer.text
    answer.to_dict()


def test_events_with_a_single_line_end_between_them_are_read() -> None:
    stream = sse(chunk({"content": "a"}), chunk({"content": "b"}), STOP).replace(b"\n\n", b"\n")

    assert "ab" == folded(stream).text
    assert "ab" == folded(stream[: -len("data: [DONE]\n")]).text
    assert isinstance(read(stream.replace(b"data: {", b"data: {{", 2))[2], ProtocolError)
