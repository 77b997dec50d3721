"""Streams into events: which pieces are one part, calls in pieces, sources, candidates."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.accumulate import fold
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Finish,
    LogprobsDelta,
    MediaDelta,
    PartEnd,
    PartStart,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.parts import Audio, InvalidToolCall, Reasoning, Text, ToolCall
from llmkit.types.responses import FinishReason
from tests.dialects.gemini_cases import (
    CITED,
    CLOSE,
    GROUNDING,
    OPEN,
    ORIGIN,
    THINK,
    USAGE,
    answer,
    folded,
    part,
    piece,
    sse,
    streamed,
)


def test_words_of_following_events_are_one_part() -> None:
    events, decoder = streamed(sse(part({"text": "Hel"}, modelVersion="m"), {**answer({"text": "lo"}), "usageMetadata": USAGE}))

    usage = events[-1].usage if isinstance(events[-1], Finish) else None
    assert [
        Start(id="r1", model="m"),
        PartStart(index=0, part=Text(text="", origin=ORIGIN)),
        TextDelta(index=0, text="Hel"),
        TextDelta(index=0, text="lo"),
        PartEnd(index=0, part=Text(text="Hello", origin=ORIGIN)),
        Finish(finish=FinishReason(unified="stop", raw="STOP"), usage=usage),
    ] == events
    assert (True, None, 7) == (decoder.done, decoder.error, usage.total if usage else 0)


JOINS: list[tuple[list[Any], list[str]]] = [
    ([{"text": "a"}, {"text": "b"}], ["Text ab"]),
    ([THINK, {"text": "mm", "thought": True}, {"text": "a"}, THINK], ["Reasoning hmmm", "Text a", "Reasoning hm"]),
    ([{"text": "a"}, {"text": "b"}, {"text": "", "thoughtSignature": "s"}], ["Text ab", "Text  s"]),
    ([{"text": "a"}, {"text": "b", "thoughtSignature": "s"}, {"text": "c"}], ["Text a", "Text b s", "Text c"]),
    ([{"text": "", "thoughtSignature": "s"}, {"text": "", "thoughtSignature": "t"}], ["Text  s", "Text  t"]),
    ([{"text": ""}, {"text": "a"}, {"text": ""}, {"text": "b"}], ["Text ab"]),
    ([{"text": "a"}, {"functionCall": {"id": "c", "name": "f"}}, {"text": ""}, {"text": "b"}], ["Text a", "ToolCall", "Text b"]),
    ([{"text": "a"}, {"brandNew": 1}, {"text": "b"}], ["Text a", "Unknown", "Text b"]),
]


@pytest.mark.parametrize(("blocks", "expected"), JOINS)
def test_a_signed_part_stands_alone_and_all_others_join_their_like(blocks: list[Any], expected: list[str]) -> None:
    content = folded(*[part(block) for block in blocks], answer()).content

    told = [
        f"{type(p).__name__} {p.text} {p.signature or ''}".rstrip() if isinstance(p, Text | Reasoning) else type(p).__name__
        for p in content
    ]
    assert [word.rstrip() for word in expected] == told


def test_parts_of_one_event_stay_apart() -> None:
    assert ("a", "b") == tuple(p.text for p in folded(answer({"text": "a"}, {"text": "b"})).content if isinstance(p, Text))


def test_a_call_comes_whole_and_each_is_its_own() -> None:
    calls = answer(
        {"functionCall": {"name": "f", "args": {"a": 1}}, "thoughtSignature": "s"}, {"functionCall": {"name": "f", "args": {"a": 1}}}
    )

    events, _ = streamed(sse(calls))

    first = ToolCall(id="llmkit_r1_0", name="f", arguments={"a": 1}, json='{"a": 1}', signature="s", origin=ORIGIN)
    assert [
        PartStart(index=0, part=ToolCall(id="llmkit_r1_0", name="f", origin=ORIGIN)),
        ArgumentsDelta(index=0, json='{"a": 1}'),
        PartEnd(index=0, part=first),
    ] == events[1:4]
    assert ["llmkit_r1_0", "llmkit_r1_1"] == [call.id for call in fold(events).tool_calls]
    assert "tool_calls" == fold(events).finish.unified


PARTIAL: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
    ([], {}),
    (
        [piece("$.a", stringValue="x", willContinue=True), piece("$.a", stringValue="y"), piece("$.b", numberValue=1.5)],
        {"a": "xy", "b": 1.5},
    ),
    (
        [piece("$.a.b[0].c", boolValue=True), piece("$.a.b[1]", nullValue="NULL_VALUE"), piece("$['k.l']", stringValue="")],
        {"a": {"b": [{"c": True}, None]}, "k.l": ""},
    ),
    ([piece("$.a", stringValue=""), piece("$.a", stringValue="later")], {"a": "later"}),
    (
        [piece("$.a", stringValue="l"), piece("$.a", stringValue="l"), piece("$.b[0]", numberValue=1), piece("$.b[0]", numberValue=2)],
        {"a": "ll", "b": [2]},
    ),
]


@pytest.mark.parametrize(("pieces", "arguments"), PARTIAL)
def test_arguments_in_pieces_are_put_together(pieces: list[dict[str, Any]], arguments: dict[str, Any]) -> None:
    response = folded(OPEN, *pieces, CLOSE, OPEN, CLOSE, answer())

    first, second = response.tool_calls
    assert ("c", "f", arguments, "s") == (first.id, first.name, first.arguments, first.signature)
    assert {} == second.arguments


@pytest.mark.parametrize("path", ["a", "$.a[", "$.a[7]", "$..a", "$.s.deeper"])
def test_a_piece_whose_place_is_not_understood_makes_the_call_invalid(path: str) -> None:
    """Better no call than one with wrong arguments."""
    content = folded(OPEN, piece("$.s", stringValue="x"), piece(path, stringValue="y"), CLOSE, answer()).content

    assert [InvalidToolCall] == [type(p) for p in content]


def test_a_call_cut_by_the_token_limit_is_invalid() -> None:
    response = folded(OPEN, piece("$.a", stringValue="x", willContinue=True), answer(finish="MAX_TOKENS"))

    assert ([InvalidToolCall], "length") == ([type(p) for p in response.content], response.finish.unified)


@pytest.mark.parametrize("call", [{"name": "f", "args": {"a": 1}}, {"name": "g", "id": "d", "willContinue": True}])
def test_another_call_ends_the_one_before(call: dict[str, Any]) -> None:
    response = folded(OPEN, piece("$.b", stringValue="x"), part({"functionCall": call}), CLOSE, answer())

    first, second = response.tool_calls
    assert ("c", {"b": "x"}) == (first.id, first.arguments)
    assert (call["name"], call.get("args", {}), True) == (second.name, second.arguments, second.id != "c")


def test_sound_in_samples_is_joined_and_pictures_are_not() -> None:
    sound = {"inlineData": {"mimeType": "audio/L16;rate=24000", "data": "YQ=="}}
    picture = {"inlineData": {"mimeType": "image/png", "data": "YQ=="}}

    events, _ = streamed(sse(part(sound), part(sound), part(picture), part(picture), answer()))

    assert [Audio(data=b"aa", media_type="audio/L16;rate=24000", origin=ORIGIN), b"a", b"a"] == [
        p if isinstance(p, Audio) else p.data
        for p in fold(events).content  # type: ignore[union-attr]
    ]
    assert [b"a"] * 4 == [event.data for event in events if isinstance(event, MediaDelta)]


def test_recordings_of_one_event_stay_apart() -> None:
    sound = {"inlineData": {"mimeType": "audio/pcm", "data": "YQ=="}}

    assert [b"a", b"a"] == [p.data for p in folded(answer(sound, sound)).content if isinstance(p, Audio)]


def test_words_may_follow_a_finish_reason_and_the_last_one_counts() -> None:
    """Recorded 2025: code execution gives one in the middle of the stream."""
    response = folded(answer({"text": "a"}), part({"text": "b"}), answer({"text": "c"}, finish="MAX_TOKENS"))

    assert ("abc", "length") == (response.text, response.finish.unified)


def test_usage_may_come_last_and_one_without_counts_does_not_hide_it() -> None:
    events, _ = streamed(sse(answer({"text": "a"}), {"usageMetadata": USAGE}, {"usageMetadata": {"trafficType": "ON_DEMAND"}}))

    assert 7 == fold(events).usage.total  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("last", "spans"),
    [({"text": "ich ok"}, [(0, 0, 6)]), ({"text": "ich ok", "thoughtSignature": "s"}, [(0, 0, 3), (1, 0, 3)])],
    ids=["in the same part", "across a part's end"],
)
def test_sources_that_come_with_the_last_words_belong_to_each_text_for_its_share(
    last: dict[str, Any], spans: list[tuple[int, int, int]]
) -> None:
    events, _ = streamed(sse(part({"text": "Zür"}), answer(last, groundingMetadata=GROUNDING)))

    cited = [event for event in events if isinstance(event, CitationDelta)]
    assert spans == [(event.index, event.citation.start, event.citation.end) for event in cited]
    assert GROUNDING == fold(events).extra["grounding"]
    assert {"https://a"} == {citation.url for citation in fold(events).citations}


def test_sources_of_words_before_an_empty_signed_part_come_before_their_parts_end() -> None:
    seal = answer({"text": "", "thoughtSignature": "s"}, groundingMetadata=GROUNDING)

    events, _ = streamed(sse(part({"text": "Zürich ok"}), seal))

    ends = [event.part for event in events if isinstance(event, PartEnd)]
    assert [Text(text="Zürich ok", citations=(CITED,), origin=ORIGIN), Text(text="", signature="s", origin=ORIGIN)] == ends
    assert tuple(ends) == fold(events).content


def test_sources_that_come_late_still_reach_the_response() -> None:
    call = {"functionCall": {"id": "c", "name": "f"}}

    events, _ = streamed(sse(part({"text": "Zürich"}), part(call), answer(groundingMetadata=GROUNDING)))

    assert (CITED,) == fold(events).citations


def test_repeated_and_continued_sources_are_told_once() -> None:
    more = {
        "groundingChunks": [{"web": {"uri": "https://b"}}],
        "groundingSupports": [{"segment": {"startIndex": 8, "endIndex": 10, "text": "ok"}, "groundingChunkIndices": [1]}],
    }

    response = folded(
        part({"text": "Zürich ok"}),
        answer(finish=None, groundingMetadata=GROUNDING),
        answer(groundingMetadata=GROUNDING),
        answer(groundingMetadata=more),
    )

    assert ["https://a", "https://b"] == [citation.url for citation in response.citations]


def test_candidates_run_side_by_side() -> None:
    def says(index: int, text: str, finish: str | None = None) -> dict[str, Any]:
        said: dict[str, Any] = {"content": {"parts": [{"text": text}]}, "index": index}
        return {"candidates": [said if finish is None else {**said, "finishReason": finish}]}

    response = folded(says(0, "a"), says(1, "x"), says(0, "b", "STOP"), says(1, "y", "MAX_TOKENS"))

    assert ("ab", "stop") == (response.text, response.finish.unified)
    assert ((Text(text="xy", origin=ORIGIN),), "length") == (response.candidates[0].content, response.candidates[0].finish.unified)  # type: ignore[union-attr]


def test_probabilities_are_an_event() -> None:
    result = {"chosenCandidates": [{"token": "a", "logProbability": -1}]}

    events, _ = streamed(sse(answer({"text": "a"}, logprobsResult=result)))

    assert ["a"] == [logprob.token for event in events if isinstance(event, LogprobsDelta) for logprob in event.logprobs]


def test_a_prompt_or_an_answer_that_is_blocked_is_no_success() -> None:
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}}

    assert ("content_filter", "SAFETY") == (folded(blocked).finish.unified, folded(blocked).finish.raw)
    assert ("a", "content_filter") == (folded(part({"text": "a"}), blocked).text, folded(part({"text": "a"}), blocked).finish.unified)


def test_an_event_of_another_kind_is_kept() -> None:
    events, decoder = streamed(sse({"brandNew": {"a": 1}}))

    assert [b'{"brandNew": {"a": 1}}'] == [bytes(event.native) for event in events if isinstance(event, WireEvent)]
    assert not decoder.done
