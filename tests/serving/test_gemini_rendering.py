"""Answers for clients of the generateContent format."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from llmkit.dialects import gemini, openai_chat
from llmkit.errors import ProtocolError, ServerError
from llmkit.serving.gemini import parse_request, render_response, renderer, streams
from llmkit.types.events import ArgumentsDelta, Event, Finish, PartEnd, PartStart, ReasoningDelta, Start, TextDelta
from llmkit.types.parts import Citation, Image, InvalidToolCall, Part, Provenance, Reasoning, Text, ToolCall, ToolResult
from llmkit.types.responses import CompletionResponse, FinishReason
from llmkit.types.usage import Usage
from tests.serving.grammar import events_of
from tests.serving.grammar import gemini as check

OWN = Provenance(provider="google", dialect="gemini")
OTHER = Provenance(provider="openai", dialect="openai_chat")
STOP = Finish(
    finish=FinishReason(unified="tool_calls", raw="tool_calls"), usage=Usage(uncached=3, cache_read=1, output_text=2, reasoning=4)
)
PATH = "/v1beta/models/m:generateContent"


def rendered(*parts: Part, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(msgspec.json.encode(render_response(CompletionResponse(content=parts, **fields))))
    return body


def candidate(*parts: Part, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = rendered(*parts, **fields)["candidates"][0]
    return found


def told(*events: Event) -> list[Any]:
    stream = renderer()
    data = b"".join([stream.feed(event) for event in events]) + stream.close()
    check(data)
    return [body for _, body in events_of(data)]


def test_an_answer_goes_out_as_it_came() -> None:
    """Signatures, code that ran, parts that nobody knows yet, and all that stands beside the content."""
    body = {
        "candidates": [
            {
                "content": {
                    "parts": [
                        {"text": "hm", "thought": True, "thoughtSignature": "s1"},
                        {"executableCode": {"language": "PYTHON", "code": "1"}},
                        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
                        {"functionCall": {"name": "f", "args": {"b": 1.5, "a": []}}, "thoughtSignature": "s2"},
                        {"hologram": {"depth": 1}},
                        {"text": "", "thoughtSignature": "s3"},
                    ],
                    "role": "model",
                },
                "finishReason": "STOP",
                "index": 0,
                "safetyRatings": [{"category": "C", "probability": "LOW"}],
                "urlContextMetadata": {"urlMetadata": [{"retrievedUrl": "https://a/"}]},
            }
        ],
        "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5, "trafficType": "ON_DEMAND"},
        "modelVersion": "gemini-x",
        "responseId": "r1",
        "createTime": "2026-11-22T10:00:00Z",
    }

    assert body == json.loads(msgspec.json.encode(render_response(gemini.decode(json.dumps(body).encode(), origin=OWN))))


def test_a_blocked_prompt_stays_one() -> None:
    body = {
        "promptFeedback": {"blockReason": "SAFETY"},
        "usageMetadata": {"promptTokenCount": 3, "totalTokenCount": 3},
        "modelVersion": "m",
    }
    response = gemini.decode(json.dumps(body).encode(), origin=OWN)

    assert body == json.loads(msgspec.json.encode(render_response(response)))
    assert [body] == told(Start(model="m"), Finish(finish=response.finish, usage=response.usage, extra=response.extra))


def test_parts_of_another_format_have_their_places() -> None:
    found = candidate(
        Reasoning(text="hm", signature="theirs", origin=OTHER),
        Text(text="Hi", origin=OTHER),
        ToolCall(id="call_1", name="f", arguments={"a": 1}, origin=OTHER),
        InvalidToolCall(id="call_2", name="g", json="{", origin=OTHER),
        Image(data=b"png", media_type="image/png", origin=OTHER),
    )

    assert [
        {"text": "hm", "thought": True},
        {"text": "Hi"},
        {"functionCall": {"id": "call_1", "name": "f", "args": {"a": 1}}},
        {"functionCall": {"id": "call_2", "name": "g", "args": {"INVALID_JSON": "{"}}},
        {"inlineData": {"mimeType": "image/png", "data": "cG5n"}},
    ] == found["content"]["parts"]


def test_sources_of_another_format_are_grounding_in_bytes() -> None:
    source = Citation(url="https://a/", title="A", start=0, end=5, origin=OTHER)
    found = candidate(Text(text="Grüße ", origin=OTHER), Text(text="Wörld", citations=(source,), origin=OTHER))

    assert {
        "groundingChunks": [{"web": {"uri": "https://a/", "title": "A"}}],
        "groundingSupports": [{"segment": {"startIndex": 8, "endIndex": 14, "text": "Wörld"}, "groundingChunkIndices": [0]}],
    } == found["groundingMetadata"]


def test_usage_counts_thoughts_apart_and_cached_tokens_inside() -> None:
    wire = rendered(usage=Usage(uncached=10, cache_read=4, cache_write=1, output_text=5, reasoning=6, output_image=2))["usageMetadata"]

    assert (15, 4, 7, 6, 28) == (
        wire["promptTokenCount"],
        wire["cachedContentTokenCount"],
        wire["candidatesTokenCount"],
        wire["thoughtsTokenCount"],
        wire["totalTokenCount"],
    )


def test_a_stream_says_words_as_they_come_and_calls_whole() -> None:
    call = ToolCall(id="call_1", name="f", arguments={"a": 1}, json='{"a":1}', origin=OTHER)
    bodies = told(
        Start(id="r", model="m"),
        PartStart(index=0, part=Reasoning(origin=OTHER)),
        ReasoningDelta(index=0, reasoning="hm"),
        PartEnd(index=0, part=Reasoning(text="hm", origin=OTHER)),
        PartStart(index=1, part=Text(text="", origin=OTHER)),
        TextDelta(index=1, text="H"),
        TextDelta(index=1, text="i"),
        PartEnd(index=1, part=Text(text="Hi", origin=OTHER)),
        PartStart(index=2, part=call.replace(arguments={}, json="")),
        ArgumentsDelta(index=2, json='{"a"'),
        ArgumentsDelta(index=2, json=":1}"),
        PartEnd(index=2, part=call),
        STOP,
    )

    parts = [part for body in bodies for part in body["candidates"][0]["content"]["parts"]]
    assert [
        {"text": "hm", "thought": True},
        {"text": "H"},
        {"text": "i"},
        {"functionCall": {"id": "call_1", "name": "f", "args": {"a": 1}}},
        {"text": ""},
    ] == parts
    assert ("STOP", 4, 4) == (
        bodies[-1]["candidates"][0]["finishReason"],
        bodies[-1]["usageMetadata"]["promptTokenCount"],
        bodies[-1]["usageMetadata"]["thoughtsTokenCount"],
    )


def test_a_result_without_an_id_answers_the_first_open_call_to_its_function() -> None:
    """This format lets clients leave ids out of results; the provider behind us does not."""
    calls = [{"functionCall": {"id": f"call_{number}", "name": name, "args": {}}} for number, name in enumerate("fgf")]
    results = [{"functionResponse": {"name": name, "response": {"output": name}}} for name in "fgf"]
    body = {
        "contents": [
            {"role": "user", "parts": [{"text": "a"}]},
            {"role": "model", "parts": calls},
            {"role": "user", "parts": results},
        ]
    }

    request = parse_request(body, path=PATH)

    assert ["call_0", "call_1", "call_2"] == [part.id for part in request.messages[2].content if isinstance(part, ToolResult)]
    sent = openai_chat.encode(request, model="m", target=OTHER, profile=openai_chat.PROFILE, stream=False).body["messages"]
    assert ["call_0", "call_1", "call_2"] == [message["tool_call_id"] for message in sent[2:]]
    again = gemini.encode(request, model="m", target=OWN, profile=gemini.PROFILE, stream=False).body
    assert body == json.loads(msgspec.json.encode(again))


@pytest.mark.parametrize(
    ("path", "expected"),
    [(PATH, False), ("/v1beta/models/m:streamGenerateContent?alt=sse", True), ("/v1/models/m:streamGenerateContent", True)],
)
def test_the_path_tells_whether_to_stream(path: str, expected: bool) -> None:
    assert expected is streams({}, path=path)


def test_a_cut_stream_never_looks_complete() -> None:
    stream = renderer()
    data = stream.feed(PartStart(index=0, part=Text(text=""))) + stream.feed(TextDelta(index=0, text="Hi"))
    with pytest.raises(ProtocolError):
        stream.close()

    data += stream.fail(ServerError("Boom"))

    decoder = gemini.decoder(origin=OWN)
    decoder.feed(data)
    decoder.close()
    assert isinstance(decoder.error, ServerError)
    assert not decoder.done
