"""Streams of Chat Completions: what servers send, in any split, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.accumulate import fold
from llmkit.dialects import openai_chat
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
)
from llmkit.types.parts import (
    Audio,
    Citation,
    Image,
    InvalidToolCall,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
)
from llmkit.types.responses import FinishReason
from tests.dialects.openai_chat_cases import ORIGIN, body, chunk, folded, read, sse, streamed
from tests.dialects.openai_chat_stream_cases import CALLS, REASONING, STOP, call_piece


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
