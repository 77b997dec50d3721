"""Converse answers and streams into parts and events."""

from __future__ import annotations

import json
from base64 import b64encode
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import bedrock_converse
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ContentFiltered,
    ContextLengthExceeded,
    LLMKitError,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProtocolError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
)
from llmkit.testing.aws_eventstream import event, exception, frame
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Finish,
    PartEnd,
    PartStart,
    ReasoningDelta,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.http import Headers
from llmkit.types.parts import Image, InvalidToolCall, Part, Reasoning, ServerToolCall, ServerToolResult, Text, ToolCall, Unknown
from tests.dialects.bedrock_converse_cases import TARGET, USAGE, body_of, encoded, events_of, request, stream_of

Deltas = list[dict[str, Any]]
WEB = {"title": "t", "location": {"web": {"url": "https://a", "domain": "a"}}}
PAGE = {
    "title": "pdf",
    "sourceContent": [{"text": "quo"}, {"text": "ted"}],
    "location": {"documentPage": {"documentIndex": 1, "start": 1, "end": 2}},
}
CALL = {"toolUseId": "t1", "name": "f"}
SERVER = {"toolUseId": "s1", "name": "nova_grounding", "type": "server_tool_use"}
RESULT = {"toolUseId": "s1", "type": "nova_grounding_result", "status": "success"}
PNG = b64encode(b"\x89PNG\r\n\x1a\n").decode()
SEAL = [b64encode(piece).decode() for piece in (b"ab", b"cde")]
PAIRS: list[tuple[dict[str, Any], dict[str, Any] | None, Deltas]] = [
    ({"text": "Grüße 🎉"}, None, [{"text": "Grü"}, {"text": ""}, {"text": "ße 🎉"}]),
    ({"text": ""}, None, [{"text": ""}]),
    (
        {"reasoningContent": {"reasoningText": {"text": "ab", "signature": "s1s2"}}},
        None,
        [{"reasoningContent": piece} for piece in ({"text": "a"}, {"text": "b"}, {"signature": "s1"}, {"signature": "s2"})],
    ),
    ({"reasoningContent": {"reasoningText": {"text": "a"}}}, None, [{"reasoningContent": {"text": "a"}}]),
    (
        {"reasoningContent": {"redactedContent": b64encode(b"abcde").decode()}},
        None,
        [{"reasoningContent": {"redactedContent": s}} for s in SEAL],
    ),
    (
        {"toolUse": {**CALL, "input": {"a": [1, {"b": "ü"}]}}},
        {"toolUse": CALL},
        [{"toolUse": {"input": s}} for s in ('{"a":[1,', '{"b":"ü"}', "]}")],
    ),
    ({"toolUse": {**CALL, "input": {}}}, {"toolUse": CALL}, [{"toolUse": {"input": ""}}]),
    ({"toolUse": {**CALL, "type": "tool_use", "input": {}}}, {"toolUse": {**CALL, "type": "tool_use"}}, []),
    ({"toolUse": {**SERVER, "input": {"q": 1}}}, {"toolUse": SERVER}, [{"toolUse": {"input": '{"q":1}'}}]),
    (
        {"toolResult": {**RESULT, "content": [{"text": "x"}, {"json": {"a": 1}}]}},
        {"toolResult": RESULT},
        [{"toolResult": [{"text": "x"}]}, {"toolResult": [{"json": {"a": 1}}]}],
    ),
    (
        {"citationsContent": {"content": [{"text": "cited"}], "citations": [WEB, PAGE]}},
        None,
        [{"text": "cited"}, {"citation": WEB}, {"citation": PAGE}],
    ),
    ({"citationsContent": {"citations": [WEB]}}, None, [{"citation": WEB}]),
    ({"image": {"format": "png", "source": {"bytes": PNG}}}, {"image": {"format": "png"}}, [{"image": {"source": {"bytes": PNG}}}]),
    ({"hologram": {"z": 1}}, {"hologram": {"z": 1}}, []),
]
ALL = stream_of(*[(start, deltas) for _, start, deltas in PAIRS])


def parts(*blocks: dict[str, Any]) -> tuple[Part, ...]:
    return bedrock_converse.decode(body_of(*blocks), origin=TARGET).content


@pytest.mark.parametrize(("whole", "start", "deltas"), PAIRS, ids=lambda value: str(value)[:40])
def test_the_parts_of_a_stream_are_those_of_the_whole_answer(whole: dict[str, Any], start: dict[str, Any] | None, deltas: Deltas) -> None:
    streamed = fold(events_of(stream_of((start, deltas))))

    answer = bedrock_converse.decode(body_of(whole), origin=TARGET)
    assert _spelled(answer.content) == _spelled(streamed.content)
    assert answer.finish == streamed.finish
    assert answer.extra == streamed.extra
    assert answer.usage is not None
    assert streamed.usage is not None
    assert answer.usage.replace(raw=streamed.usage.raw) == streamed.usage


def _spelled(content: tuple[Part, ...]) -> list[Any]:
    """Return the parts with their wire blocks and arguments as JSON: white space and the order of fields mean nothing."""
    found: list[Any] = []
    for part in content:
        native = json.loads(bytes(part.native)) if part.native else None
        plain = part.replace(native=type(part.native)(), **({"json": ""} if isinstance(part, ToolCall) else {}))
        found.append((plain, native))
    return found


def test_every_kind_of_block_has_its_part() -> None:
    found = parts(*[whole for whole, _, _ in PAIRS])

    kinds = [
        Text,
        Text,
        Reasoning,
        Reasoning,
        Reasoning,
        ToolCall,
        ToolCall,
        ToolCall,
        ServerToolCall,
        ServerToolResult,
        Text,
        Text,
        Image,
        Unknown,
    ]
    assert kinds == [type(part) for part in found]
    assert ("s1", "nova_grounding", {"q": 1}) == (found[8].id, found[8].name, found[8].arguments)  # type: ignore[union-attr]
    cited = found[10].citations  # type: ignore[union-attr]
    assert [("https://a", None), (None, "quoted")] == [(citation.url, citation.quote) for citation in cited]
    assert (1, "documentPage") == (cited[1].document, cited[1].location)


def test_what_came_goes_back_block_for_block() -> None:
    """Signatures, sealed thinking, server tools, citations and kinds of tomorrow survive a turn."""
    blocks = [whole for whole, _, _ in PAIRS if whole != {"text": ""}]
    answer = bedrock_converse.decode(body_of(*blocks), origin=TARGET)

    body, warnings = encoded(request(*request().messages, answer.message, *request().messages))

    assert blocks == body["messages"][1]["content"]
    assert ["emulated tools"] == warnings


def test_events_follow_the_grammar() -> None:
    events = events_of(ALL)

    assert isinstance(events[0], Start)
    assert list(range(len(PAIRS))) == [found.index for found in events if isinstance(found, PartStart)]
    assert list(range(len(PAIRS))) == [found.index for found in events if isinstance(found, PartEnd)]
    assert [len(events) - 1] == [place for place, found in enumerate(events) if isinstance(found, Finish)]
    assert not any(isinstance(found, WireEvent) for found in events)


def test_deltas_say_what_the_parts_say() -> None:
    events = events_of(ALL)

    answer = fold(events)
    assert answer.text == "".join([found.text for found in events])
    assert answer.reasoning == "".join([found.reasoning for found in events if isinstance(found, ReasoningDelta)])
    assert '{"a":[1,{"b":"ü"}]}' == "".join([found.json for found in events if isinstance(found, ArgumentsDelta) and found.index == 5])
    assert list(answer.citations) == [found.citation for found in events if isinstance(found, CitationDelta)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_any_regular_split_gives_the_same_events(size: int) -> None:
    assert events_of(ALL) == events_of(ALL, size)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, len(ALL)), max_size=30))
def test_any_split_gives_the_same_events(cuts: list[int]) -> None:
    decoder = bedrock_converse.decoder(origin=TARGET)
    places = [0, *sorted(cuts), len(ALL)]

    events = [found for begin, end in pairwise(places) for found in decoder.feed(ALL[begin:end])]

    assert decoder.done
    assert events_of(ALL) == events


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(ALL) - 1))
def test_a_stream_that_is_cut_anywhere_is_never_complete(length: int) -> None:
    """The usage comes last: what stops before it lacks at least that."""
    decoder = bedrock_converse.decoder(origin=TARGET)

    events = [*decoder.feed(ALL[:length]), *decoder.close()]

    assert not decoder.done
    assert not any(isinstance(found, Finish) for found in events)


def test_the_usage_alone_ends_nothing() -> None:
    """Without a reason to stop the answer is cut, wherever the usage stands; with both it is complete, in either order."""
    usage, stop = event("metadata", {"usage": USAGE}), event("messageStop", {"stopReason": "end_turn"})
    decoder = bedrock_converse.decoder(origin=TARGET)

    early = [*decoder.feed(usage), decoder.done]
    late = decoder.feed(stop)

    assert not early[-1]
    assert decoder.done
    assert isinstance(late[-1], Finish)
    assert late[-1].usage is not None


def test_nothing_counts_behind_the_end() -> None:
    assert events_of(ALL) == events_of(ALL + event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "late"}}))


FIELDS = st.sampled_from(["delta", "start", "contentBlockIndex", "text", "toolUse", "usage", "stopReason", "citation"])
SHAPES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(FIELDS, inner, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from(["contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata", "tomorrow"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(KINDS, st.dictionaries(FIELDS, SHAPES, max_size=3)), max_size=5))
def test_events_of_any_shape_are_kept_or_are_a_typed_error(written: list[tuple[str, dict[str, Any]]]) -> None:
    events = events_of(b"".join([event(kind, said) for kind, said in written]))

    fold(events)
    started = [found.index for found in events if isinstance(found, PartStart)]
    assert list(range(len(started))) == started


def test_unknown_events_and_deltas_are_kept() -> None:
    odd = event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"scent": "rose"}})
    strange = event("contentBlockDelta", {"contentBlockIndex": "x", "delta": {"text": 7}})
    events = events_of(event("messageStart", {"role": "assistant"}) + event("weather", {"sun": 1}) + odd + strange)

    assert ["weather", "contentBlockDelta", "contentBlockDelta"] == [found.kind for found in events if isinstance(found, WireEvent)]


def test_a_change_of_kind_in_one_place_begins_another_part() -> None:
    deltas: Deltas = [{"reasoningContent": {"text": "hm"}}, {"text": "yes"}]

    answer = fold(events_of(stream_of((None, deltas))))

    assert [("hm", Reasoning), ("yes", Text)] == [(part.text, type(part)) for part in answer.content]  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["{bad", "[1]", '"x"'])
def test_arguments_that_are_no_object_make_an_invalid_call(words: str) -> None:
    (part,) = fold(events_of(stream_of(({"toolUse": CALL}, [{"toolUse": {"input": words}}])))).content

    assert isinstance(part, InvalidToolCall)
    assert ("t1", "f", words) == (part.id, part.name, part.json)


def test_a_servers_call_with_broken_words_is_kept() -> None:
    (part,) = fold(events_of(stream_of(({"toolUse": SERVER}, [{"toolUse": {"input": "{bad"}}])))).content

    assert isinstance(part, ServerToolCall)
    assert {"INVALID_JSON": "{bad"} == part.arguments


@pytest.mark.parametrize(
    ("usage", "buckets"),
    [
        (USAGE, (3, 0, 0, 0, 0, 5)),
        ({**USAGE, "cacheReadInputTokens": 10, "cacheWriteInputTokens": 4}, (3, 10, 4, 0, 0, 5)),
        (
            {
                **USAGE,
                "cacheReadInputTokens": 10,
                "cacheWriteInputTokens": 9,
                "cacheDetails": [{"ttl": "5m", "inputTokens": 4}, {"ttl": "1h", "inputTokens": 3}, {"ttl": "2d", "inputTokens": 2}],
            },
            (3, 10, 2, 4, 3, 5),
        ),
        ({**USAGE, "cacheWriteInputTokens": 1, "cacheDetails": [{"ttl": "5m", "inputTokens": 4}, 7]}, (3, 0, 1, 0, 0, 5)),
        ({"cacheReadInputTokenCount": 2, "cacheWriteInputTokenCount": 1, "outputTokens": 5}, (0, 2, 1, 0, 0, 5)),
        ({"inputTokens": -1, "outputTokens": None, "cacheDetails": 3, "serverToolUsage": []}, (0, 0, 0, 0, 0, 0)),
    ],
)
def test_the_buckets_add_up(usage: dict[str, Any], buckets: tuple[int, ...]) -> None:
    """What was cached stands beside `inputTokens`: the total of the recorded answers is the sum of all four."""
    found = bedrock_converse.decode(body_of({"text": "x"}, usage=usage), origin=TARGET).usage

    assert found is not None
    assert buckets == (found.uncached, found.cache_read, found.cache_write, found.cache_write_5m, found.cache_write_1h, found.output_text)
    assert (sum(buckets[:5]), buckets[5]) == (found.input, found.output)


def test_no_usage_is_unknown_and_not_nothing() -> None:
    assert bedrock_converse.decode(body_of({"text": "x"}, usage=None), origin=TARGET).usage is None


@pytest.mark.parametrize(
    ("raw", "unified"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("tool_use", "tool_calls"),
        ("guardrail_intervened", "content_filter"),
        ("content_filtered", "content_filter"),
        ("malformed_model_output", "error"),
        ("malformed_tool_use", "error"),
        ("model_context_window_exceeded", "context_exceeded"),
        ("tomorrow", "other"),
        (None, "other"),
    ],
)
def test_every_reason_to_stop_has_its_word(raw: str | None, unified: str) -> None:
    finish = bedrock_converse.decode(body_of({"text": "x"}, stopReason=raw), origin=TARGET).finish

    assert (raw, unified) == (finish.raw, finish.unified)


def test_what_stands_beside_the_answer_is_kept() -> None:
    more = {"trace": {"guardrail": {"a": 1}}, "performanceConfig": {"latency": "optimized"}, "serviceTier": {"type": "flex"}, "p": "abc"}
    fields = {"additionalModelResponseFields": {"stop_sequence": "END"}}

    answer = bedrock_converse.decode(body_of({"text": "x"}, **more, **fields), origin=TARGET)

    expected = {"metrics": {"latencyMs": 7}, **fields, "trace": more["trace"], "performanceConfig": more["performanceConfig"]}
    assert (expected, "flex", "END") == (answer.extra, answer.service_tier, answer.finish.detail)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"output":{}}', b"\xff", b'{"output":{"message":{"content":{}}}}', b'{"output":{"message":{"content":[1]}}}'],
)
def test_other_bytes_are_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        bedrock_converse.decode(body, origin=TARGET)


def test_an_error_with_status_200_is_an_error() -> None:
    with pytest.raises(ProviderError, match="Add a ContentBlock"):
        bedrock_converse.decode(b'{"message":"Add a ContentBlock"}', origin=TARGET)


URL = ":http://internal.amazon.com/coral/com.amazon.bedrock/"


@pytest.mark.parametrize(
    ("status", "header", "body", "kind"),
    [
        (400, "ValidationException" + URL, {"message": "The provided model identifier is invalid."}, BadRequest),
        (400, "ValidationException", {"message": "Input is too long for requested model."}, ContextLengthExceeded),
        (400, "ValidationException", {"message": "errors: prompt is too long: 9 > 8"}, ContextLengthExceeded),
        (400, "ValidationException", {"message": "Blocked by the content filter"}, ContentFiltered),
        (400, "ServiceQuotaExceededException", {"message": "x"}, QuotaExhausted),
        (403, "AccessDeniedException", {"message": "x"}, PermissionDenied),
        (403, "UnrecognizedClientException" + URL, {"message": "The security token is invalid."}, AuthenticationError),
        (403, "ExpiredTokenException", {"message": "The security token included in the request is expired"}, AuthenticationError),
        (403, "InvalidSignatureException", {"message": "Signature expired"}, AuthenticationError),
        (403, "", {"Message": "Authentication failed: token has expired"}, AuthenticationError),
        (404, "ResourceNotFoundException", {"message": "x"}, NotFound),
        (404, "", {"Output": {"__type": "com.amazon.coral.service#UnknownOperationException"}, "Version": "1.0"}, NotFound),
        (408, "ModelTimeoutException", {"message": "x"}, ServerError),
        (424, "ModelErrorException", {"message": "x", "originalStatusCode": 500}, ServerError),
        (429, "ThrottlingException", {"message": "x"}, RateLimited),
        (429, "ModelNotReadyException", {"message": "x"}, Overloaded),
        (500, "InternalServerException", {"message": "x"}, ServerError),
        (503, "", {"message": "Service capacity limit has been reached."}, Overloaded),
        (503, "", None, Overloaded),
        (418, "", {"__type": "ValidationException", "message": "x"}, BadRequest),
    ],
)
def test_every_failure_has_its_type(status: int, header: str, body: Any, kind: type[ProviderError]) -> None:
    headers = Headers([("x-amzn-errortype", header), ("X-Amzn-RequestId", "r1"), ("Retry-After", "3")] if header else [])

    error = bedrock_converse.error(status, headers, b"" if body is None else json.dumps(body).encode())

    assert (kind, status) == (type(error), error.status)
    assert error.message
    if header:
        assert ("r1", 3.0, header.partition(":")[0]) == (error.request_id, error.retry_after, error.type)


def test_an_error_shows_no_key() -> None:
    error = bedrock_converse.error(400, Headers(), b'{"message":"key AKIAIOSFODNN7EXAMPLE is wrong"}')

    assert "AKIAIOSFODNN7EXAMPLE" not in f"{error} {error.body}"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttlingException", RateLimited),
        ("validationException", BadRequest),
        ("modelStreamErrorException", ServerError),
        ("internalServerException", ServerError),
        ("serviceUnavailableException", Overloaded),
        ("tomorrowException", ServerError),
    ],
)
def test_an_exception_inside_a_stream_is_its_error(kind: str, expected: type[LLMKitError]) -> None:
    decoder = bedrock_converse.decoder(origin=TARGET)

    events = decoder.feed(event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hi"}}) + exception(kind, "too much"))

    assert ["Hi"] == [found.text for found in events if isinstance(found, TextDelta)]
    assert (expected, False) == (type(decoder.error), decoder.done)
    assert "too much" in str(decoder.error)
    assert [] == decoder.feed(ALL)


def test_an_unmodelled_error_of_the_stream_is_its_error() -> None:
    decoder = bedrock_converse.decoder(origin=TARGET)

    decoder.feed(frame({":message-type": "error", ":error-code": "InternalError", ":error-message": "it broke"}))

    assert isinstance(decoder.error, ServerError)
    assert "it broke" in str(decoder.error)


@pytest.mark.parametrize(
    "data", [b"data: {}\n\n" * 3, event("messageStart", {}) + b"\x00" * 20, frame({":event-type": "metadata"}, b"not json")]
)
def test_damaged_bytes_are_a_protocol_error(data: bytes) -> None:
    decoder = bedrock_converse.decoder(origin=TARGET)

    decoder.feed(data)
    decoder.close()

    assert isinstance(decoder.error, ProtocolError)
