"""Answers for clients of the chat completions format."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from llmkit.dialects import openai_chat
from llmkit.errors import ProtocolError, ServerError
from llmkit.serving.openai_chat import parse_request, render_response, renderer
from llmkit.types.events import Event, Finish, MediaDelta, PartEnd, PartStart, Start, TextDelta
from llmkit.types.parts import (
    Audio,
    Citation,
    Image,
    Part,
    Provenance,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
)
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Candidate, CompletionResponse, FinishReason, Logprob
from llmkit.types.usage import Cost, Usage
from tests.serving.grammar import events_of
from tests.serving.grammar import openai_chat as check

OWN = Provenance(provider="openai", dialect="openai_chat")
OTHER = Provenance(provider="anthropic", dialect="anthropic")
STOP = Finish(finish=FinishReason(unified="stop", raw="end_turn"), usage=Usage(uncached=3, cache_read=4, output_text=2))
HELLO = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}


def rendered(*parts: Part, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(msgspec.json.encode(render_response(CompletionResponse(content=parts, **fields))))
    return body


def message(*parts: Part, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = rendered(*parts, **fields)["choices"][0]["message"]
    return found


def told(*events: Event, request: CompletionRequest | None = None) -> list[Any]:
    stream = renderer(request=request)
    data = b"".join([stream.feed(event) for event in events]) + stream.close()
    check(data)
    return [body for _, body in events_of(data)]


SAID = (
    Start(id="x", model="m"),
    PartStart(index=0, part=Text(text="")),
    TextDelta(index=0, text="Hi"),
    PartEnd(index=0, part=Text(text="Hi")),
)


def test_wire_blocks_go_out_as_they_came() -> None:
    choice = {
        "index": 0,
        "finish_reason": "tool_calls",
        "logprobs": None,
        "message": {
            "role": "assistant",
            "content": [{"type": "text", "text": "a", "extra": 1}, {"type": "hologram", "depth": 1.5}],
            "refusal": None,
            "reasoning_details": [{"type": "reasoning.encrypted", "data": "e", "id": "r"}],
            "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{ "a":1}'}, "extra_content": {"google": {"s": 1}}}
            ],
        },
    }
    body = {"id": "c", "object": "chat.completion", "created": 5, "model": "m", "choices": [choice], "system_fingerprint": "fp"}

    found = render_response(openai_chat.decode(msgspec.json.encode(body), origin=OWN))

    assert body == json.loads(msgspec.json.encode(found))


def test_what_the_vendors_own_format_lacks_stands_where_compatible_hosts_put_it() -> None:
    found = message(
        Reasoning(text="hm", signature="s", origin=OTHER),
        Text(text="Hi", origin=OTHER),
        Refusal(text="No.", origin=OTHER),
        Image(data=b"png", media_type="image/png", origin=OTHER),
        ServerToolCall(id="s", name="web_search", arguments={"q": 1}, origin=OTHER),
        ServerToolResult(id="s", name="web_search", native=msgspec.Raw(b'{"r":1}'), origin=OTHER),
    )

    assert ("hm", "Hi", "No.") == (found["reasoning_content"], found["content"], found["refusal"])
    assert "data:image/png;base64,cG5n" == found["images"][0]["image_url"]["url"]
    assert [("web_search", '{"q":1}', None), ("web_search", None, '{"r":1}')] == [
        (item["type"], item.get("arguments"), item.get("output")) for item in found["executed_tools"]
    ]


def test_a_citation_without_a_place_is_of_the_text_it_stands_in() -> None:
    """Texts become one, so that places count from its beginning."""
    source = Citation(url="https://a/", title="A", origin=OTHER)
    found = message(Text(text="Hello ", origin=OTHER), Text(text="world", citations=(source,), origin=OTHER))

    cited = found["annotations"][0]["url_citation"]
    assert ("Hello world", 6, 11, "https://a/") == (found["content"], cited["start_index"], cited["end_index"], cited["url"])


def test_usage_counts_cached_tokens_inside_the_prompt() -> None:
    usage = Usage(uncached=10, cache_read=4, cache_write_1h=3, output_text=5, reasoning=6)
    wire = rendered(usage=usage, cost=Cost(amount=Decimal("0.25")))["usage"]

    assert (17, 11, 28, 4, 6, 0.25) == (
        wire["prompt_tokens"],
        wire["completion_tokens"],
        wire["total_tokens"],
        wire["prompt_tokens_details"]["cached_tokens"],
        wire["completion_tokens_details"]["reasoning_tokens"],
        wire["cost"],
    )


FINISHES: list[tuple[FinishReason, str | None, str | None]] = [
    (FinishReason(unified="stop", raw="end_turn"), "stop", "end_turn"),
    (FinishReason(unified="length", raw="max_tokens"), "length", "max_tokens"),
    (FinishReason(unified="tool_calls", raw="tool_use"), "tool_calls", "tool_use"),
    (FinishReason(unified="refusal", raw="refusal"), "content_filter", "refusal"),
    (FinishReason(unified="pause", raw="pause_turn"), "stop", "pause_turn"),
    (FinishReason(unified="tool_calls", raw="stop"), "tool_calls", "stop"),
    (FinishReason(unified="length", raw="length"), "length", None),
    (FinishReason(unified="context_exceeded"), "length", None),
    (FinishReason(unified="interrupted"), None, None),
]


@pytest.mark.parametrize(("finish", "word", "native"), FINISHES, ids=str)
def test_the_finish_of_another_format_has_its_word_here(finish: FinishReason, word: str | None, native: str | None) -> None:
    choice = rendered(Text(text="a", origin=OTHER), finish=finish)["choices"][0]

    assert (word, native) == (choice["finish_reason"], choice.get("native_finish_reason"))


def test_candidates_probabilities_tier_and_time_have_their_places() -> None:
    likely = Logprob(token="a", logprob=-0.5, bytes=(97,), top=(Logprob(token="b", logprob=float("-inf")),))
    second = Candidate(content=(Text(text="b"),), finish=FinishReason(unified="length"), logprobs=(likely,))
    body = rendered(Text(text="a"), candidates=(second,), created=5.5, service_tier="flex", id="i")

    choice = body["choices"][1]
    assert ("i", 5, "flex") == (body["id"], body["created"], body["service_tier"])
    assert (1, "b", "length", -9999.0) == (
        choice["index"],
        choice["message"]["content"],
        choice["finish_reason"],
        choice["logprobs"]["content"][0]["top_logprobs"][0]["logprob"],
    )


@pytest.mark.parametrize(("options", "expected"), [(None, 0), ({"include_usage": False}, 0), ({"include_usage": True}, 1)], ids=str)
def test_a_stream_tells_its_usage_only_to_a_client_that_asks(options: dict[str, Any] | None, expected: int) -> None:
    """Clients that did not ask read the first choice of every chunk, and the chunk of usage has none."""
    request = parse_request({**HELLO, "stream": True, "stream_options": options})
    chunks = told(*SAID, STOP, request=request)

    found = [chunk["usage"]["prompt_tokens"] for chunk in chunks[:-1] if not chunk["choices"]]
    assert [7] * expected == found


def test_the_wish_for_usage_is_not_sent_on() -> None:
    request = parse_request({**HELLO, "stream": True, "stream_options": {"include_usage": True}})
    sent = openai_chat.encode(request, model="m", target=OWN, profile=openai_chat.PROFILE, stream=False)

    assert {"model", "messages"} == sent.body.keys()


def test_calls_keep_their_ids_for_the_next_request() -> None:
    call = ToolCall(id="toolu_01:x/y", name="f", arguments={"a": 1}, origin=OTHER)
    found = message(call)
    turns = [*HELLO["messages"], found, {"role": "tool", "tool_call_id": found["tool_calls"][0]["id"], "content": "1"}]

    request = parse_request({**HELLO, "messages": turns})

    assert ["toolu_01:x/y"] * 2 == [request.messages[1].content[0].id, request.messages[2].content[0].id]  # type: ignore[union-attr]


def test_sound_in_pieces_can_be_joined_as_text() -> None:
    """Clients join the base64 of all chunks: none but the last may be padded."""
    sound = Audio(id="a", data=b"0123456789", transcript="hi")
    chunks = told(
        Start(id="x"),
        PartStart(index=0, part=Audio(id="a")),
        MediaDelta(index=0, data=b"0123", transcript="h"),
        MediaDelta(index=0, data=b"456789", transcript="i"),
        PartEnd(index=0, part=sound),
        STOP,
    )

    pieces = [
        chunk["choices"][0]["delta"]["audio"] for chunk in chunks[:-1] if chunk["choices"] and "audio" in chunk["choices"][0]["delta"]
    ]
    assert "MDEyMzQ1Njc4OQ==" == "".join(piece.get("data", "") for piece in pieces)
    assert ("a", "hi") == (pieces[0]["id"], "".join(piece.get("transcript", "") for piece in pieces))


def test_a_cut_stream_never_looks_complete() -> None:
    stream = renderer()
    data = b"".join([stream.feed(event) for event in SAID])
    with pytest.raises(ProtocolError):
        stream.close()

    data += stream.fail(ServerError("Boom"))

    decoder = openai_chat.decoder(origin=OWN)
    decoder.feed(data)
    assert isinstance(decoder.error, ServerError)
    assert not decoder.done
    assert b"[DONE]" not in data
    with pytest.raises(ProtocolError):
        stream.close()
