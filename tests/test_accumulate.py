"""From events to the response."""

from __future__ import annotations

from llmkit.accumulate import fold, unfold
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Finish,
    MediaDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    Start,
    TextDelta,
)
from llmkit.types.parts import Audio, Citation, InvalidToolCall, Reasoning, Text, ToolCall
from llmkit.types.responses import Candidate, CompletionResponse, FinishReason
from llmkit.types.usage import Usage

STOP = FinishReason(unified="stop", raw="stop")


def test_a_cut_stream_gives_what_came_and_says_so() -> None:
    events = [
        Start(id="1", model="m"),
        PartStart(index=0, part=Reasoning()),
        ReasoningDelta(index=0, reasoning="Hm"),
        PartEnd(index=0, part=Reasoning(text="Hm", signature="s")),
        PartStart(index=1, part=Text(text="")),
        TextDelta(index=1, text="Hel"),
        CitationDelta(index=1, citation=Citation(url="https://a")),
        TextDelta(index=1, text="lo"),
        PartStart(index=2, part=ToolCall(id="c", name="f")),
        ArgumentsDelta(index=2, json='{"a": '),
        PartStart(index=3, part=Audio()),
        MediaDelta(index=3, data=b"ab", transcript="x"),
        MediaDelta(index=3, data=b"cd", transcript="y"),
    ]

    response = fold(events)

    assert "interrupted" == response.finish.unified
    assert None is response.usage
    assert (
        Reasoning(text="Hm", signature="s"),
        Text(text="Hello", citations=(Citation(url="https://a"),)),
        InvalidToolCall(id="c", name="f", json='{"a": ', error="the stream was cut"),
        Audio(data=b"abcd", transcript="xy"),
    ) == response.content


def test_no_event_gives_an_empty_interrupted_response() -> None:
    assert CompletionResponse(finish=FinishReason(unified="interrupted")) == fold([])


def test_candidates_keep_their_parts_apart() -> None:
    events = [
        PartStart(index=0, part=Text(text="")),
        PartStart(index=1, part=Text(text=""), candidate=1),
        TextDelta(index=1, text="b"),
        TextDelta(index=0, text="a"),
        PartEnd(index=0, part=Text(text="a")),
        PartEnd(index=1, part=Text(text="b")),
        Finish(finish=STOP, others=(STOP,)),
    ]

    response = fold(events)

    assert "a" == response.text
    assert (Candidate(content=(Text(text="b"),), finish=STOP),) == response.candidates


def test_fold_undoes_unfold() -> None:
    response = CompletionResponse(
        id="1",
        model="m",
        created=1.0,
        content=(Reasoning(text="r"), Text(text="t"), ToolCall(id="c", name="f", arguments={"a": 1}, json='{"a":1}')),
        candidates=(Candidate(content=(Text(text="other"),), finish=STOP),),
        finish=STOP,
        usage=Usage(uncached=1, output_text=2),
        extra={"k": 1},
    )

    assert response == fold(unfold(response))
