"""Predictions: the input of a job, its output as parts, its stream of named events. How jobs are followed is told elsewhere."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from llmkit.accumulate import fold
from llmkit.dialects import predictions
from llmkit.dialects.polling import delay_of
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ContentFiltered,
    InvalidRequest,
    Overloaded,
    ProtocolError,
    ServerError,
    UnsupportedFeature,
)
from llmkit.types.events import Event, WireEvent
from llmkit.types.http import Headers
from llmkit.types.messages import Message
from llmkit.types.parts import Audio, Image, Part, Provenance, Text, Unknown
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import Tool

TARGET = Provenance(provider="p", dialect="predictions", model="o/n")
HELLO = Message.user("Hi")


def encoded(*messages: Message, model: str = "o/n", stream: bool = False, **fields: Any) -> tuple[str, dict[str, Any], list[str]]:
    request = CompletionRequest(model=model, messages=messages or (HELLO,), **fields)
    found = predictions.encode(request, model=model, target=TARGET, profile=predictions.PROFILE, stream=stream)
    body = json.loads(msgspec.json.encode(found.body))
    return found.path, body, [f"{warning.kind} {warning.parameter}" for warning in found.warnings]


PLACES: list[tuple[str, str, dict[str, Any]]] = [
    ("o/n", "/models/o/n/predictions", {}),
    ("o/n x", "/models/o/n%20x/predictions", {}),
    ("o/n:abc", "/predictions", {"version": "abc"}),
    ("abc", "/predictions", {"version": "abc"}),
]


@pytest.mark.parametrize(("model", "path", "head"), PLACES)
def test_the_model_is_a_path_or_a_version(model: str, path: str, head: dict[str, Any]) -> None:
    assert (path, {**head, "input": {"prompt": "Hi"}}, []) == encoded(model=model)


@pytest.mark.parametrize("model", ["../x", "a/..", "a/b/c", "a//b", "/a", ""])
def test_an_id_that_would_lead_elsewhere_raises(model: str) -> None:
    with pytest.raises(InvalidRequest):
        encoded(model=model)


INPUTS: list[tuple[tuple[Message, ...], dict[str, Any], dict[str, Any], list[str]]] = [
    ((Message.system("S"), HELLO), {}, {"system_prompt": "S", "prompt": "Hi"}, []),
    ((HELLO, Message.assistant("a"), HELLO), {}, {"prompt": "User: Hi\n\nAssistant: a\n\nUser: Hi\n\nAssistant:"}, ["emulated messages"]),
    (
        (),
        {"temperature": 0.5, "max_tokens": 5, "top_p": 0.9, "seed": 1},
        {"max_tokens": 5, "temperature": 0.5, "top_p": 0.9, "seed": 1, "prompt": "Hi"},
        [],
    ),
    ((), {"stop": ("a", "b")}, {"stop_sequences": "a,b", "prompt": "Hi"}, []),
    ((), {"stop": ("a,b",)}, {"stop_sequences": "a,b", "prompt": "Hi"}, ["lossy stop"]),
    ((Message.user("Hi", Image(url="https://a/b")),), {}, {"image": "https://a/b", "prompt": "Hi"}, []),
    ((Message.user("Hi", Image(data=b"\x89PNG\r\n\x1a\n")),), {}, {"image": "data:image/png;base64,iVBORw0KGgo=", "prompt": "Hi"}, []),
    ((), {"options": {"predictions": {"input": {"top_k": None, "x": 1}}}, "top_k": 2}, {"prompt": "Hi", "x": 1}, []),
    (
        (),
        {"n": 2, "logprobs": True, "user": "u", "reasoning": ReasoningOptions(effort="low")},
        {"prompt": "Hi"},
        ["dropped user", "dropped logprobs", "dropped n", "dropped reasoning"],
    ),
]


@pytest.mark.parametrize(("messages", "fields", "expected", "warned"), INPUTS)
def test_the_input_says_what_it_can(
    messages: tuple[Message, ...], fields: dict[str, Any], expected: dict[str, Any], warned: list[str]
) -> None:
    _, body, warnings = encoded(*messages, **fields)

    assert {"input": expected} == body
    assert warned == warnings


REFUSED: list[tuple[tuple[Message, ...], dict[str, Any], str]] = [
    ((), {"tools": (Tool(name="f"),)}, "tools"),
    ((), {"output": OutputFormat(schema={})}, "JSON output"),
    ((Message.user(Image(url="a"), Image(url="b")),), {}, "more than one picture"),
    ((Message.user(Image(file_id="a")),), {}, "file id"),
    ((Message.user(Audio(url="a")),), {}, "other media"),
]


@pytest.mark.parametrize(("messages", "fields", "match"), REFUSED)
def test_features_that_the_format_lacks_raise(messages: tuple[Message, ...], fields: dict[str, Any], match: str) -> None:
    with pytest.raises(UnsupportedFeature, match=match):
        encoded(*messages, **fields)


def decoded(output: Any, status: str = "succeeded", **fields: Any) -> Any:
    return predictions.decode(json.dumps({"id": "1", "model": "o/n", "status": status, "output": output, **fields}).encode(), origin=TARGET)


WORKER = [{"choices": [{"tokens": ["He", "llo"]}], "usage": {"input": 3, "output": 2}}]
OUTPUTS: list[tuple[Any, tuple[Part, ...]]] = [
    (["He", "llo", ""], (Text(text="Hello", origin=TARGET),)),
    ("Hello", (Text(text="Hello", origin=TARGET),)),
    (None, ()),
    ([], ()),
    (["https", "://a.png"], (Text(text="https://a.png", origin=TARGET),)),
    (["https://a/b.png?x=1"], (Image(url="https://a/b.png?x=1", media_type="image/png", origin=TARGET),)),
    ("https://a/b.mp3", (Audio(url="https://a/b.mp3", media_type="audio/mpeg", origin=TARGET),)),
    (["data:image/png;base64,iVBORw0KGgo="], (Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png", origin=TARGET),)),
    ("see https://a/b.png", (Text(text="see https://a/b.png", origin=TARGET),)),
    (WORKER, (Text(text="Hello", origin=TARGET, native=msgspec.Raw(json.dumps(WORKER).encode())),)),
    ({"label": "x"}, (Unknown(kind="output", origin=TARGET, native=msgspec.Raw(b'{"label": "x"}')),)),
]


@pytest.mark.parametrize(("output", "expected"), OUTPUTS)
def test_an_output_is_words_media_or_kept_whole(output: Any, expected: tuple[Part, ...]) -> None:
    assert expected == decoded(output).content


STATUSES = [("succeeded", "stop"), ("COMPLETED", "stop"), ("canceled", "other"), ("processing", "other"), ("IN_QUEUE", "other")]


@pytest.mark.parametrize(("status", "unified"), STATUSES)
def test_the_status_is_the_finish(status: str, unified: str) -> None:
    finish = decoded("x", status).finish

    assert (unified, status) == (finish.unified, finish.raw)


def test_tokens_are_counted_where_the_model_tells_them() -> None:
    metrics = {"input_token_count": 3, "output_token_count": 2, "predict_time": 0.5}

    assert (3, 2) == (decoded("x", metrics=metrics).usage.input, decoded("x", metrics=metrics).usage.output)
    assert (3, 2) == (decoded(WORKER).usage.input, decoded(WORKER).usage.output)
    assert decoded("x", metrics={"predict_time": 0.5}).usage is None
    assert {"metrics": metrics} == decoded("x", metrics=metrics).extra


FAILURES: list[tuple[str, Any, type[Exception]]] = [
    ("failed", "NSFW content detected", ContentFiltered),
    ("failed", "Input validation error: x", BadRequest),
    ("FAILED", "the service is at capacity", Overloaded),
    ("TIMED_OUT", None, ServerError),
    ("failed", {"detail": "CUDA"}, ServerError),
]


@pytest.mark.parametrize(("status", "said", "kind"), FAILURES)
def test_a_prediction_that_failed_raises(status: str, said: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        decoded(None, status, error=said)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"results": []}', b'{"status": 401, "detail": "x"}'])
def test_other_bytes_are_no_prediction(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        predictions.decode(body, origin=TARGET)


def test_failed_responses_are_typed_errors() -> None:
    error = predictions.error(401, Headers(), b'{"title": "Unauthenticated", "detail": "No valid token", "status": 401}')

    assert isinstance(error, AuthenticationError)
    assert "No valid token" in error.message


STREAM = (
    b": hi\n\nevent: output\nid: 1:0\ndata: \n\nevent: output\nid: 1:1\ndata: Gr\xc3\xbc\xc3\x9fe\n\nevent: output\ndata:  a\ndata: \n\n"
    b"event: output\ndata: https://a/b.png\n\nevent: logs\ndata: x\n\nevent: done\ndata: {}\n\nevent: output\ndata: late\n\n"
)


def streamed(data: bytes, size: int = 1 << 20) -> tuple[list[Event], Any]:
    decoder = predictions.decoder(origin=TARGET)
    events: list[Event] = []
    for start in range(0, len(data), size):
        events += decoder.feed(data[start : start + size])
    return events + decoder.close(), decoder


def test_words_and_media_of_a_stream_are_parts() -> None:
    """The data is bare text: its lines are the words' own."""
    events, decoder = streamed(STREAM)
    response = fold(events)

    assert decoder.done
    assert (Text(text="Grüße a\n", origin=TARGET), Image(url="https://a/b.png", media_type="image/png", origin=TARGET)) == response.content
    assert ("stop", "done") == (response.finish.unified, response.finish.raw)
    assert ["logs"] == [event.kind for event in events if isinstance(event, WireEvent)]


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_any_split_and_any_line_end_gives_the_same_events(line: bytes, size: int) -> None:
    assert streamed(STREAM)[0] == streamed(STREAM.replace(b"\n", line), size)[0]


ENDS: list[tuple[bytes, bool, type[Exception] | None]] = [
    (b"event: output\ndata: a\n\n", False, None),
    (b"event: output\ndata: a\n\nevent: done\ndata: {", False, None),
    (b'event: done\ndata: {"reason": "canceled"}\n\n', True, None),
    (b'event: error\ndata: {"detail": "flagged as sensitive"}\n\nevent: done\ndata: {"reason": "error"}\n\n', False, ContentFiltered),
    (b'event: done\ndata: {"reason": "error"}\n\n', False, ServerError),
    (b"event: output\ndata: \xff\n\n", False, ProtocolError),
]


@pytest.mark.parametrize(("data", "done", "kind"), ENDS)
def test_only_done_ends_a_stream(data: bytes, done: bool, kind: type[Exception] | None) -> None:
    _, decoder = streamed(data)

    assert (done, kind) == (decoder.done, None if decoder.error is None else type(decoder.error))


def test_an_endless_event_is_refused() -> None:
    _, decoder = streamed(b"event: output\ndata: " + b"x" * (5 << 20), size=1 << 20)

    assert isinstance(decoder.error, ProtocolError)


def test_waits_grow_from_half_a_second_to_five() -> None:
    waits = [delay_of(polls) for polls in range(1, 100)]

    assert (0.5, 5.0) == (waits[0], waits[-1])
    assert sorted(waits) == waits
