"""Streams of Chat Completions: what servers send, in any split, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import openai_chat
from llmkit.errors import BadRequest, ContextLengthExceeded, Overloaded, ProtocolError, RateLimited, ServerError
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Finish,
    LogprobsDelta,
    MediaDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    RefusalDelta,
    Start,
    TextDelta,
    WireEvent,
)
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
)
from llmkit.types.responses import FinishReason
from tests.dialects.openai_chat_cases import ORIGIN, body, chunk, folded, read, sse, streamed

STOP = chunk(finish="stop")


def call_piece(index: int | None = 0, **fields: Any) -> dict[str, Any]:
    function = {key: fields.pop(key) for key in ("name", "arguments") if key in fields}
    place = {} if index is None else {"index": index}
    return chunk({"tool_calls": [{**place, **fields, "function": function}]})


def calls(*chunks: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Return id, name and arguments of the calls in a stream; of an invalid call its text."""
    parts = folded(sse(*chunks, chunk(finish="tool_calls"))).content
    return [
        (part.id, part.name, part.arguments if isinstance(part, ToolCall) else part.json)
        for part in parts
        if isinstance(part, ToolCall | InvalidToolCall)
    ]


def test_a_text_answer_gives_the_whole_grammar() -> None:
    stream = sse(chunk({"role": "assistant", "content": ""}), chunk({"content": "Hel"}), chunk({"content": "lo"}), STOP)

    events, done, error = read(stream)

    text = Text(text="Hello", origin=ORIGIN)
    assert [
        Start(id="c1", model="m", created=7.0),
        PartStart(index=0, part=Text(text="", origin=ORIGIN)),
        TextDelta(index=0, text="Hel"),
        TextDelta(index=0, text="lo"),
        PartEnd(index=0, part=text),
        Finish(finish=FinishReason(unified="stop", raw="stop")),
    ] == events
    assert (True, None) == (done, error)


CALLS: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str, Any]]]] = {
    "in pieces": (
        [call_piece(id="a", name="f", arguments=""), call_piece(arguments='{"x"'), call_piece(arguments=": 1}")],
        [("a", "f", {"x": 1})],
    ),
    "whole in one chunk": ([call_piece(id="a", name="f", arguments='{"x": 1}')], [("a", "f", {"x": 1})]),
    "two, by index": (
        [call_piece(id="a", name="f", arguments="{}"), call_piece(1, id="b", name="g", arguments='{"y":2}')],
        [("a", "f", {}), ("b", "g", {"y": 2})],
    ),
    "two that grow in turns": (
        [
            call_piece(id="a", name="f"),
            call_piece(1, id="b", name="g"),
            call_piece(arguments='{"x":'),
            call_piece(1, arguments='{"y":'),
            call_piece(arguments="1}"),
            call_piece(1, arguments="2}"),
        ],
        [("a", "f", {"x": 1}), ("b", "g", {"y": 2})],
    ),
    "all with index 0": (
        [call_piece(id="a", name="f", arguments='{"x":1}'), call_piece(id="b", name="f", arguments='{"x":2}')],
        [("a", "f", {"x": 1}), ("b", "f", {"x": 2})],
    ),
    "all with index 0, in pieces": (
        [call_piece(id="a", name="f"), call_piece(arguments='{"x":1}'), call_piece(id="b", name="g"), call_piece(arguments='{"x":2}')],
        [("a", "f", {"x": 1}), ("b", "g", {"x": 2})],
    ),
    "without index": (
        [call_piece(None, id="a", name="f", arguments='{"x":1}'), call_piece(None, id="b", name="g", arguments='{"x":2}')],
        [("a", "f", {"x": 1}), ("b", "g", {"x": 2})],
    ),
    "without index, in pieces": (
        [call_piece(None, id="a", name="f", arguments=""), call_piece(None, arguments='{"x"'), call_piece(None, arguments=":1}")],
        [("a", "f", {"x": 1})],
    ),
    "the id on every piece": ([call_piece(id="a", name="f"), call_piece(id="a", name="f", arguments='{"x":1}')], [("a", "f", {"x": 1})]),
    "another id on every piece": (
        [call_piece(id="a", name="f"), call_piece(id="b", name="", arguments='{"x"'), call_piece(id="c", name="", arguments=":1}")],
        [("a", "f", {"x": 1})],
    ),
    "the id late": ([call_piece(name="f", arguments='{"x"'), call_piece(id="a", arguments=":1}")], [("a", "f", {"x": 1})]),
    "the name in pieces": ([call_piece(id="a", name="get_"), call_piece(name="x", arguments="{}")], [("a", "get_x", {})]),
    "arguments null": ([call_piece(id="a", name="f", arguments=None), call_piece(arguments=None)], [("a", "f", {})]),
    "arguments absent": ([call_piece(id="a", name="f")], [("a", "f", {})]),
    "arguments as an object": ([call_piece(id="a", name="f", arguments={"x": 1})], [("a", "f", {"x": 1})]),
    "a null inside, alone in its piece": (
        [call_piece(id="a", name="f", arguments='{"x":'), call_piece(arguments="null"), call_piece(arguments="}")],
        [("a", "f", {"x": None})],
    ),
    "all said again at the end": (
        [call_piece(id="a", name="f"), call_piece(arguments='{"x"'), call_piece(arguments=":1}"), call_piece(arguments='{"x":1}')],
        [("a", "f", {"x": 1})],
    ),
    "an empty object first": ([call_piece(id="a", name="f", arguments="{}"), call_piece(arguments='{"x":1}')], [("a", "f", {"x": 1})]),
    "no JSON": ([call_piece(id="a", name="f", arguments="{x")], [("a", "f", "{x")]),
    "with usage in every chunk": (
        [
            {**call_piece(id="a", name="f"), "usage": {"prompt_tokens": 1}},
            {**call_piece(arguments='{"x":1}'), "usage": {"prompt_tokens": 1}},
        ],
        [("a", "f", {"x": 1})],
    ),
    "beside the delta": (
        [{**chunk(), "choices": [{"index": 0, "delta": {}, "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{}"}}]}]}],
        [("a", "f", {})],
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_tool_calls_come_together_whatever_the_server_makes_of_index_and_id(name: str) -> None:
    chunks, expected = CALLS[name]

    assert expected == calls(*chunks)


def test_calls_without_an_id_get_one_that_is_the_same_when_not_streamed() -> None:
    message = {"tool_calls": [{"function": {"name": "f", "arguments": "{}"}}, {"id": "", "function": {"name": "f", "arguments": "{}"}}]}
    answer = body(message, "tool_calls")

    whole = openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN).tool_calls

    assert whole == folded(streamed(answer)).tool_calls
    assert 2 == len({call.id for call in whole})
    assert all(call.id.startswith("call_") for call in whole)


def test_arguments_stream_as_they_come() -> None:
    events, *_ = read(sse(call_piece(id="a", name="f", arguments=""), call_piece(arguments='{"x"'), call_piece(arguments=":1}"), STOP))

    assert ['{"x"', ":1}"] == [event.json for event in events if isinstance(event, ArgumentsDelta)]
    assert PartStart(index=0, part=ToolCall(id="a", name="f", origin=ORIGIN)) in events


def test_the_free_text_of_a_custom_tool_streams_as_json() -> None:
    first = {"index": 0, "id": "a", "type": "custom", "custom": {"name": "calc", "input": ""}}
    stream = sse(
        chunk({"tool_calls": [first]}),
        *[chunk({"tool_calls": [{"index": 0, "custom": {"input": text}}]}) for text in ('4 "', "+\n4")],
        STOP,
    )

    events, *_ = read(stream)

    call = fold(events).tool_calls[0]
    assert {"input": '4 "+\n4'} == call.arguments
    assert call.arguments == json.loads("".join([event.json for event in events if isinstance(event, ArgumentsDelta)]))


REASONING: dict[str, tuple[list[dict[str, Any]], Any]] = {
    "reasoning_content": ([{"reasoning_content": "a"}, {"reasoning_content": "b"}], {"reasoning_content": "ab"}),
    "reasoning": ([{"reasoning": "a"}, {"reasoning": "b"}], {"reasoning": "ab"}),
    "both": (
        [{"reasoning": "a", "reasoning_content": "a"}, {"reasoning": "b", "reasoning_content": "b"}],
        {"reasoning_content": "ab", "reasoning": "ab"},
    ),
    "details": (
        [
            {"reasoning": "a", "reasoning_details": [{"type": "reasoning.text", "text": "a", "index": 0, "format": "x"}]},
            {"reasoning": "b", "reasoning_details": [{"type": "reasoning.text", "text": "b", "index": 0}]},
            {"reasoning_details": [{"type": "reasoning.text", "signature": "S", "index": 0}]},
            {"reasoning_details": [{"type": "reasoning.encrypted", "data": "E", "index": 1}]},
        ],
        {
            "reasoning": "ab",
            "reasoning_details": [
                {"type": "reasoning.text", "text": "ab", "index": 0, "format": "x", "signature": "S"},
                {"type": "reasoning.encrypted", "data": "E", "index": 1},
            ],
        },
    ),
    "details alone": (
        [{"reasoning_details": [{"type": "reasoning.summary", "summary": piece}]} for piece in "ab"],
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "ab"}]},
    ),
    "blocks": (
        [{"content": [{"type": "thinking", "thinking": [{"type": "text", "text": piece}], "closed": True}]} for piece in "ab"],
        {"type": "thinking", "thinking": [{"type": "text", "text": "ab"}], "closed": True},
    ),
    "summary blocks": (
        [{"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": piece}]}]} for piece in "ab"],
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "ab"}]},
    ),
}


@pytest.mark.parametrize("name", REASONING)
def test_thinking_is_one_part_with_all_that_must_be_sent_back(name: str) -> None:
    deltas, native = REASONING[name]
    stream = sse(*[chunk(delta) for delta in deltas], chunk({"content": "Yes"}), STOP)

    events, *_ = read(stream)

    thinking, text = fold(events).content
    assert isinstance(thinking, Reasoning)
    assert ("ab", native) == (thinking.text, json.loads(bytes(thinking.native)))
    assert Text(text="Yes", origin=ORIGIN) == text
    assert ["a", "b"] == [event.reasoning for event in events if isinstance(event, ReasoningDelta)]


def test_sealed_thinking_without_words_is_kept() -> None:
    stream = sse(chunk({"reasoning_details": [{"type": "reasoning.encrypted", "data": "E"}]}), chunk({"content": "Yes"}), STOP)

    part = folded(stream).content[0]

    assert isinstance(part, Reasoning)
    assert ("", "E") == (part.text, part.encrypted)


def test_thinking_and_words_in_turns_stay_two_parts() -> None:
    """The format has one field for each, so a stream must end as the same answer without a stream does."""
    stream = sse(chunk({"reasoning": "a"}), chunk({"content": "x"}), chunk({"reasoning": "b"}), chunk({"content": "y"}), STOP)

    assert ["ab", "xy"] == [part.text for part in folded(stream).content if isinstance(part, Text | Reasoning)]


def test_refusals_images_sound_sources_and_server_tools_stream() -> None:
    png = "data:image/png;base64,iVBORw0KGgo="
    citation = {"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A", "start_index": 0, "end_index": 2}}
    stream = sse(
        chunk({"executed_tools": [{"index": 0, "type": "search", "arguments": '{"q":1}'}]}),
        chunk({"executed_tools": [{"index": 0, "type": "search", "arguments": '{"q":1}', "output": "found"}]}),
        chunk({"content": "Hi"}),
        chunk({"annotations": [citation]}),
        chunk({"refusal": "I "}),
        chunk({"refusal": "won't"}),
        chunk({"images": [{"type": "image_url", "image_url": {"url": png}}]}),
        chunk({"audio": {"id": "au", "transcript": "A"}}),
        chunk({"audio": {"data": "AAEC"}}),
        chunk({"audio": {"data": "AwQF", "transcript": "B", "expires_at": 9}}),
        STOP,
    )

    events, *_ = read(stream)

    answer = fold(events)
    kinds = {type(part): part for part in answer.content}
    found = Citation(url="https://a.example", title="A", start=0, end=2, location="url_citation", origin=ORIGIN)
    assert [ServerToolCall, ServerToolResult, Text, Refusal, Image, Audio] == list(kinds)
    assert (found,) == answer.citations
    assert Refusal(text="I won't", origin=ORIGIN) == kinds[Refusal]
    assert Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png", origin=ORIGIN) == kinds[Image]
    assert Audio(id="au", data=bytes(range(6)), transcript="AB", origin=ORIGIN) == kinds[Audio]
    assert {"audio": {"expires_at": 9}} == answer.extra
    assert {CitationDelta, RefusalDelta, MediaDelta} <= {type(event) for event in events}


def test_candidates_keep_their_own_parts_reasons_and_probabilities() -> None:
    one = {"content": [{"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": []}]}
    first = {"index": 0, "delta": {"content": "a"}, "logprobs": one, "finish_reason": None}
    stream = sse({"id": "c1", "choices": [first]}, chunk({"content": "b"}, index=1), chunk(finish="stop"), chunk(finish="length", index=1))

    events, *_ = read(stream)

    answer = fold(events)
    assert ("a", "stop") == (answer.text, answer.finish.unified)
    assert (Text(text="b", origin=ORIGIN),) == answer.candidates[0].content
    assert "length" == getattr(answer.candidates[0].finish, "unified", None)
    assert any(isinstance(event, LogprobsDelta) for event in events)
    assert -0.5 == answer.logprobs[0].logprob


def test_usage_comes_from_wherever_the_server_puts_it() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13}
    last = {"id": "c1", "choices": [], "usage": usage}
    streams = [
        sse(chunk({"content": "a"}), STOP, last),
        sse(chunk({"content": "a"}), chunk(finish="stop", x_groq={"usage": usage})),
        sse(chunk({"content": "a"}), {"id": "c1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "usage": usage}]}),
        sse(chunk({"content": "a"}, usage={"prompt_tokens": 10}), chunk({"content": "b"}, usage=usage), STOP),
    ]

    found = [folded(stream).usage for stream in streams]

    assert [(10, 3)] * 4 == [(usage.input, usage.output) for usage in found if usage is not None]


def test_what_is_said_beside_the_answer_is_kept() -> None:
    stream = sse(
        chunk({"content": "a"}, system_fingerprint="fp"), chunk(finish="stop", timings={"x": 1}, service_tier="flex", provider="P")
    )

    answer = folded(stream)

    assert ({"system_fingerprint": "fp", "timings": {"x": 1}, "provider": "P"}, "flex") == (answer.extra, answer.service_tier)


def test_sources_beside_the_answer_become_parts_once() -> None:
    beside: dict[str, Any] = {
        "citations": ["https://a.example"],
        "search_results": [{"url": "https://a.example", "title": "A", "date": None}],
    }

    answer = folded(sse(chunk({"content": "a"}, **beside), chunk(finish="stop", **beside)))

    assert ["https://a.example"] == [citation.url for citation in answer.citations]


UNFINISHED = {
    "cut before the finish": sse(chunk({"content": "a"}), done=False),
    "cut inside a chunk": sse(chunk({"content": "a"}), done=False) + b'data: {"id": "c1", "choi',
    "comments alone": b": hello\n\n",
    "nothing": b"",
}


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


ERRORS: dict[str, tuple[Any, type[Exception]]] = {
    "an error object": ({"error": {"message": "no", "type": "invalid_request_error", "code": None}}, BadRequest),
    "an error with a status as code": ({"id": "c1", "error": {"message": "busy", "code": 503}, "choices": []}, Overloaded),
    "a rate limit": ({"error": {"message": "slow down", "code": 429}}, RateLimited),
    "an error beside a choice": ({**chunk({"content": "b"}, finish="error"), "error": {"message": "gone", "code": 502}}, ServerError),
    "an error inside a choice": ({"id": "c1", "choices": [{"index": 0, "delta": {}, "error": "[object Object]"}]}, ServerError),
    "a text": ({"error": "something broke"}, ServerError),
    "an error by its kind": (
        {"object": "error", "message": "This model's maximum context length is 10 tokens.", "code": 400},
        ContextLengthExceeded,
    ),
    "a detail": ({"detail": "Internal"}, ServerError),
    "no JSON": ("{nope", ProtocolError),
    "an end without an answer": ("[DONE]", ProtocolError),
}


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


ODD = [
    {
        "id": 5,
        "created": "x",
        "model": None,
        "choices": [{"index": 0, "delta": {"content": "a", "role": None, "new": 1}, "finish_reason": ""}],
    },
    {"choices": [{"delta": None, "text": "b"}]},
    {"choices": [{"index": 0, "delta": {"content": {"c": 1}}}]},
    {"choices": [{"index": 0, "delta": {"content": ["d", {"type": "text", "text": "e"}]}, "logprobs": 0.1}], "usage": "none"},
    {"choices": [{"index": 0, "delta": {"tool_calls": None, "function_call": None, "reasoning": None, "reasoning_details": []}}]},
    {"choices": [{"index": "0", "message": {"content": "f"}}]},
    {"choices": None},
    [],
    None,
]


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


CASES = [
    *[sse(*chunks, STOP) for chunks, _ in CALLS.values()],
    *[sse(*[chunk(delta) for delta in deltas], chunk({"content": "é🎉"}), STOP) for deltas, _ in REASONING.values()],
    *[sse(chunk({"content": "a"}), wire, STOP) for wire, _ in ERRORS.values()],
    sse(*ODD, STOP),
    *UNFINISHED.values(),
]


@given(st.sampled_from(CASES), st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_any_split_gives_the_same_events(stream: bytes, sizes: list[int]) -> None:
    decoder = openai_chat.decoder(origin=ORIGIN)
    found, start, turn = [], 0, 0
    while start < len(stream):
        size = sizes[turn % len(sizes)]
        found += decoder.feed(stream[start : start + size])
        start, turn = start + size, turn + 1
    found += decoder.close()

    events, done, error = read(stream)

    assert events == found
    assert (done, str(error)) == (decoder.done, str(decoder.error))


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def _details(pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"type": "reasoning.text", "text": text, "signature": seal, "index": place} for place, (text, seal) in enumerate(pairs)]


texts: st.SearchStrategy[Any] = st.none() | words
messages: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"content": texts},
    optional={
        "reasoning_content": words,
        "reasoning": words,
        "refusal": words,
        "reasoning_details": st.lists(st.tuples(words, words), max_size=2).map(_details),
        "tool_calls": st.lists(
            st.builds(
                lambda id_, name, arguments: {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}},
                st.uuids().map(str),
                st.from_regex(r"[a-z]{1,8}", fullmatch=True),
                st.sampled_from(["{}", "", '{"a": 1}', '{"a": [1, {"b": null}]}', "{", "null"]),
            ),
            max_size=3,
        ),
        "annotations": st.just([{"type": "url_citation", "url_citation": {"url": "u"}}]),
    },
)


@settings(max_examples=60)
@given(messages, st.sampled_from(["stop", "tool_calls", "length", "odd", None]), st.integers(1, 9))
def test_a_stream_ends_as_the_same_answer_without_a_stream(message: dict[str, Any], finish: str | None, size: int) -> None:
    answer = body(message, finish, usage={"prompt_tokens": 3, "completion_tokens": 2}, system_fingerprint="fp")
    whole = openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN)

    found = folded(streamed(answer, size))

    assert _plain(whole.content) == _plain(found.content)
    assert (whole.finish, whole.usage, whole.extra) == (found.finish, found.usage, found.extra)


def _plain(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [part.to_dict() for part in parts]
