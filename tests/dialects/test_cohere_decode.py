"""Cohere's answers, whole and streamed, into parts."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import cohere
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ContextLengthExceeded,
    NotFound,
    ProtocolError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
)
from llmkit.types.events import CitationDelta, Event, LogprobsDelta, PartEnd, WireEvent
from llmkit.types.http import Headers
from llmkit.types.messages import Message
from llmkit.types.parts import Citation, InvalidToolCall, Reasoning, Text, ToolCall, Unknown
from llmkit.types.requests import CompletionRequest
from tests.dialects.vendor_rows import target, well_formed

OURS = target("cohere")
USAGE = {
    "billed_units": {"input_tokens": 30, "output_tokens": 12},
    "tokens": {"input_tokens": 530, "output_tokens": 16, "reasoning_tokens": 5},
}
CALL = {"id": "f_1", "type": "function", "function": {"name": "f", "arguments": '{"a": "ü"}'}}


def source(number: int, **document: str) -> dict[str, Any]:
    return {"type": "document", "id": f"doc:{number}", "document": {"id": f"doc:{number}", **document}}


CITATION = {
    "start": 0,
    "end": 5,
    "text": "Grüße",
    "sources": [source(0, url="https://a", title="A", snippet="a a"), source(3, title="D")],
    "content_index": 1,
    "type": "TEXT_CONTENT",
}


def body_of(message: dict[str, Any], finish: str | None = "COMPLETE", **more: Any) -> bytes:
    return json.dumps({"id": "i", "message": {"role": "assistant", **message}, "finish_reason": finish, "usage": USAGE, **more}).encode()


def sse(*events: dict[str, Any]) -> bytes:
    return b"".join(f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode() for event in events)


def begin() -> dict[str, Any]:
    message = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
    return {"type": "message-start", "id": "i", "delta": {"message": message}}


def block(index: int, kind: str, pieces: list[str]) -> list[dict[str, Any]]:
    opening = {"type": "content-start", "index": index, "delta": {"message": {"content": {"type": kind, kind: ""}}}}
    deltas = [{"type": "content-delta", "index": index, "delta": {"message": {"content": {kind: piece}}}} for piece in pieces]
    return [opening, *deltas, {"type": "content-end", "index": index}]


def call_events(index: int, call: dict[str, Any], cut: int) -> list[dict[str, Any]]:
    text = call["function"]["arguments"]
    opening = {**call, "function": {"name": call["function"]["name"], "arguments": ""}}
    pieces = [{"tool_calls": {"function": {"arguments": piece}}} for piece in (text[:cut], text[cut:])]
    return [
        {"type": "tool-call-start", "index": index, "delta": {"message": {"tool_calls": opening}}},
        *({"type": "tool-call-delta", "index": index, "delta": {"message": piece}} for piece in pieces),
        {"type": "tool-call-end", "index": index},
    ]


def cited(citation: dict[str, Any], number: int = 0) -> list[dict[str, Any]]:
    return [
        {"type": "citation-start", "index": number, "delta": {"message": {"citations": citation}}},
        {"type": "citation-end", "index": number},
    ]


def plan(*pieces: str) -> list[dict[str, Any]]:
    return [{"type": "tool-plan-delta", "delta": {"message": {"tool_plan": piece}}} for piece in pieces]


def end(finish: str = "COMPLETE", **more: Any) -> dict[str, Any]:
    return {"type": "message-end", "delta": {"finish_reason": finish, "usage": USAGE, **more}}


def events_of(data: bytes, size: int = 1 << 20) -> tuple[list[Event], Any]:
    decoder = cohere.decoder(origin=OURS)
    found = [event for start in range(0, len(data), size) for event in decoder.feed(data[start : start + size])]
    return found + decoder.close(), decoder


def test_an_answer_says_thinking_words_and_their_sources() -> None:
    content = [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "Grüße!"}]

    reply = cohere.decode(body_of({"content": content, "citations": [CITATION]}), origin=OURS)

    thought, text = reply.content
    assert isinstance(thought, Reasoning)
    assert isinstance(text, Text)
    assert ("Hm.", "Grüße!", "i", "stop", "COMPLETE") == (thought.text, text.text, reply.id, reply.finish.unified, reply.finish.raw)
    first, second = text.citations
    assert ("https://a", "A", "a a", 0, 0, 5, "document") == (
        first.url,
        first.title,
        first.quote,
        first.document,
        first.start,
        first.end,
        first.location,
    )
    assert (None, "D", 3) == (second.url, second.title, second.document)
    assert CITATION == msgspec.json.decode(first.native) == msgspec.json.decode(second.native)


def test_the_plan_is_thinking_and_goes_out_again_as_the_plan() -> None:
    reply = cohere.decode(body_of({"tool_plan": "I look.", "tool_calls": [CALL]}, "TOOL_CALL"), origin=OURS)

    request = CompletionRequest(model="m", messages=(Message.user("Hi"), reply.message))
    body = cohere.encode(request, model="m", target=OURS, profile=cohere.PROFILE, stream=False).body

    assert ("I look.", "tool_calls", {"a": "ü"}) == (reply.reasoning, reply.finish.unified, reply.tool_calls[0].arguments)
    assert {"role": "assistant", "tool_plan": "I look.", "tool_calls": [CALL]} == msgspec.json.decode(msgspec.json.encode(body))[
        "messages"
    ][1]


@pytest.mark.parametrize(
    ("kind", "index", "place"),
    [
        ("TEXT_CONTENT", 0, "text"),
        (None, None, "text"),
        ("PLAN", 0, "loose"),
        ("THINKING_CONTENT", 0, "loose"),
        ("TEXT_CONTENT", 9, "loose"),
    ],
)
def test_a_citation_stands_with_the_text_it_is_about(kind: str | None, index: int | None, place: str) -> None:
    citation = {"start": 0, "end": 1, "text": "a", "sources": [source(0)], "content_index": index, "type": kind}
    message = {"content": [{"type": "text", "text": "a"}], "citations": [citation]}

    whole = cohere.decode(body_of(message), origin=OURS)
    events, _ = events_of(sse(begin(), *block(0, "text", ["a"]), *cited(citation), end()))

    assert 1 == len(whole.citations)
    assert ("loose" == place) is any(isinstance(part, Citation) for part in whole.content)
    assert whole.replace(raw=msgspec.Raw()) == fold(events)


def test_usage_is_what_is_billed_and_the_rest_is_kept() -> None:
    usage = cohere.decode(body_of({"content": []}), origin=OURS).usage

    assert usage is not None
    assert (30, 12, 7, 5, 42) == (usage.input, usage.output, usage.output_text, usage.reasoning, usage.total)
    assert USAGE == msgspec.json.decode(usage.raw)


@pytest.mark.parametrize("usage", [None, {}, {"billed_units": {}}, {"tokens": {"image_tokens": 3}}])
def test_usage_that_counts_nothing_is_unknown(usage: Any) -> None:
    assert cohere.decode(body_of({"content": []}, usage=usage), origin=OURS).usage is None


def test_tokens_are_counted_where_nothing_is_billed() -> None:
    usage = cohere.decode(body_of({"content": []}, usage={"tokens": {"input_tokens": 3, "output_tokens": 2}}), origin=OURS).usage

    assert usage is not None
    assert (3, 2) == (usage.input, usage.output)


@pytest.mark.parametrize(
    ("word", "unified"),
    [
        ("COMPLETE", "stop"),
        ("STOP_SEQUENCE", "stop"),
        ("MAX_TOKENS", "length"),
        ("TOOL_CALL", "tool_calls"),
        ("ERROR", "error"),
        ("TIMEOUT", "error"),
        ("OF_TOMORROW", "other"),
        (None, "other"),
    ],
)
def test_finish_reasons(word: str | None, unified: str) -> None:
    finish = cohere.decode(body_of({"content": [{"type": "text", "text": "a"}]}, word), origin=OURS).finish

    assert (unified, word) == (finish.unified, finish.raw)


def test_unknown_blocks_and_fields_are_kept() -> None:
    chart = {"type": "chart", "x": [1]}
    marked = {"type": "text", "text": "a", "mood": "good"}

    reply = cohere.decode(body_of({"content": [chart, marked], "tone": "dry"}, region="eu"), origin=OURS)

    odd, text = reply.content
    assert isinstance(odd, Unknown)
    assert ("chart", chart, marked) == (odd.kind, msgspec.json.decode(odd.native), msgspec.json.decode(text.native))
    assert {"region": "eu", "message": {"tone": "dry"}} == reply.extra


def test_broken_arguments_are_kept_as_the_model_wrote_them() -> None:
    broken = {**CALL, "function": {"name": "f", "arguments": "{oops"}}

    (call,) = cohere.decode(body_of({"tool_calls": [broken]}, "TOOL_CALL"), origin=OURS).content

    assert isinstance(call, InvalidToolCall)
    assert "{oops" == call.json


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", ProtocolError),
        (b"[]", ProtocolError),
        (b"{}", ProtocolError),
        (b'{"id": "x", "message": "internal server error"}', ProviderError),
        (b'{"id": "x", "message": {"content": []}, "finish_reason": "ERROR", "error": "No valid response generated."}', ProviderError),
    ],
)
def test_what_is_no_answer_is_an_error(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        cohere.decode(body, origin=OURS)


WORDS = st.lists(st.sampled_from(["a", "Grüße", " ", "🎉", "\n\n"]), max_size=3)


@given(WORDS, WORDS, WORDS, st.integers(0, 2), st.data())
@settings(max_examples=60, deadline=None)
def test_any_split_of_a_stream_says_the_whole_answer(
    thoughts: list[str], words: list[str], plans: list[str], calls: int, data: st.DataObject
) -> None:
    citation = {**CITATION, "start": 0, "end": 1, "text": "a"}
    events = [begin(), *block(0, "thinking", thoughts), *block(1, "text", words)]
    events += cited(citation) if any(words) else []
    events += plan(*plans)
    for index in range(calls):
        events += call_events(index, CALL, data.draw(st.integers(0, 6)))
    finish = "TOOL_CALL" if calls else "COMPLETE"
    message = {
        "content": [{"type": "thinking", "thinking": "".join(thoughts)}, {"type": "text", "text": "".join(words)}],
        "tool_plan": "".join(plans),
        "tool_calls": [CALL] * calls,
        "citations": [citation] if any(words) else [],
    }

    found, decoder = events_of(sse(*events, end(finish)) + b"data: [DONE]\n\n", size=data.draw(st.integers(1, 200)))

    assert (True, None, True) == (decoder.done, decoder.error, well_formed(found))
    assert cohere.decode(body_of(message, finish), origin=OURS).replace(raw=msgspec.Raw()) == fold(found)


@pytest.mark.parametrize("late", [False, True])
def test_citations_come_with_the_words_or_after_them(late: bool) -> None:
    first, *rest = block(1, "text", ["Grüße", "!"])
    said = [first, *rest, *cited(CITATION)] if late else [first, rest[0], *cited(CITATION), *rest[1:]]

    events, _ = events_of(sse(begin(), *said, end()))

    text = fold(events).content[0]
    assert isinstance(text, Text)
    assert (2, "https://a", "Grüße!") == (len(text.citations), text.citations[0].url, text.text)
    assert 2 == sum(isinstance(event, CitationDelta) for event in events)
    ended = next(event.part for event in events if isinstance(event, PartEnd))
    assert isinstance(ended, Text)
    assert (0 if late else 2) == len(ended.citations)


def test_unknown_blocks_and_events_of_a_stream_are_kept() -> None:
    opening = {"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "chart", "points": [1]}}}}
    more = {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"points": [2], "title": "T"}}}}
    debug = {"type": "debug", "prompt": "p"}

    events, decoder = events_of(sse(begin(), debug, opening, more, {"type": "content-end", "index": 0}, end()))

    (chart,) = fold(events).content
    assert isinstance(chart, Unknown)
    assert ("chart", {"type": "chart", "points": [1, 2], "title": "T"}) == (chart.kind, msgspec.json.decode(chart.native))
    assert [("debug", debug)] == [(event.kind, msgspec.json.decode(event.native)) for event in events if isinstance(event, WireEvent)]
    assert decoder.done


def test_probabilities_are_told_piece_by_piece() -> None:
    piece = block(0, "text", ["a"])
    piece[1]["logprobs"] = {"text": "a", "token_ids": [1, 2], "logprobs": [-0.25, -0.5]}

    events, _ = events_of(sse(begin(), *piece, end()))

    assert [("a", -0.75)] == [(event.logprobs[0].token, event.logprobs[0].logprob) for event in events if isinstance(event, LogprobsDelta)]


@pytest.mark.parametrize(
    ("tail", "error"),
    [
        (sse(end("ERROR", error="No valid response generated. Try updating messages", usage={})), ServerError),
        (sse(end("ERROR", error="invalid tool generation", error_type="INVALID_TOOL_GENERATION")), BadRequest),
        (b'data: {"message": "internal server error"}\n\n', ServerError),
        (b"data: [DONE]\n\n", ProtocolError),
        (b"data: {oops}\n\n", ProtocolError),
    ],
)
def test_a_failure_inside_a_stream_is_its_error(tail: bytes, error: type[Exception]) -> None:
    events, decoder = events_of(sse(begin(), *block(0, "text", ["a"])[:2]) + tail)

    assert ("a", False, error) == (fold(events).text, decoder.done, type(decoder.error))


def test_a_cut_stream_is_not_done_and_keeps_what_came() -> None:
    whole = sse(begin(), *block(0, "text", ["a"]), *call_events(0, CALL, 3), end("TOOL_CALL"))
    cut = whole.index(b"tool-call-end") - 8

    events, decoder = events_of(whole[:cut])

    reply = fold(events)
    assert (False, None, "interrupted", "a") == (decoder.done, decoder.error, reply.finish.unified, reply.text)
    assert isinstance(reply.content[1], InvalidToolCall)
    assert not any(isinstance(event, PartEnd) and isinstance(event.part, ToolCall) for event in events)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"message": "invalid api token"}, AuthenticationError),
        (404, {"id": "i", "message": "model 'x' not found, make sure the correct model ID was used"}, NotFound),
        (
            400,
            {"error_type": "TOO_MANY_TOKENS", "id": "i", "message": "too many tokens: size limit exceeded by 9 tokens."},
            ContextLengthExceeded,
        ),
        (422, {"id": "i", "message": "No valid response generated. Try updating messages"}, BadRequest),
        (429, {"message": "You are using a Trial key, which is limited to 20 API calls / minute."}, RateLimited),
        (429, {"message": "You are using a Trial key, which is limited to 1000 API calls / month."}, QuotaExhausted),
        (500, {"message": "internal server error"}, ServerError),
    ],
)
def test_errors_are_typed(status: int, body: dict[str, Any], kind: type[ProviderError]) -> None:
    error = cohere.error(status, Headers(), json.dumps(body).encode())

    assert (kind, status, body["message"]) == (type(error), error.status, error.message)
