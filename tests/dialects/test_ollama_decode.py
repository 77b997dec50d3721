"""Ollama's answers, whole and line by line, into parts."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import ollama
from llmkit.errors import NotFound, ProtocolError, ProviderError, ServerError
from llmkit.types.events import Event, LogprobsDelta, WireEvent
from llmkit.types.http import Headers
from llmkit.types.parts import Image, Part, Reasoning, Text, ToolCall
from tests.dialects.vendor_rows import target, well_formed

OURS = target("ollama")
HEAD = {"model": "m", "created_at": "2026-11-20T12:00:00.5Z"}
END = {"done": True, "done_reason": "stop", "total_duration": 5, "prompt_eval_count": 30, "eval_count": 12, "eval_duration": 4}
CALL = {"function": {"index": 0, "name": "f", "arguments": {"a": "ü"}}}


def body_of(message: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({**HEAD, "message": {"role": "assistant", **message}, **END, **more}).encode()


def lines_of(*messages: dict[str, Any], end: dict[str, Any] | None = END) -> bytes:
    found = [{**HEAD, "message": {"role": "assistant", "content": "", **message}, "done": False} for message in messages]
    found += [] if end is None else [{**HEAD, "message": {"role": "assistant", "content": ""}, **end}]
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in found)


def events_of(data: bytes, size: int = 1 << 20) -> tuple[list[Event], Any]:
    decoder = ollama.decoder(origin=OURS)
    found = [event for start in range(0, len(data), size) for event in decoder.feed(data[start : start + size])]
    return found + decoder.close(), decoder


def test_an_answer_says_thinking_words_calls_usage_and_durations() -> None:
    reply = ollama.decode(body_of({"thinking": "Hm.", "content": "a", "tool_calls": [CALL]}), origin=OURS)

    assert [Reasoning, Text, ToolCall] == [type(part) for part in reply.content]
    assert ("Hm.", "a", {"a": "ü"}) == (reply.reasoning, reply.text, reply.tool_calls[0].arguments)
    assert ("tool_calls", "stop", "m", 1_795_176_000.5) == (reply.finish.unified, reply.finish.raw, reply.model, reply.created)
    assert {"total_duration": 5, "eval_duration": 4} == reply.extra
    assert reply.usage is not None
    assert (30, 12, 42) == (reply.usage.input, reply.usage.output, reply.usage.total)


def test_calls_without_ids_get_ones_that_are_their_own() -> None:
    """The same answer gives the same ids; another moment, another place or another call others."""
    calls = ollama.decode(body_of({"content": "", "tool_calls": [CALL, CALL, {**CALL, "id": "call_own"}]}), origin=OURS).tool_calls
    later = ollama.decode(body_of({"content": "", "tool_calls": [CALL]}, created_at="2026-11-20T12:00:01Z"), origin=OURS).tool_calls
    again = ollama.decode(body_of({"content": "", "tool_calls": [CALL]}), origin=OURS).tool_calls

    assert 4 == len({calls[0].id, calls[1].id, calls[2].id, later[0].id})
    assert ("call_own", calls[0].id) == (calls[2].id, again[0].id)


@pytest.mark.parametrize(
    ("reason", "unified"), [("stop", "stop"), ("length", "length"), ("load", "other"), (None, "other"), ("unheard_of", "other")]
)
def test_finish_reasons(reason: str | None, unified: str) -> None:
    finish = ollama.decode(body_of({"content": "a"}, done_reason=reason), origin=OURS).finish

    assert (unified, reason) == (finish.unified, finish.raw)


def test_usage_is_unknown_where_nothing_was_counted() -> None:
    bare = json.dumps({**HEAD, "message": {"role": "assistant", "content": "a"}, "done": True}).encode()

    assert ollama.decode(bare, origin=OURS).usage is None


def test_pictures_and_unknown_fields_are_kept() -> None:
    reply = ollama.decode(body_of({"content": "a", "images": ["iVBORw0KGgo="], "mood": "good"}, remote_host="h"), origin=OURS)

    picture = next(part for part in reply.content if isinstance(part, Image))
    assert (b"\x89PNG\r\n\x1a\n", "image/png") == (picture.data, picture.media_type)
    assert ("h", {"mood": "good"}) == (reply.extra["remote_host"], reply.extra["message"])


def test_a_call_with_more_than_we_know_goes_out_as_it_came() -> None:
    from llmkit.types.messages import Message
    from llmkit.types.requests import CompletionRequest

    call = {"id": "c1", "function": {"name": "f", "arguments": {"a": 1}, "mood": "good"}, "extra": [1]}
    reply = ollama.decode(body_of({"content": "", "tool_calls": [call]}), origin=OURS)

    request = CompletionRequest(model="m", messages=(Message.user("Hi"), reply.message))
    body = ollama.encode(request, model="m", target=OURS, profile=ollama.PROFILE, stream=False).body

    assert call == msgspec.json.decode(msgspec.json.encode(body))["messages"][1]["tool_calls"][0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", ProtocolError),
        (b"[]", ProtocolError),
        (b"{}", ProtocolError),
        (b"<html>", ProtocolError),
        (json.dumps({**HEAD, "message": {"role": "assistant", "content": "a"}, "done": False}).encode(), ProtocolError),
        (b'{"error": "llama runner process has terminated"}', ProviderError),
    ],
)
def test_what_is_no_answer_is_an_error(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        ollama.decode(body, origin=OURS)


@given(st.lists(st.sampled_from(["a", "Grüße", " ", "\n", "🎉"]), max_size=4), st.lists(st.sampled_from(["b", "ü"]), max_size=3), st.data())
@settings(max_examples=60, deadline=None)
def test_any_split_of_a_stream_says_the_whole_answer(thoughts: list[str], words: list[str], data: st.DataObject) -> None:
    calls = data.draw(st.lists(st.sampled_from([CALL, {**CALL, "id": "c1"}]), max_size=2))
    pieces = [{"thinking": word} for word in thoughts] + [{"content": word} for word in words] + [{"tool_calls": [call]} for call in calls]
    message = {"thinking": "".join(thoughts), "content": "".join(words), "tool_calls": calls}

    events, decoder = events_of(lines_of(*pieces), size=data.draw(st.integers(1, 200)))

    assert (True, None, True) == (decoder.done, decoder.error, well_formed(events))
    assert ollama.decode(body_of(message), origin=OURS).replace(raw=msgspec.Raw()) == fold(events)


def test_thinking_that_goes_on_after_words_is_a_part_of_its_own() -> None:
    events, _ = events_of(lines_of({"thinking": "a"}, {"content": "b"}, {"thinking": "c"}))

    found: list[Part] = [Reasoning(text="a", origin=OURS), Text(text="b", origin=OURS), Reasoning(text="c", origin=OURS)]
    assert tuple(found) == fold(events).content


def test_an_end_that_says_nothing_else_is_an_end() -> None:
    """Older servers give neither a reason nor counts."""
    events, decoder = events_of(lines_of({"content": "a"}, end={"done": True}))

    reply = fold(events)
    assert (True, "a", "other", None) == (decoder.done, reply.text, reply.finish.unified, reply.usage)


def test_lines_of_another_kind_are_kept_as_they_came() -> None:
    odd = b'{"status":"pulling manifest"}\n[1]\n'

    events, decoder = events_of(odd + lines_of({"content": "a"}))

    assert [("pulling manifest", b'{"status":"pulling manifest"}'), ("list", b"[1]")] == [
        (event.kind, bytes(event.native)) for event in events if isinstance(event, WireEvent)
    ]
    assert (True, "a") == (decoder.done, fold(events).text)


def test_probabilities_and_fields_beside_a_line_are_kept() -> None:
    token = {"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": [{"token": "b", "logprob": -1.0, "bytes": [98]}]}
    line = {
        **HEAD,
        "message": {"role": "assistant", "content": "a", "mood": "good"},
        "done": False,
        "logprobs": [token],
        "remote_model": "r",
    }

    events, _ = events_of(json.dumps(line).encode() + b"\n" + lines_of())

    reply = fold(events)
    assert [("a", "b")] == [
        (event.logprobs[0].token, event.logprobs[0].top[0].token) for event in events if isinstance(event, LogprobsDelta)
    ]
    assert ("r", {"mood": "good"}) == (reply.extra["remote_model"], reply.extra["message"])


@pytest.mark.parametrize(
    ("tail", "error"),
    [
        (b'{"error":"llama runner process has terminated"}\n', ServerError),
        (b"not json\n", ProtocolError),
        (b'{"a": "\xff"}\n', ProtocolError),
        (b"x" * ((32 << 20) + 9), ProtocolError),
    ],
    ids=["error", "not json", "not text", "too long"],
)
def test_a_failure_inside_a_stream_is_its_error(tail: bytes, error: type[Exception]) -> None:
    events, decoder = events_of(lines_of({"content": "a"}, {"content": "b"}, end=None) + tail)

    assert ("ab", False, error) == (fold(events).text, decoder.done, type(decoder.error))


def test_a_cut_stream_is_not_done() -> None:
    whole = lines_of({"content": "a"}, {"content": "b"})

    events, decoder = events_of(whole[:-30])

    assert ("ab", False, None) == (fold(events).text, decoder.done, decoder.error)
    assert isinstance(events_of(b"")[1].error, ProtocolError)


def test_recorded_errors_are_typed() -> None:
    error = ollama.error(404, Headers(), b'{"error": "model \\"x\\" not found, try pulling it first"}')

    assert (NotFound, 404, 'model "x" not found, try pulling it first') == (type(error), error.status, error.message)
