"""Mistral's answers, whole and streamed, into parts."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import mistral
from llmkit.errors import AuthenticationError, BadRequest, ContextLengthExceeded, NotFound, ProviderError, RateLimited, ServerError
from llmkit.types.http import Headers
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Citation,
    InvalidToolCall,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Unknown,
)
from llmkit.types.requests import CompletionRequest
from tests.dialects.vendor_rows import target, well_formed

OURS = target("mistral")
HEAD = {"id": "i", "created": 1_790_000_000, "model": "m"}
THINK = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}], "signature": "c2ln", "closed": True}
CHUNKS: list[tuple[dict[str, Any], type[Part]]] = [
    (THINK, Reasoning),
    ({"type": "reference", "reference_ids": [0, "r1"]}, Citation),
    ({"type": "document_url", "document_url": "https://a/b.pdf", "document_name": "b"}, Unknown),
    ({"type": "file", "file_id": "f"}, Unknown),
    ({"type": "input_audio", "input_audio": "UklGRg=="}, Unknown),
    ({"type": "resource", "uri": "u", "content": {"type": "text", "text": "t"}}, Unknown),
    ({"type": "tool_reference", "tool": "web_search", "title": "T", "url": "https://a"}, Unknown),
    ({"type": "of_tomorrow", "x": {"y": [1]}}, Unknown),
]


def body_of(message: dict[str, Any], finish: str = "stop", **more: Any) -> bytes:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "tool_calls": None, **message}}
    usage = {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42}
    return json.dumps({**HEAD, "object": "chat.completion", "choices": [choice], "usage": usage, **more}).encode()


def stream_of(*deltas: dict[str, Any], finish: str | None = "stop", done: bool = True) -> bytes:
    found = [{**HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    if finish is not None:
        usage = {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42}
        found.append({**HEAD, "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": finish}], "usage": usage})
    return b"".join(b"data: %s\n\n" % json.dumps(chunk).encode() for chunk in found) + (b"data: [DONE]\n\n" if done else b"")


def replayed(parts: tuple[Part, ...]) -> Any:
    request = CompletionRequest(model="m", messages=(Message.user("Hi"), Message(role="assistant", content=parts), Message.user("More")))
    body = mistral.encode(request, model="m", target=OURS, profile=mistral.PROFILE, stream=False).body
    return msgspec.json.decode(msgspec.json.encode(body["messages"][1]["content"]))


@pytest.mark.parametrize(("chunk", "kind"), CHUNKS)
def test_every_chunk_is_kept_in_its_place_and_goes_out_again_as_it_came(chunk: dict[str, Any], kind: type[Part]) -> None:
    content = [{"type": "text", "text": "a"}, chunk, {"type": "text", "text": "b"}]

    reply = mistral.decode(body_of({"content": content}), origin=OURS)

    assert [Text, kind, Text] == [type(part) for part in reply.content]
    assert content == replayed(reply.content)


def test_thinking_is_reasoning_with_its_seal() -> None:
    reply = mistral.decode(body_of({"content": [THINK, {"type": "text", "text": "a"}]}), origin=OURS)

    thought = reply.content[0]
    assert isinstance(thought, Reasoning)
    assert ("Hm.", "c2ln", "a") == (thought.text, thought.signature, reply.text)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42}, (30, 0, 12)),
        ({"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42, "num_cached_tokens": 8}, (22, 8, 12)),
        ({"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42, "prompt_tokens_details": {"cached_tokens": 8}}, (22, 8, 12)),
        ({"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42, "prompt_audio_seconds": 3}, (30, 0, 12)),
    ],
)
def test_cached_tokens_are_a_part_of_the_prompt(usage: dict[str, Any], expected: tuple[int, int, int]) -> None:
    found = mistral.decode(body_of({"content": "a"}, usage=usage), origin=OURS).usage

    assert found is not None
    assert expected == (found.uncached, found.cache_read, found.output_text)
    assert usage["total_tokens"] == found.total
    assert usage == msgspec.json.decode(found.raw)


def test_the_usage_says_the_service_tier() -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5, "service_tier": "flex"}
    streamed = json.dumps({**HEAD, "choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": "stop"}], "usage": usage})
    decoder = mistral.decoder(origin=OURS)

    whole = mistral.decode(body_of({"content": "a"}, usage=usage), origin=OURS)
    events = decoder.feed(f"data: {streamed}\n\ndata: [DONE]\n\n".encode())

    assert ["flex", "flex"] == [whole.service_tier, fold(events).service_tier]


@pytest.mark.parametrize(
    ("word", "unified"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("model_length", "length"),
        ("tool_calls", "tool_calls"),
        ("error", "error"),
        ("new", "other"),
    ],
)
def test_finish_reasons(word: str, unified: str) -> None:
    finish = mistral.decode(body_of({"content": "a"}, finish=word), origin=OURS).finish

    assert (unified, word) == (finish.unified, finish.raw)


def test_calls_keep_the_model_s_spelling_and_broken_ones_are_kept_too() -> None:
    calls = [
        {"id": "abcdefgh1", "function": {"name": "f", "arguments": '{"a": 1}'}, "index": 0},
        {"id": "abcdefgh2", "function": {"name": "g", "arguments": "{oops"}, "index": 1},
    ]

    reply = mistral.decode(body_of({"content": "", "tool_calls": calls}, finish="tool_calls"), origin=OURS)

    call, broken = reply.content
    assert isinstance(call, ToolCall)
    assert isinstance(broken, InvalidToolCall)
    assert ("abcdefgh1", {"a": 1}, '{"a": 1}', "{oops") == (call.id, call.arguments, call.json, broken.json)


def test_an_answer_of_several_messages_tells_the_tools_that_the_server_ran() -> None:
    call = {"id": "abcdefgh1", "function": {"name": "web_search", "arguments": '{"q":"x"}'}}
    own = {"id": "abcdefgh2", "function": {"name": "mine", "arguments": "{}"}}
    messages = [
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "found", "tool_call_id": "abcdefgh1"},
        {"role": "assistant", "content": "It is so.", "tool_calls": [own]},
    ]
    choice = {"index": 0, "finish_reason": "tool_calls", "messages": messages}

    reply = mistral.decode(body_of({}, choices=[choice]), origin=OURS)

    assert [ServerToolCall, ServerToolResult, Text, ToolCall] == [type(part) for part in reply.content]
    assert ("It is so.", ["mine"]) == (reply.text, [called.name for called in reply.tool_calls])
    assert messages[1] == msgspec.json.decode(reply.content[1].native)
    assert [{"type": "text", "text": "It is so."}] == [{"type": "text", "text": replayed(reply.content)}]


def test_thinking_that_streams_in_chunks_is_one_part() -> None:
    pieces = [
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": word}], "closed": False}]} for word in ("H", "m", ".")
    ]
    closed = {"content": [{"type": "thinking", "thinking": [], "closed": True, "signature": "c2ln"}]}
    decoder = mistral.decoder(origin=OURS)

    events = decoder.feed(stream_of(*pieces, closed, {"content": "a"}, {"content": "b"}))

    assert decoder.done
    assert [THINK, {"type": "text", "text": "ab"}] == replayed(fold(events).content)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_split_of_a_stream_says_the_whole_answer(data: st.DataObject) -> None:
    thinking = data.draw(st.booleans())
    call = {"id": "abcdefgh1", "type": "function", "function": {"name": "f", "arguments": '{"a":"ü"}'}, "index": 0}
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": [THINK]}] if thinking else []
    deltas += [{"content": "Grü"}, {"content": "ße 🎉"}, {"content": "", "tool_calls": [call]}]
    text = {"type": "text", "text": "Grüße 🎉"}
    message = {"content": [THINK, text] if thinking else text["text"], "tool_calls": [call]}
    stream, size = stream_of(*deltas, finish="tool_calls"), data.draw(st.integers(1, 90))
    decoder = mistral.decoder(origin=OURS)

    events = [event for start in range(0, len(stream), size) for event in decoder.feed(stream[start : start + size])]

    assert decoder.done
    assert well_formed(events)
    assert mistral.decode(body_of(message, finish="tool_calls"), origin=OURS).replace(raw=msgspec.Raw()) == fold(events)


def test_a_cut_stream_is_not_done() -> None:
    decoder = mistral.decoder(origin=OURS)

    events = [*decoder.feed(stream_of({"content": "a"}, finish=None, done=False)), *decoder.close()]

    assert (False, "a", "interrupted") == (decoder.done, fold(events).text, fold(events).finish.unified)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"detail": "Unauthorized"}, AuthenticationError),
        (401, {"message": "Unauthorized", "request_id": "r"}, AuthenticationError),
        (400, {"object": "error", "message": "Invalid model: x", "type": "invalid_model", "param": None, "code": "1500"}, NotFound),
        (
            400,
            {"object": "error", "message": "Prompt contains 9 tokens, too large for model with 8 maximum context length", "code": "3051"},
            ContextLengthExceeded,
        ),
        (422, {"detail": [{"type": "missing", "loc": ["body", "tools"], "msg": "Field required"}]}, BadRequest),
        (429, {"object": "error", "message": "Rate limit exceeded", "type": "rate_limited", "param": None, "code": "1300"}, RateLimited),
        (500, {"object": "error", "message": "Service unavailable.", "type": "internal_server_error", "code": "1000"}, ServerError),
    ],
)
def test_recorded_errors_are_typed(status: int, body: dict[str, Any], kind: type[ProviderError]) -> None:
    error = mistral.error(status, Headers(), json.dumps(body).encode())

    assert (kind, status, True) == (type(error), error.status, bool(error.message))
