"""Responses streams into events."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import openai_responses
from llmkit.errors import BadRequest, LLMKitError, ProtocolError, RateLimited, ServerError
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Event,
    Finish,
    LogprobsDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    RefusalDelta,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import InvalidToolCall, Reasoning, Text, ToolCall
from tests.dialects.openai_responses_cases import (
    CALL,
    CUSTOM,
    REASONING,
    SAID,
    SEARCH,
    SEVERAL,
    TARGET,
    body_of,
    events_of,
    response,
    sse,
    stream_of,
    words,
)

WEB: dict[str, Any] = {"type": "url_citation", "start_index": 0, "end_index": 2, "title": "T", "url": "https://a"}
CITED = {**SAID, "content": [{"type": "output_text", "annotations": [WEB], "text": "Grüße 🎉"}]}
THOUGHT: list[dict[str, Any]] = [
    {"type": "response.reasoning_summary_part.added", "summary_index": 0, "part": {"type": "summary_text", "text": ""}},
    *[{"type": "response.reasoning_summary_text.delta", "summary_index": 0, "delta": piece} for piece in ("H", "m", ".")],
    {"type": "response.reasoning_summary_text.done", "summary_index": 0, "text": "Hm."},
]
TWICE = {**REASONING, "summary": [{"type": "summary_text", "text": "A"}, {"type": "summary_text", "text": "B"}]}
LONG = {**REASONING, "summary": [], "content": [{"type": "reasoning_text", "text": "AB"}]}
ODDS: list[tuple[list[Any], dict[int, list[dict[str, Any]]]]] = [
    ([SAID], {0: words("Grüße 🎉")}),
    ([SAID], {}),
    ([CITED], {0: [*words("Grüße 🎉"), {"type": "response.output_text.annotation.added", "content_index": 0, "annotation": WEB}]}),
    ([REASONING, SAID], {0: THOUGHT, 1: words("Grüße 🎉")}),
    (
        [TWICE],
        {
            0: [
                {"type": "response.reasoning_summary_text.delta", "summary_index": place, "delta": words}
                for place, words in enumerate("AB")
            ]
        },
    ),
    ([LONG], {0: [{"type": "response.reasoning_text.delta", "content_index": 0, "delta": piece} for piece in "AB"]}),
    ([REASONING, CALL], {1: [{"type": "response.function_call_arguments.delta", "delta": piece} for piece in ('{"a":[1,', '{"b":"c"}]}')]}),
    ([CUSTOM], {0: [{"type": "response.custom_tool_call_input.delta", "delta": piece} for piece in ('SELECT "', 'a"\n')]}),
    ([SEARCH, SAID], {0: [{"type": "response.web_search_call.searching"}], 1: words("Grüße 🎉")}),
    (
        [SEVERAL],
        {0: [*words("One."), {"type": "response.refusal.delta", "content_index": 1, "delta": "No."}]},
    ),
    ([CALL, SAID, {**CALL, "id": "fc_2", "call_id": "call_9", "arguments": ""}], {1: words("Grüße 🎉", 1)}),
    ([{"type": "from_the_future", "id": "x_1", "y": [1]}, {"type": "compaction", "id": "c", "encrypted_content": "Qw=="}], {}),
]


def _same(events: list[Event], body: bytes) -> bool:
    """Tell whether a stream comes to the same as the whole; the provider's name and body are not of the stream."""
    whole = openai_responses.decode(body, origin=TARGET).replace(raw=NO_NATIVE, provider="", warnings=())
    return bool(whole == fold(events))


@pytest.mark.parametrize(("output", "growth"), ODDS)
def test_a_stream_comes_to_the_same_as_the_whole_answer(output: list[Any], growth: dict[int, list[dict[str, Any]]]) -> None:
    assert _same(events_of(stream_of(*output, growth=growth)), body_of(*output))


@pytest.mark.parametrize(("output", "growth"), ODDS)
def test_deltas_add_up_to_their_part(output: list[Any], growth: dict[int, list[dict[str, Any]]]) -> None:
    """A reader of deltas sees what a reader of the whole sees."""
    events = events_of(stream_of(*output, growth=growth))

    for end in [event for event in events if isinstance(event, PartEnd)]:
        said = "".join(
            getattr(event, name)
            for event in events
            for kind, name in ((TextDelta, "text"), (ReasoningDelta, "reasoning"), (RefusalDelta, "refusal"), (ArgumentsDelta, "json"))
            if isinstance(event, kind) and event.index == end.index
        )
        assert getattr(end.part, "json" if isinstance(end.part, ToolCall) else "text", "") == said


@pytest.mark.parametrize(("output", "growth"), ODDS)
def test_parts_begin_before_they_end_and_are_numbered_in_order(output: list[Any], growth: dict[int, list[dict[str, Any]]]) -> None:
    events = events_of(stream_of(*output, growth=growth))

    assert isinstance(events[0], Start)
    assert isinstance(events[-1], Finish)
    starts = [event.index for event in events if isinstance(event, PartStart)]
    assert list(range(len(starts))) == starts
    assert starts == sorted(event.index for event in events if isinstance(event, PartEnd))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.sampled_from(ODDS))
def test_no_split_of_the_bytes_matters(size: int, odd: Any) -> None:
    data = stream_of(*odd[0], growth=odd[1])

    assert events_of(data) == events_of(data, size)


def test_the_encrypted_thinking_is_that_of_the_end() -> None:
    """The one told at the beginning is not the one that can be sent back."""
    early = {"type": "response.output_item.added", "output_index": 0, "item": {**REASONING, "encrypted_content": "RUFSTFk="}}
    late = {"type": "response.output_item.done", "output_index": 0, "item": REASONING}

    (part,) = fold(events_of(sse(early, late, {"type": "response.completed", "response": response(REASONING)}))).content

    assert isinstance(part, Reasoning)
    assert ("U0VBTA==", REASONING) == (part.encrypted, json.loads(bytes(part.native)))


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 9])
def test_a_cut_stream_is_never_complete(cut: int) -> None:
    events = stream_of(SAID, growth={0: words("Grüße 🎉")}).split(b"\n\n")
    decoder = openai_responses.decoder(origin=TARGET)

    found = [*decoder.feed(b"\n\n".join(events[:cut]) + b"\n\n"), *decoder.close()]

    assert (False, None) == (decoder.done, decoder.error)
    assert "interrupted" == fold(found).finish.unified


def test_a_call_that_was_cut_is_no_call() -> None:
    begun = {"type": "response.output_item.added", "output_index": 0, "item": {**CALL, "arguments": ""}}
    some = {"type": "response.function_call_arguments.delta", "output_index": 0, "delta": '{"city":'}

    (part,) = fold(events_of(sse(begun, some))).content

    assert isinstance(part, InvalidToolCall)
    assert ("call_1", "f", '{"city":') == (part.id, part.name, part.json)


@pytest.mark.parametrize(
    ("event", "kind", "words"),
    [
        ({"type": "error", "code": "rate_limit_exceeded", "message": "Slow down", "param": None}, RateLimited, "Slow down"),
        ({"type": "error", "error": {"type": "invalid_request_error", "code": "invalid_prompt", "message": "Bad"}}, BadRequest, "Bad"),
        ({"type": "response.failed", "response": {"error": {"code": "server_error", "message": "Oops"}}}, ServerError, "Oops"),
        ({"type": "response.failed", "response": {"error": None}}, ServerError, "failed"),
        ({"type": "", "error": {"message": "Upstream broke", "code": 502}}, ServerError, "Upstream broke"),
    ],
)
def test_an_error_inside_a_stream_is_an_error(event: dict[str, Any], kind: type[LLMKitError], words: str) -> None:
    decoder = openai_responses.decoder(origin=TARGET)

    events = decoder.feed(sse({"type": "response.created", "response": response()}, event, {"type": "x"}))

    assert [Start(id="resp_1", model="m-1", created=1767225600.0)] == events
    assert isinstance(decoder.error, kind)
    assert words in str(decoder.error)
    assert not decoder.done


@pytest.mark.parametrize(
    "data", [b"data: {\n\n", b"data: []\n\n", b"data: nonsense\n\n", b'data: {"type":"response.completed","response":[]}\n\n']
)
def test_bytes_that_are_no_events_are_a_protocol_error(data: bytes) -> None:
    decoder = openai_responses.decoder(origin=TARGET)
    decoder.feed(data)

    assert isinstance(decoder.error, ProtocolError)


def test_what_has_no_type_of_its_own_is_kept() -> None:
    strange: list[dict[str, Any]] = [
        {"type": "response.image_generation_call.partial_image", "output_index": 0, "partial_image_b64": "QQ=="},
        {"type": "response.shell_call_output_content.delta", "output_index": 0, "delta": {"stdout": "x"}},
        {"type": "response.from_the_future", "delta": 7},
        {"type": "response.compaction.compacting"},
    ]

    events = events_of(sse({"type": "response.created", "response": response()}, *strange, {"type": "keepalive"}))

    assert strange == [
        {name: value for name, value in json.loads(bytes(event.native)).items() if name != "sequence_number"}
        for event in events
        if isinstance(event, WireEvent)
    ]


def test_what_a_server_forgot_to_announce_begins_by_itself() -> None:
    """Some hosts send neither the item nor the content, and number nothing."""
    told = [{"type": "response.output_text.delta", "item_id": "m", "delta": piece} for piece in ("Hel", "lo")]

    reply = fold(events_of(sse(*told, {"type": "response.completed", "response": {"status": "completed"}})))

    assert ("Hello", "stop") == (reply.text, reply.finish.unified)


def test_items_that_no_event_told_come_with_the_end() -> None:
    reply = fold(events_of(sse({"type": "response.completed", "response": response(REASONING, SAID)})))

    assert ["Hm.", "Grüße 🎉"] == [part.text for part in reply.content if isinstance(part, Reasoning | Text)]


def test_a_done_marker_after_the_end_means_nothing_and_before_it_completes_nothing() -> None:
    decoder = openai_responses.decoder(origin=TARGET)
    decoder.feed(stream_of(SAID) + b"data: [DONE]\n\n")
    early = openai_responses.decoder(origin=TARGET)
    early.feed(b"data: [DONE]\n\n")

    assert (True, None) == (decoder.done, decoder.error)
    assert (False, None) == (early.done, early.error)


def test_probabilities_are_told_once() -> None:
    one = {"token": "a", "bytes": [97], "logprob": -0.5, "top_logprobs": []}
    item = {**SAID, "content": [{"type": "output_text", "annotations": [], "text": "a", "logprobs": [one]}]}
    delta = {"type": "response.output_text.delta", "content_index": 0, "delta": "a", "logprobs": [{**one, "bytes": None}]}

    events = events_of(stream_of(item, growth={0: [delta]}))

    assert [["a"]] == [[p.token for p in event.logprobs] for event in events if isinstance(event, LogprobsDelta)]
    assert _same(events, body_of(item))


def test_citations_are_told_as_they_come() -> None:
    events = events_of(stream_of(*ODDS[2][0], growth=ODDS[2][1]))

    assert ["https://a"] == [event.citation.url for event in events if isinstance(event, CitationDelta)]


def test_a_stream_goes_on_where_it_was_cut() -> None:
    """The server numbers its events; whoever asks for those behind the last one gets the rest, and the same decoder goes on."""
    data = stream_of(REASONING, SAID, growth={0: THOUGHT, 1: words("Grüße 🎉")})
    events = [event + b"\n\n" for event in data.split(b"\n\n") if event]
    whole = fold(events_of(data))
    for cut in range(1, len(events)):
        decoder = openai_responses.decoder(origin=TARGET)
        found = decoder.feed(b"".join(events[:cut]) + events[cut][:20])

        path = decoder.resume()

        assert f"/responses/resp_1?stream=true&starting_after={cut - 1}" == path
        found += decoder.feed(b"".join(events[cut:])) + decoder.close()
        assert whole == fold(found)
        assert decoder.resume() is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["output_index", "content_index", "delta", "item", "part", "response", "logprobs"]),
            st.none() | st.integers(-2, 3) | st.text(max_size=3) | st.lists(st.integers(), max_size=2) | st.builds(dict),
            max_size=4,
        ),
        max_size=4,
    )
)
def test_events_of_any_shape_are_no_crash(odds: list[dict[str, Any]]) -> None:
    kinds = [
        "response.output_text.delta",
        "response.output_item.done",
        "response.content_part.added",
        "response.completed",
        "response.created",
    ]
    decoder = openai_responses.decoder(origin=TARGET)

    decoder.feed(sse(*[{**odd, "type": kind} for odd in odds for kind in kinds]))

    assert decoder.error is None or isinstance(decoder.error, LLMKitError)


def test_lone_surrogates_are_read_leniently() -> None:
    data = b'data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a\\ud83d"}\n\n'

    events = events_of(data)

    assert ["a\ufffd"] == [event.text for event in events if isinstance(event, TextDelta)]
    assert msgspec.json.encode(events)
