"""Interactions into responses, whole and streamed: steps, seals, sources, usage, errors."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import gemini_interactions
from llmkit.errors import AuthenticationError, BadRequest, Overloaded, ProtocolError, ProviderError, RateLimited, ServerError
from llmkit.types.events import Finish, PartEnd, PartStart, WireEvent
from llmkit.types.http import Headers
from llmkit.types.parts import Audio, Citation, Image, InvalidToolCall, Reasoning, ServerToolCall, ServerToolResult, Text, ToolCall, Unknown
from llmkit.types.responses import FinishReason
from llmkit.types.usage import Usage
from tests.dialects.gemini_interactions_cases import CREATED, ORIGIN, decoded, frames, interaction, plain, streamed, told

THOUGHT = {"type": "thought", "signature": "seal", "summary": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}
CALL = {"type": "function_call", "id": "c1", "name": "f", "arguments": {"x": 1}}
SEARCH = {"type": "google_search_call", "id": "s1", "arguments": {"queries": ["q"]}, "signature": "y"}
FOUND = {"type": "google_search_result", "call_id": "s1", "result": [{"search_suggestions": "<div>"}], "is_error": False, "signature": "z"}
CITED = {
    "type": "text",
    "text": "Grüße aus 東京.",
    "annotations": [
        {"type": "url_citation", "url": "https://a", "title": "A", "start_index": 0, "end_index": 7},
        {"type": "file_citation", "file_name": "b", "start_index": 12, "end_index": 18},
        {"type": "word_info", "text": "x"},
    ],
}
PNG = {"type": "image", "data": "iVBORw0KGgo=", "mime_type": "image/png"}


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


STEPS: list[tuple[Any, list[Any]]] = [
    (THOUGHT, [Reasoning(text="ab", signature="seal", summary=True, origin=ORIGIN, native=raw(THOUGHT))]),
    (
        {"type": "thought", "signature": "s"},
        [Reasoning(signature="s", summary=True, origin=ORIGIN, native=raw({"type": "thought", "signature": "s"}))],
    ),
    ({"type": "model_output", "content": [{"type": "text", "text": "Hi"}]}, [Text(text="Hi", origin=ORIGIN)]),
    (
        {"type": "model_output", "content": [{"type": "text", "text": "a"}, PNG]},
        [Text(text="a", origin=ORIGIN), Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png", origin=ORIGIN)],
    ),
    (CALL, [ToolCall(id="c1", name="f", arguments={"x": 1}, json='{"x": 1}', origin=ORIGIN, native=raw(CALL))]),
    (SEARCH, [ServerToolCall(id="s1", name="web_search", arguments={"queries": ["q"]}, origin=ORIGIN, native=raw(SEARCH))]),
    (FOUND, [ServerToolResult(id="s1", name="web_search", origin=ORIGIN, native=raw(FOUND))]),
    ({"type": "brand_new", "x": 1}, [Unknown(kind="brand_new", origin=ORIGIN, native=raw({"type": "brand_new", "x": 1}))]),
    ({"type": "user_input", "content": []}, [Unknown(kind="user_input", origin=ORIGIN, native=raw({"type": "user_input", "content": []}))]),
]


@pytest.mark.parametrize(("step", "expected"), STEPS)
def test_every_step_is_a_part_with_its_block(step: Any, expected: list[Any]) -> None:
    assert plain(tuple(expected)) == plain(decoded(step).content)


def test_a_block_and_a_field_of_no_known_kind_are_kept_as_steps_that_can_be_sent_back() -> None:
    content = decoded({"type": "model_output", "content": [{"type": "hologram", "x": 1}], "error": {"code": 13}}).content

    assert ["hologram", "model_output"] == [part.kind for part in content if isinstance(part, Unknown)]
    assert [{"type": "model_output", "content": [{"type": "hologram", "x": 1}]}, {"type": "model_output", "error": {"code": 13}}] == [
        msgspec.json.decode(part.native) for part in content
    ]


def test_offsets_of_sources_are_turned_from_bytes_into_characters() -> None:
    """The API counts UTF-8 bytes; what is said of words and speakers is no source and stays in the block."""
    (text,) = decoded({"type": "model_output", "content": [CITED]}).content

    assert isinstance(text, Text)
    assert (
        Citation(url="https://a", title="A", start=0, end=5, location="url_citation", origin=ORIGIN),
        Citation(title="b", start=10, end=12, location="file_citation", origin=ORIGIN),
    ) == text.citations
    assert CITED == msgspec.json.decode(text.native)


STATUSES: list[tuple[str, str]] = [
    ("completed", "stop"),
    ("requires_action", "tool_calls"),
    ("incomplete", "length"),
    ("budget_exceeded", "length"),
    ("requires_continuation", "pause"),
    ("cancelled", "other"),
    ("brand_new", "other"),
]


@pytest.mark.parametrize(("status", "unified"), STATUSES)
def test_the_status_is_the_finish(status: str, unified: str) -> None:
    assert FinishReason(unified=unified, raw=status) == decoded(status=status).finish  # type: ignore[arg-type] # from a table


def test_calls_of_a_completed_interaction_are_to_be_made() -> None:
    assert "tool_calls" == decoded(CALL).finish.unified


USAGE = {
    "total_tokens": 110,
    "total_input_tokens": 30,
    "total_cached_tokens": 10,
    "total_output_tokens": 50,
    "total_thought_tokens": 20,
    "total_tool_use_tokens": 10,
    "input_tokens_by_modality": [{"modality": "text", "tokens": 20}, {"modality": "image", "tokens": 10}],
    "output_tokens_by_modality": [{"modality": "text", "tokens": 38}, {"modality": "audio", "tokens": 12}],
    "grounding_tool_count": [{"type": "google_search", "count": 2}],
}


def test_buckets_of_usage_add_up_to_the_total_of_the_wire() -> None:
    """Cached tokens are inside the input, thoughts outside the output, tool use apart from both."""
    found = decoded(usage=USAGE).usage

    assert found is not None
    expected = Usage(
        uncached=30, cache_read=10, output_text=38, output_audio=12, reasoning=20, input_image=10, server_tools={"web_search": 2}
    )
    assert expected == found.replace(raw=msgspec.Raw())
    assert USAGE["total_tokens"] == found.total


def test_what_is_said_beside_the_answer_is_kept() -> None:
    response = decoded(created="2026-05-13T20:00:00Z", service_tier="flex", continuation_token="t", updated=None)

    assert ("v1", "m", "flex", {"continuation_token": "t"}) == (response.id, response.model, response.service_tier, response.extra)
    assert 1778702400.0 == response.created


def test_the_preview_said_outputs_for_steps() -> None:
    body = json.dumps(
        {"id": "x", "status": "completed", "outputs": [{"type": "thought", "signature": "s"}, {"type": "text", "text": "Hi"}]}
    )

    response = gemini_interactions.decode(body.encode(), origin=ORIGIN)

    assert ("Hi", 2) == (response.text, len(response.content))


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"status": 1}', b'{"id": "x", "status": "completed", "steps": {}}'])
def test_other_bytes_are_no_interaction(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        gemini_interactions.decode(body, origin=ORIGIN)


def test_an_interaction_that_failed_is_an_error() -> None:
    with pytest.raises(Overloaded, match="later"):
        decoded(status="failed", errors=[{"code": "unavailable", "message": "Try later."}])
    with pytest.raises(ServerError):
        decoded(status="failed")
    with pytest.raises(BadRequest):
        gemini_interactions.decode(b'{"error": {"message": "x", "code": "invalid_request"}}', origin=ORIGIN)


ERRORS: list[tuple[int, Any, type[ProviderError], str | None]] = [
    (400, {"error": {"message": "API key not valid.", "code": "invalid_request"}}, AuthenticationError, "invalid_request"),
    (429, {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}, RateLimited, "rate_limit_exceeded"),
    (400, {"error": {"message": "x", "code": 400, "status": "INVALID_ARGUMENT"}}, BadRequest, "INVALID_ARGUMENT"),
    (503, "down", Overloaded, None),
]


@pytest.mark.parametrize(("status", "body", "kind", "code"), ERRORS)
def test_failed_responses_are_typed_errors(status: int, body: Any, kind: type[ProviderError], code: str | None) -> None:
    error = gemini_interactions.error(status, Headers([("retry-after", "3")]), json.dumps(body).encode())

    assert (kind, status, code, 3.0) == (type(error), error.status, error.code, error.retry_after)


SUMMARY = {"type": "thought_summary", "content": {"type": "text", "text": "a"}}
STREAMS: list[tuple[list[tuple[dict[str, Any], list[dict[str, Any]]]], list[dict[str, Any]]]] = [
    (
        [
            (
                {"type": "thought"},
                [
                    SUMMARY,
                    {"type": "thought_signature", "signature": ""},
                    {**SUMMARY, "content": {"type": "text", "text": "b"}},
                    {"type": "thought_signature", "signature": "seal"},
                ],
            )
        ],
        [THOUGHT],
    ),
    (
        [({"type": "model_output"}, [{"type": "text", "text": "H"}, {"type": "text", "text": "i"}])],
        [{"type": "model_output", "content": [{"type": "text", "text": "Hi"}]}],
    ),
    ([({"type": "text"}, [{"type": "text", "text": "Hi"}])], [{"type": "text", "text": "Hi"}]),
    (
        [({"type": "model_output"}, [{"type": "text", "text": "a"}, PNG, {"type": "text", "text": "b"}])],
        [{"type": "model_output", "content": [{"type": "text", "text": "a"}, PNG, {"type": "text", "text": "b"}]}],
    ),
    (
        [
            (
                {"type": "model_output"},
                [{"type": "text", "text": CITED["text"]}, {"type": "text_annotation_delta", "annotations": CITED["annotations"]}],
            )
        ],
        [{"type": "model_output", "content": [CITED]}],
    ),
    (
        [
            (
                {"type": "function_call", "id": "c1", "name": "f"},
                [{"type": "arguments_delta", "arguments": '{"x"'}, {"type": "arguments_delta", "arguments": ": 1}"}],
            )
        ],
        [CALL],
    ),
    ([({"type": "function_call", "id": "c1", "name": "f", "arguments": {"x": 1}}, [])], [CALL]),
    ([({"type": "function_call", "id": "c1", "name": "f"}, [])], [{"type": "function_call", "id": "c1", "name": "f"}]),
    (
        [({"type": "google_search_call", "id": "s1", "signature": "y"}, [{"type": "google_search_call", "arguments": {"queries": ["q"]}}])],
        [SEARCH],
    ),
    ([({"type": "google_search_result", "call_id": "s1"}, [{key: value for key, value in FOUND.items() if key != "call_id"}])], [FOUND]),
    ([({"type": "brand_new"}, [{"type": "brand_new", "x": 1}])], [{"type": "brand_new", "x": 1}]),
    (
        [({"type": "model_output", "error": {"code": 1}}, [{"type": "text", "text": "Hi"}])],
        [{"type": "model_output", "error": {"code": 1}, "content": [{"type": "text", "text": "Hi"}]}],
    ),
]


@pytest.mark.parametrize(("steps", "whole"), STREAMS)
def test_a_stream_gives_the_response_of_the_whole_interaction(steps: Any, whole: list[Any]) -> None:
    events, decoder = streamed(told(*steps, usage=USAGE, service_tier="standard"))
    response = fold(events)
    expected = decoded(*whole, usage=USAGE, service_tier="standard")

    assert (True, None) == (decoder.done, decoder.error)
    without_json = [(part.replace(json="") if isinstance(part, ToolCall) else part, native) for part, native in plain(response.content)]
    assert [
        (part.replace(json="") if isinstance(part, ToolCall) else part, native) for part, native in plain(expected.content)
    ] == without_json
    assert (expected.finish, expected.service_tier, expected.id, expected.model) == (
        response.finish,
        response.service_tier,
        response.id,
        response.model,
    )
    assert expected.usage == response.usage


EVERYTHING = told(*[step for steps, _ in STREAMS for step in steps], usage=USAGE)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300))
def test_any_split_of_the_bytes_gives_the_same_events(size: int) -> None:
    assert streamed(EVERYTHING)[0] == streamed(EVERYTHING, size)[0]


def test_indexes_are_dense_and_every_part_ends() -> None:
    events, _ = streamed(EVERYTHING)

    starts = [event.index for event in events if isinstance(event, PartStart)]
    assert list(range(len(starts))) == starts
    assert sorted(starts) == sorted(event.index for event in events if isinstance(event, PartEnd))


def test_broken_arguments_are_an_invalid_call() -> None:
    events, _ = streamed(told(({"type": "function_call", "id": "c", "name": "f"}, [{"type": "arguments_delta", "arguments": "{oops"}])))

    (call,) = fold(events).content
    assert isinstance(call, InvalidToolCall)
    assert ("c", "{oops") == (call.id, call.json)


def test_pieces_of_sound_are_one_part() -> None:
    """Each piece is base64 of its own."""
    piece = {"type": "audio", "mime_type": "audio/l16", "sample_rate": 24000}
    events, _ = streamed(told(({"type": "model_output"}, [{**piece, "data": "AAE="}, {**piece, "data": "Ag=="}])))

    (sound,) = fold(events).content
    assert isinstance(sound, Audio)
    assert (b"\x00\x01\x02", "audio/l16") == (sound.data, sound.media_type)


def test_unknown_events_and_deltas_are_kept_and_the_last_event_id_is_told() -> None:
    status = {"event_type": "interaction.status_update", "interaction_id": "v1", "status": "in_progress", "event_id": "e1"}
    data = frames(CREATED, status, {"event_type": "brand.new", "event_id": "e2"}) + told(
        ({"type": "model_output"}, [{"type": "smell", "x": 1}])
    )

    events, _ = streamed(data)

    assert ["interaction.status_update", "brand.new", "step.delta.smell"] == [
        event.kind for event in events if isinstance(event, WireEvent)
    ]
    assert isinstance(events[-1], Finish)
    assert "e2" == events[-1].extra["event_id"]


def test_usage_on_the_way_counts_where_the_end_has_none() -> None:
    stop = {"event_type": "step.stop", "index": 0, "metadata": {"total_usage": {"total_input_tokens": 3, "total_output_tokens": 4}}}
    data = frames(CREATED, stop, {"event_type": "interaction.completed", "interaction": {"id": "v1", "status": "completed"}})

    usage = fold(streamed(data)[0]).usage

    assert (3, 4) == (usage.input, usage.output) if usage else None


def test_an_answer_that_comes_whole_with_the_end_is_told() -> None:
    end = {"event_type": "interaction.completed", "interaction": json.loads(interaction(THOUGHT, CALL))}

    events, decoder = streamed(frames(CREATED, end))

    assert decoder.done
    assert plain(decoded(THOUGHT, CALL).content) == plain(fold(events).content)


def test_only_the_completed_event_ends_a_stream() -> None:
    data = told(({"type": "model_output"}, [{"type": "text", "text": "Hi"}]))
    cut = data[: data.index(b"event: interaction.completed")] + b"event: done\ndata: [DONE]\n\n"

    events, decoder = streamed(cut)

    assert (False, None) == (decoder.done, decoder.error)
    assert ("Hi", "interrupted") == (fold(events).text, fold(events).finish.unified)


FAILURES: list[tuple[bytes, type[Exception]]] = [
    (frames({"event_type": "error", "error": {"code": "unavailable", "message": "x"}}), Overloaded),
    (frames({"event_type": "error"}), ServerError),
    (frames(CREATED, {"event_type": "interaction.status_update", "status": "failed"}), ServerError),
    (told(status="failed", errors=[{"code": "internal", "message": "x"}]), ServerError),
    (b"data: {oops\n\n", ProtocolError),
    (b"<html>\n\n", ProtocolError),
]


@pytest.mark.parametrize(("data", "kind"), FAILURES)
def test_failures_inside_a_stream_are_reported(data: bytes, kind: type[Exception]) -> None:
    _, decoder = streamed(data)

    assert not decoder.done
    assert isinstance(decoder.error, kind)
