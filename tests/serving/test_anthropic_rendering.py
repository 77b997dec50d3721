"""Answers for clients of the Messages format."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from llmkit.dialects import anthropic
from llmkit.errors import ProtocolError, ServerError
from llmkit.serving.anthropic import losses, parse_request, render_response, renderer
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Event,
    Finish,
    PartEnd,
    PartStart,
    ReasoningDelta,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.parts import Citation, InvalidToolCall, Part, Provenance, Reasoning, Refusal, Text, ToolCall
from llmkit.types.responses import Candidate, CompletionResponse, FinishReason
from llmkit.types.usage import Usage
from tests.serving.grammar import anthropic as check
from tests.serving.grammar import events_of

OWN = Provenance(provider="anthropic", dialect="anthropic")
OTHER = Provenance(provider="openai", dialect="openai_chat")
STOP = Finish(finish=FinishReason(unified="stop", raw="stop"), usage=Usage(uncached=3, output_text=2))


def rendered(*parts: Part, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(msgspec.json.encode(render_response(CompletionResponse(content=parts, **fields))))
    return body


def told(*events: Event) -> list[tuple[str, Any]]:
    """Return the events of a whole stream of `events`, whose order is checked."""
    stream = renderer()
    data = b"".join([stream.feed(event) for event in events]) + stream.close()
    check(data)
    return events_of(data)


def blocks(found: list[tuple[str, Any]]) -> list[Any]:
    """Return, for each block, its type and what its deltas say."""
    said: list[Any] = []
    for name, body in found:
        if name == "content_block_start":
            said.append([body["content_block"]["type"]])
        elif name == "content_block_delta":
            said[-1].append(next(value for field, value in body["delta"].items() if field != "type"))
    return said


def test_wire_blocks_go_out_byte_for_byte() -> None:
    """Seals, server tools, blocks that nobody knows yet: the client must be able to send them back as they were."""
    content = (
        b'[{"type":"thinking","thinking":"","signature":"RXN=="},{"type":"redacted_thinking","data":"ab"},'
        b'{"type":"server_tool_use","id":"s1","name":"web_search","input":{"q": 1.0}},'
        b'{"type":"web_search_tool_result","tool_use_id":"s1","content":[{"encrypted_content":"x"}]},'
        b'{"type":"text","text":"a","citations":[{"type":"char_location","document_index":0,"start_char_index":1E0}]},'
        b'{"type":"tool_use","id":"t","name":"f","input":{"b":1.50,"a":2},"caller":{"type":"direct"}},'
        b'{"type":"hologram","depth":9007199254740993}]'
    )
    body = b'{"id":"m","type":"message","role":"assistant","model":"c","content":' + content + b',"stop_reason":"end_turn"}'

    sent = msgspec.json.encode(render_response(anthropic.decode(body, origin=OWN)))

    assert content in sent


def test_thinking_of_another_format_is_shown_unsealed_and_never_sent_on_as_sealed() -> None:
    """The API refuses a seal that is not its own; which format made the thinking, a client's request does not say."""
    body = rendered(Reasoning(text="hm", signature="theirs", origin=OTHER), Text(text="Hi", origin=OTHER))
    assert {"type": "thinking", "thinking": "hm", "signature": ""} == body["content"][0]

    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": body["content"]}, {"role": "user", "content": "b"}]
    request = parse_request({"model": "m", "max_tokens": 9, "messages": turns})
    sent = anthropic.encode(request, model="m", target=OWN, profile=anthropic.PROFILE, stream=False)

    assert {"role": "assistant", "content": "Hi"} == sent.body["messages"][1]
    assert ["dropped reasoning"] == [f"{warning.kind} {warning.parameter}" for warning in sent.warnings]


def test_a_citation_of_another_format_is_shown_and_not_sent_on() -> None:
    cited = Text(text="Hi", citations=(Citation(url="https://a/", title="A", quote="q", origin=OTHER),), origin=OTHER)
    block = rendered(cited)["content"][0]
    assert [("https://a/", "A", "q", "")] == [
        (found["url"], found["title"], found["cited_text"], found["encrypted_index"]) for found in block["citations"]
    ]

    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": [block]}, {"role": "user", "content": "b"}]
    request = parse_request({"model": "m", "max_tokens": 9, "messages": turns})
    sent = anthropic.encode(request, model="m", target=OWN, profile=anthropic.PROFILE, stream=False)

    assert "citations" not in json.dumps(sent.body["messages"])
    assert ["citations"] == [warning.parameter for warning in sent.warnings]


def test_usage_counts_cached_tokens_beside_the_input() -> None:
    usage = Usage(uncached=10, cache_read=4, cache_write=1, cache_write_5m=2, cache_write_1h=3, output_text=5, reasoning=6)

    wire = rendered(usage=usage)["usage"]

    assert (10, 4, 6, 11, 6) == (
        wire["input_tokens"],
        wire["cache_read_input_tokens"],
        wire["cache_creation_input_tokens"],
        wire["output_tokens"],
        wire["output_tokens_details"]["thinking_tokens"],
    )


STOPS: list[tuple[FinishReason, str | None]] = [
    (FinishReason(unified="stop", raw="stop"), "end_turn"),
    (FinishReason(unified="length", raw="length"), "max_tokens"),
    (FinishReason(unified="tool_calls", raw="STOP"), "tool_use"),
    (FinishReason(unified="content_filter", raw="SAFETY"), "refusal"),
    (FinishReason(unified="context_exceeded"), "model_context_window_exceeded"),
    (FinishReason(unified="pause"), "pause_turn"),
    (FinishReason(unified="interrupted"), None),
    (FinishReason(unified="error", raw="MALFORMED_FUNCTION_CALL"), None),
]


@pytest.mark.parametrize(("finish", "reason"), STOPS, ids=lambda value: str(value))
def test_the_finish_of_another_format_has_its_word_here(finish: FinishReason, reason: str | None) -> None:
    assert reason == rendered(Text(text="a", origin=OTHER), finish=finish)["stop_reason"]


def test_a_refusal_in_a_place_of_its_own_is_a_stop_reason_here() -> None:
    body = rendered(Refusal(text="No.", origin=OTHER), finish=FinishReason(unified="stop", raw="stop"))

    assert ([{"type": "text", "text": "No."}], "refusal") == (body["content"], body["stop_reason"])


def test_parts_that_grow_side_by_side_become_blocks_one_after_the_other() -> None:
    """Some formats end all parts with the answer; this one has one open block, and words must not wait for the end."""
    thinking, text = Reasoning(text="hm...", origin=OTHER), Text(text="Hello", origin=OTHER)
    found = told(
        Start(id="x", model="m"),
        PartStart(index=0, part=thinking.replace(text="")),
        ReasoningDelta(index=0, reasoning="hm"),
        PartStart(index=1, part=text.replace(text="")),
        TextDelta(index=1, text="Hel"),
        ReasoningDelta(index=0, reasoning="..."),
        TextDelta(index=1, text="lo"),
        PartEnd(index=0, part=thinking),
        PartEnd(index=1, part=text),
        STOP,
    )

    assert [["thinking", "hm"], ["text", "Hel"], ["thinking", "..."], ["text", "lo"]] == blocks(found)


def test_a_call_stays_open_until_it_is_whole_and_what_comes_meanwhile_waits() -> None:
    one, two = (
        ToolCall(id="1", name="f", arguments={"a": 1}, json='{"a":1}'),
        ToolCall(id="2", name="g", arguments={"b": 2}, json='{"b":2}'),
    )
    found = told(
        PartStart(index=0, part=one.replace(arguments={}, json="")),
        ArgumentsDelta(index=0, json='{"a"'),
        PartStart(index=1, part=two.replace(arguments={}, json="")),
        ArgumentsDelta(index=1, json='{"b":'),
        ArgumentsDelta(index=0, json=":1}"),
        ArgumentsDelta(index=1, json="2}"),
        PartEnd(index=0, part=one),
        PartEnd(index=1, part=two),
        STOP,
    )

    assert [["tool_use", '{"a"', ":1}"], ["tool_use", '{"b":', "2}"]] == blocks(found)


def test_a_source_that_comes_after_its_words_has_a_block_of_its_own() -> None:
    text, source = Text(text="Hi", origin=OTHER), Citation(url="https://a/", origin=OTHER)
    found = told(
        PartStart(index=0, part=text.replace(text="")),
        TextDelta(index=0, text="Hi"),
        PartEnd(index=0, part=text),
        CitationDelta(index=0, citation=source),
        STOP,
    )

    cited = found[-4][1]["delta"]["citation"]
    assert (["text", "text"], "https://a/") == ([block[0] for block in blocks(found)], cited["url"])


def test_another_formats_wire_events_and_candidates_stay_behind() -> None:
    foreign = Text(text="Hi", origin=OTHER)
    found = told(
        WireEvent(kind="odd", native=msgspec.Raw(b'{"type":"odd"}')),
        PartStart(index=0, part=foreign),
        PartEnd(index=0, part=foreign),
        PartStart(index=1, part=foreign, candidate=1),
        PartEnd(index=1, part=foreign),
        STOP.replace(others=(STOP.finish,)),
    )
    response = CompletionResponse(content=(foreign,), candidates=(Candidate(content=(foreign,)),))

    assert [["text", "Hi"]] == blocks(found)
    assert "odd" not in [name for name, _ in found]
    assert ["n", "usage"] == [warning.parameter for warning in losses(response) if warning.parameter != "finish"]


def test_a_delta_of_an_unknown_kind_goes_to_its_own_block_only() -> None:
    """A client would look for the block by its number."""
    text = Text(text="Hi", origin=OWN)
    odd = [
        WireEvent(
            kind="content_block_delta", native=msgspec.Raw(b'{"type":"content_block_delta","index":%d,"delta":{"type":"odd"}}' % index)
        )
        for index in (0, 7)
    ]
    found = told(PartStart(index=0, part=text.replace(text="")), TextDelta(index=0, text="Hi"), *odd, PartEnd(index=0, part=text), STOP)

    assert [0] == [body["index"] for _, body in found if body.get("delta", {}).get("type") == "odd"]


def test_arguments_that_are_no_object_stand_as_a_string_inside_one() -> None:
    call = InvalidToolCall(id="1", name="f", json="[1", error="Not JSON", origin=OTHER)

    assert {"INVALID_JSON": "[1"} == rendered(call)["content"][0]["input"]


def test_pretty_json_in_a_wire_block_does_not_break_the_events() -> None:
    """A line break would end the event in the middle."""
    block = Text(text="a", origin=OWN, native=msgspec.Raw(b'{"type": "text",\n "text": "a"}'))
    call = ToolCall(id="1", name="f", arguments={"a": 1}, json='{\n"a": 1}', origin=OTHER)

    found = told(
        PartStart(index=0, part=block), PartEnd(index=0, part=block), PartStart(index=1, part=call), PartEnd(index=1, part=call), STOP
    )

    assert {"a": 1} == json.loads(blocks(found)[1][1])


def test_a_cut_stream_never_looks_complete() -> None:
    stream = renderer()
    stream.feed(Start(id="x", model="m"))
    with pytest.raises(ProtocolError):
        stream.close()

    data = stream.fail(ServerError("Boom sk-abcdef0123456789"))

    decoder = anthropic.decoder(origin=OWN)
    decoder.feed(data)
    assert isinstance(decoder.error, ServerError)
    assert b"sk-abc" not in data
    assert b"" == stream.feed(TextDelta(index=0, text="more"))
    with pytest.raises(ProtocolError):
        stream.close()
