"""Streams as bytes: splits, framings, cuts, errors, and the same answer as without a stream."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import gemini
from llmkit.errors import Overloaded, ProtocolError, ServerError
from llmkit.types.events import (
    Event,
    Finish,
    ReasoningDelta,
)
from tests.dialects.gemini_cases import (
    CLOSE,
    GROUNDING,
    OPEN,
    ORIGIN,
    THINK,
    USAGE,
    answer,
    bare,
    decoded,
    folded,
    part,
    piece,
    sse,
    streamed,
)

WHOLE = sse(
    part(THINK, modelVersion="m"),
    part({"text": "Grüße 🌍"}),
    part({"text": "", "thoughtSignature": "s"}, usageMetadata={"trafficType": "X"}),
    OPEN,
    piece("$.a", stringValue="ü"),
    CLOSE,
    part({"inlineData": {"mimeType": "image/png", "data": "YQ=="}}),
    {**answer({"text": "Zürich"}, groundingMetadata=GROUNDING), "usageMetadata": USAGE},
)
STREAMS = {
    "sse": WHOLE,
    "sse with line feeds": WHOLE.replace(b"\r\n", b"\n"),
    "sse with a mark, comments and no last empty line": b"\xef\xbb\xbf: hi\r\n\r\n" + WHOLE[:-4],
    "array": b"\n["
    + json.dumps(answer({"text": 'a"[]{}\\"'})).encode()
    + b"\r\n,\r\n"
    + json.dumps(answer({"text": "é"})).encode()
    + b"]\n",
    "array with a mark": b"\xef\xbb\xbf[" + json.dumps(answer({"text": "a"})).encode() + b"]",
    "object": b" " + json.dumps(answer({"text": "a"}), indent=1).encode(),
    "error": WHOLE + b'data: {"error": {"code": 503, "status": "UNAVAILABLE", "message": "x"}}\r\n\r\n' + WHOLE,
    "error as plain JSON": WHOLE + b'{\n  "error": {\n    "code": 499,\n    "message": "x",\n    "status": "CANCELLED"\n  }\n}\n',
    "garbage": WHOLE + b"data: {\r\n\r\n" + WHOLE,
    "cut": WHOLE[: len(WHOLE) * 2 // 3],
}


@pytest.mark.parametrize("data", STREAMS.values(), ids=STREAMS.keys())
def test_every_split_gives_the_same_events(data: bytes) -> None:
    """Networks cut anywhere, also inside a character."""
    whole, end = streamed(data)

    for size in (1, 2, 3, 5, 7, 64, 199):
        events, decoder = streamed(data, size)
        assert whole == events
        assert (end.done, type(end.error)) == (decoder.done, type(decoder.error))
    assert len(whole) > 1


@given(st.lists(st.integers(1, len(WHOLE)), max_size=8).map(sorted))
def test_any_split_gives_the_same_events(cuts: list[int]) -> None:
    decoder, events = gemini.decoder(origin=ORIGIN), list[Event]()
    for start, end in zip([0, *cuts], [*cuts, len(WHOLE)], strict=True):
        events += decoder.feed(WHOLE[start:end])

    assert streamed(WHOLE)[0] == events + decoder.close()


def test_a_stream_as_array_ends_with_its_bracket_and_needs_it() -> None:
    data = STREAMS["array"]

    events, decoder = streamed(data)
    cut, unfinished = streamed(data.rstrip()[:-1])

    assert ('a"[]{}\\"é', True) == (fold(events).text, decoder.done)
    assert ("interrupted", False, None) == (fold(cut).finish.unified, unfinished.done, unfinished.error)


def test_one_object_is_the_whole_answer() -> None:
    events, decoder = streamed(STREAMS["object"])

    assert ("a", True) == (fold(events).text, decoder.done)


CUTS = [
    ("before the end", WHOLE[: WHOLE.rindex(b"data:")]),
    ("inside the last event", WHOLE[:-40]),
    ("inside an event after a finish reason", WHOLE + b'data: {"candidates": [{"con'),
    ("before anything", b""),
    ("in a web page", b"<html><body>502 Bad Gateway</body></html>"),
    (
        "with one of two candidates",
        sse({"candidates": [{"index": 0, "finishReason": "STOP"}, {"index": 1, "content": {"parts": [{"text": "a"}]}}]}),
    ),
]


@pytest.mark.parametrize("data", [data for _, data in CUTS], ids=[name for name, _ in CUTS])
def test_a_cut_stream_is_never_a_success(data: bytes) -> None:
    events, decoder = streamed(data)

    assert (False, []) == (decoder.done, [event for event in events if isinstance(event, Finish)])
    assert "interrupted" == fold(events).finish.unified


FAILURES: list[tuple[bytes, type[Exception], str]] = [
    (STREAMS["error"], Overloaded, "x"),
    (STREAMS["error as plain JSON"], ServerError, "x"),
    (b'[{"error": {"code": 503, "status": "UNAVAILABLE", "message": "busy"}}]', Overloaded, "busy"),
    (b'{"error": {"code": 500, "status": "INTERNAL", "message": "oops"}}', ServerError, "oops"),
    (STREAMS["garbage"], ProtocolError, "promised"),
    (b'data: {"candidates": [3]}\n\n', ProtocolError, "promised"),
    (b"data: [1]\n\n", ProtocolError, "promised"),
    (sse({"candidates": [{"index": 1_000_000_000}]}), ProtocolError, "number"),
    (sse({"candidates": [{"index": -1}]}), ProtocolError, "number"),
    (b"[3]", ProtocolError, "array"),
    (b'[{"candidates": [{"content": {"parts": [{"text": "\xff"}]}}]}]', ProtocolError, "UTF-8"),
    (b'{"candidates": [{"content": {"parts": [{"text": "\xff"}]}}]}', ProtocolError, "broken"),
    (b'data: {"candidates": [{"content": {"parts": [{"text": "\xff"}]}}]}\n\n', ProtocolError, "UTF-8"),
    (b'{"candidates": [', ProtocolError, "cut"),
]


@pytest.mark.parametrize(("data", "kind", "words"), FAILURES)
def test_an_error_inside_the_stream_has_its_kind_and_ends_it(data: bytes, kind: type[Exception], words: str) -> None:
    events, decoder = streamed(data)

    assert (kind, False) == (type(decoder.error), decoder.done)
    assert words in str(decoder.error)
    assert not any(isinstance(event, Finish) for event in events)
    assert [] == decoder.feed(WHOLE) + decoder.close()


def test_the_events_before_an_error_are_given_out() -> None:
    assert any(isinstance(event, ReasoningDelta) for event in streamed(STREAMS["error"])[0])


ANSWERS: list[dict[str, Any]] = [
    {
        **answer(THINK, {"text": "a", "thoughtSignature": "s"}, groundingMetadata={}),
        "usageMetadata": USAGE,
        "createTime": "2026-01-01T00:00:00Z",
    },
    answer({"text": "In Zürich"}, groundingMetadata=GROUNDING),
    answer({"text": "Zürich ok"}, groundingMetadata=GROUNDING, avgLogprobs=-1, safetyRatings=[{"a": 1}]),
    answer({"functionCall": {"name": "f", "args": {"a": [1.5]}}}, {"functionCall": {"name": "g"}}, {"thoughtSignature": "t"}),
    answer({"executableCode": {"code": "1"}}, {"codeExecutionResult": {"outcome": "OUTCOME_OK"}}, {"text": "a", "x": 1}, {"y": 2}),
    answer(
        {"inlineData": {"mimeType": "image/png", "data": "YQ=="}, "thought": True}, {"fileData": {"fileUri": "gs://a"}}, finish="SAFETY"
    ),
    answer({"text": "abc"}, citationMetadata={"citations": [{"endIndex": 2, "uri": "u"}]}, urlContextMetadata={"urlMetadata": [1]}),
    {"candidates": [answer({"text": "a"})["candidates"][0], answer({"text": "b"})["candidates"][0]]},
    {"promptFeedback": {"blockReason": "OTHER"}, "usageMetadata": {"promptTokenCount": 1}},
]


@pytest.mark.parametrize("body", ANSWERS)
def test_a_stream_gives_the_same_response_as_the_whole_answer(body: dict[str, Any]) -> None:
    assert bare(decoded(body)) == bare(folded(body))


def test_an_answer_in_pieces_gives_the_same_response_as_the_whole() -> None:
    whole = {**answer(THINK, {"text": "Zürich ok"}, groundingMetadata=GROUNDING), "usageMetadata": USAGE}
    pieces = [part({"text": "h", "thought": True}), part({"text": "m", "thought": True}), part({"text": "Zür"}), part({"text": "ich ok"})]

    assert bare(decoded(whole)) == bare(folded(*pieces, {**answer(groundingMetadata=GROUNDING), "usageMetadata": USAGE}))
