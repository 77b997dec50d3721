"""Answers as response objects: the vendor's own client takes them, whole and streamed, whoever made them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from llmkit.accumulate import fold, unfold
from llmkit.dialects import openai_responses as dialect
from llmkit.errors import Overloaded, ProtocolError, RateLimited
from llmkit.serving import openai_responses as codec
from llmkit.serving.openai_chat.reading import Object
from llmkit.types.events import Event, PartEnd, PartStart, Start, TextDelta, WireEvent
from llmkit.types.parts import (
    Citation,
    Compaction,
    Image,
    InvalidToolCall,
    Part,
    Provenance,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Unknown,
)
from llmkit.types.responses import CompletionResponse, FinishReason
from llmkit.types.usage import Usage
from tests.dialects.openai_responses_cases import CALL, CUSTOM, REASONING, SAID, SEARCH, SEVERAL, decoded, events_of, stream_of, words

OTHER = Provenance(provider="anthropic", dialect="anthropic")
TOOL = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}, "strict": False}
FUTURE = {"type": "from_the_future", "id": "x_1", "y": 1}


def answer(*parts: Part, finish: str = "stop", **fields: Any) -> CompletionResponse:
    """Return an answer of another format."""
    made = tuple([part.replace(origin=OTHER) for part in parts])
    usage = Usage(uncached=3, cache_read=2, cache_write_5m=1, output_text=4, reasoning=1)
    return CompletionResponse(id="msg_1", model="claude", content=made, finish=FinishReason(unified=finish), usage=usage, **fields)  # type: ignore[arg-type]  # tables spell finishes as strings


FULL = answer(
    Reasoning(text="Hm."),
    Text(text='{"city": "Paris"', citations=(Citation(url="https://a/", title="A", start=0, end=5),)),
    Text(text=', "days": 3}', citations=(Citation(url="https://b/", title="B", start=1, end=4),)),
    ToolCall(id="c1", name="f", arguments={"a": 1}, json='{"a":1}'),
    finish="tool_calls",
)


def rendered(events: list[Event]) -> list[Object]:
    """Return the events of a stream as the client reads them."""
    renderer = codec.renderer()
    data = b"".join([renderer.feed(event) for event in events]) + renderer.close()
    return [json.loads(line[6:]) for line in data.split(b"\n") if line.startswith(b"data: ")]


@contextmanager
def served(reply: CompletionResponse) -> Iterator[Any]:
    """Give the vendor's client of a server that always answers `reply`."""
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            request = codec.parse_request(body)
            if codec.streams(body):
                renderer, kind = codec.renderer(request=request), codec.STREAM_TYPE
                data = b"".join([renderer.feed(event) for event in unfold(reply)]) + renderer.close()
            else:
                data, kind = json.dumps(codec.render_response(reply, request=request)).encode(), "application/json"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with openai.OpenAI(base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="k", max_retries=0) as client:
            yield client
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("own", [False, True])
def test_the_vendor_s_client_takes_an_answer(stream: bool, own: bool) -> None:
    reply = decoded(REASONING, SAID, {**CALL, "call_id": "c1", "arguments": '{"a":1}'}) if own else FULL
    with served(reply) as client:
        options: dict[str, Any] = {"model": "m", "input": "Hi", "tools": [TOOL]}
        if stream:
            with client.responses.stream(**options) as events:
                list(events)
                found = events.get_final_response()
        else:
            found = client.responses.create(**options)

    assert reply.text == found.output_text
    assert ["reasoning", "message", "function_call"] == [item.type for item in found.output]
    assert ("c1", "f", '{"a":1}') == (found.output[2].call_id, found.output[2].name, found.output[2].arguments)
    assert (reply.usage.input, reply.usage.cache_read, reply.usage.output, reply.usage.reasoning) == (  # type: ignore[union-attr]  # it has usage
        found.usage.input_tokens,
        found.usage.input_tokens_details.cached_tokens,
        found.usage.output_tokens,
        found.usage.output_tokens_details.reasoning_tokens,
    )


@pytest.mark.parametrize("stream", [False, True])
def test_the_vendor_s_client_parses_an_answer_by_schema(stream: bool) -> None:
    pydantic = pytest.importorskip("pydantic", reason="pydantic is not installed")
    trip = pydantic.create_model("Trip", city=(str, ...), days=(int, ...))
    with served(FULL) as client:
        if stream:
            with client.responses.stream(model="m", input="Hi", text_format=trip) as events:
                list(events)
                found = events.get_final_response()
        else:
            found = client.responses.parse(model="m", input="Hi", text_format=trip)

    assert {"city": "Paris", "days": 3} == found.output_parsed.model_dump()


@pytest.mark.parametrize("request_body", [None, {"model": "m", "input": "Hi", "tools": [TOOL], "reasoning": {"effort": "low"}}])
def test_an_answer_is_what_the_vendor_documents(request_body: dict[str, Any] | None) -> None:
    responses = pytest.importorskip("openai.types.responses", reason="the openai SDK is not installed")
    request = None if request_body is None else codec.parse_request(request_body)

    found = responses.Response.model_validate(codec.render_response(FULL, request=request))

    assert ("completed", "response", 1 if request_body else 0) == (found.status, found.object, len(found.tools))


@pytest.mark.parametrize("output", [[REASONING, SAID, CALL], [SEVERAL, CUSTOM], [SEARCH, SAID], [FUTURE], []])
def test_items_of_this_format_come_as_they_were(output: list[Any]) -> None:
    body = codec.render_response(decoded(*output, metadata={"a": "b"}))
    streamed = rendered(events_of(stream_of(*output, metadata={"a": "b"})))

    assert output == body["output"] == streamed[-1]["response"]["output"]
    assert ({"a": "b"}, "resp_1", "completed") == (body["metadata"], body["id"], body["status"])
    assert body == {name: streamed[-1]["response"][name] for name in body}


def test_a_stream_is_numbered_without_gaps_and_ends_with_the_whole_answer() -> None:
    events = rendered(unfold(FULL))

    assert list(range(len(events))) == [event["sequence_number"] for event in events]
    assert ["response.created", "response.in_progress"] == [event["type"] for event in events[:2]]
    assert codec.render_response(FULL) == events[-1]["response"]
    assert fold(events_of(b"".join(b"data: %s\n\n" % json.dumps(event).encode() for event in events))).text == FULL.text


def test_words_that_follow_each_other_are_one_text_and_their_sources_stay_with_them() -> None:
    (message,) = [item for item in codec.render_response(FULL)["output"] if item["type"] == "message"]

    (text,) = message["content"]
    assert [(0, 5, "https://a/"), (17, 20, "https://b/")] == [
        (note["start_index"], note["end_index"], note["url"]) for note in text["annotations"]
    ]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Refusal(text="No."), {"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}),
        (InvalidToolCall(id="c", name="f", json="{"), {"type": "function_call", "arguments": "{", "call_id": "c", "name": "f"}),
        (
            ServerToolCall(id="s", name="web_search", arguments={"query": "q"}),
            {"type": "web_search_call", "action": {"type": "search", "query": "q", "queries": ["q"]}},
        ),
        (Image(data=b"\x89PNG"), {"type": "image_generation_call", "result": "iVBORw=="}),
    ],
)
def test_parts_of_another_format_become_the_items_that_say_them(part: Part, expected: dict[str, Any]) -> None:
    reply = answer(part)

    (item,) = codec.render_response(reply)["output"]

    assert expected == {name: item[name] for name in expected}
    assert [item] == rendered(unfold(reply))[-1]["response"]["output"]


@pytest.mark.parametrize(
    "part",
    [
        ServerToolResult(id="s", name="web_search"),
        Compaction(text="x"),
        Unknown(kind="x"),
        Citation(url="https://a"),
        Text(text="x", citations=(Citation(quote="no address"),)),
        Reasoning(text="x", signature="S"),
        ServerToolCall(id="s", name="odd"),
    ],
)
def test_what_is_lost_is_listed(part: Part) -> None:
    reply = answer(part)
    renderer = codec.renderer()
    for event in unfold(reply):
        renderer.feed(event)

    assert codec.losses(reply)
    assert codec.losses(reply) == renderer.warnings


def test_a_source_that_stands_alone_goes_to_the_words_before_it() -> None:
    reply = answer(Text(text="Hello"), Citation(url="https://a", title="A"))

    for item in (codec.render_response(reply)["output"][0], rendered(unfold(reply))[-1]["response"]["output"][0]):
        assert [("https://a", 0, 5)] == [
            (note["url"], note["start_index"], note["end_index"]) for note in item["content"][0]["annotations"]
        ]


@pytest.mark.parametrize(
    ("finish", "status", "reason"),
    [
        ("stop", "completed", None),
        ("tool_calls", "completed", None),
        ("refusal", "completed", None),
        ("length", "incomplete", "max_output_tokens"),
        ("content_filter", "incomplete", "content_filter"),
        ("pause", "incomplete", None),
        ("error", "failed", None),
    ],
)
def test_the_end_is_said_in_the_format_s_words(finish: str, status: str, reason: str | None) -> None:
    reply = answer(Text(text="x"), finish=finish)

    body, last = codec.render_response(reply), rendered(unfold(reply))[-1]

    assert (status, {"reason": reason} if reason else None) == (body["status"], body["incomplete_details"])
    assert (f"response.{status}", body) == (last["type"], last["response"])


def test_a_stream_that_was_cut_does_not_end_well() -> None:
    renderer = codec.renderer()
    renderer.feed(Start(id="x"))
    renderer.feed(PartStart(index=0, part=Text(text="")))
    renderer.feed(TextDelta(index=0, text="So far"))

    with pytest.raises(ProtocolError):
        renderer.close()


def test_a_failure_is_told_where_both_kinds_of_clients_look() -> None:
    renderer = codec.renderer()
    renderer.feed(Start(id="x"))

    event = json.loads(renderer.fail(Overloaded("Try later.", status=529)).split(b"data: ")[1])

    assert ("error", 2, "Try later.", "Try later.") == (
        event["type"],
        event["sequence_number"],
        event["message"],
        event["error"]["message"],
    )
    assert b"" == renderer.feed(TextDelta(index=0, text="x"))
    with pytest.raises(ProtocolError):
        renderer.close()


def test_an_error_is_of_the_kind_it_was() -> None:
    status, headers, body = codec.render_error(RateLimited("Slow down.", status=429, retry_after=3))

    assert (429, "3", "Slow down.") == (status, headers["Retry-After"], body["error"]["message"])


def test_events_about_an_item_are_passed_on_and_those_of_the_whole_are_written_anew() -> None:
    growth = {0: [{"type": "response.web_search_call.searching"}], 1: words("Hi")}

    events = rendered(
        events_of(stream_of(SEARCH, {**SAID, "content": [{"type": "output_text", "annotations": [], "text": "Hi"}]}, growth=growth))
    )

    kinds = [event["type"] for event in events]
    assert ("response.web_search_call.searching", 1) == (kinds[3], kinds.count("response.in_progress"))
    assert dialect.NAME == codec.NAME


def test_foreign_wire_events_stay_out() -> None:
    events: list[Event] = [Start(), WireEvent(kind="ping"), PartStart(index=0, part=Text(text="")), PartEnd(index=0, part=Text(text="x"))]

    kinds = [event["type"] for event in rendered([*events, *unfold(answer())[-1:]])]

    assert "ping" not in kinds
    assert ["response.output_text.delta"] == [kind for kind in kinds if kind.endswith("delta")]
