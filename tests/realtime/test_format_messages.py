"""What the formats of sessions read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import BadRequest, LLMKitError, Overloaded, ServerError
from llmkit.realtime import (
    Interrupted,
    ResponseDone,
    SessionEnding,
    SpeechStarted,
    SpeechStopped,
    ToolCalled,
    ToolCallsCancelled,
    Transcript,
    Unknown,
)
from llmkit.types.parts import ToolCall
from llmkit.types.websocket import Close
from tests.realtime.formats import FORMATS, session_of


def gemini_events(*messages: dict[str, Any]) -> list[Any]:
    session = session_of("gemini")
    return [event for message in messages for event in session.feed(message, json.dumps(message).encode())]


CALL = {"toolCall": {"functionCalls": [{"id": "c", "name": "look", "args": {"at": 1}}]}}
READ: dict[str, tuple[list[dict[str, Any]], Callable[[list[Any]], bool]]] = {
    "an interruption": (
        [{"serverContent": {"modelTurn": {"parts": [{"text": "I"}]}}}, {"serverContent": {"interrupted": True, "turnComplete": True}}],
        lambda e: isinstance(e[2], Interrupted) and isinstance(e[3], ResponseDone) and e[3].finish.unified == "interrupted",
    ),
    "a call": ([CALL], lambda e: isinstance(e[1], ToolCalled) and e[1].call.arguments == {"at": 1}),
    "calls that nobody waits for": (
        [CALL, {"toolCallCancellation": {"ids": ["c"]}}],
        lambda e: e[2] == ToolCallsCancelled(ids=("c",), raw=e[2].raw),
    ),
    "the end of a connection": ([{"goAway": {"timeLeft": "50s"}}], lambda e: isinstance(e[0], SessionEnding) and e[0].seconds == 50),
    "speech": (
        [
            {"voiceActivity": {"voiceActivityType": "ACTIVITY_START", "audioOffset": "1.5s"}},
            {"voiceActivityDetectionSignal": {"vadSignalType": "VAD_SIGNAL_TYPE_EOS"}},
        ],
        lambda e: isinstance(e[0], SpeechStarted) and e[0].at_ms == 1500 and isinstance(e[1], SpeechStopped),
    ),
    "words that are guessed": (
        [{"serverContent": {"interimInputTranscription": {"text": "Hel"}}}],
        lambda e: isinstance(e[0], Transcript) and not e[0].final and e[0].speaker == "user",
    ),
    "a refusal": (
        [{"serverContent": {"turnComplete": True, "turnCompleteReason": "PROHIBITED_INPUT_CONTENT"}}],
        lambda e: e[0].finish.unified == "content_filter",
    ),
    "what is new": (
        [{"somethingNew": {"a": 1}}],
        lambda e: isinstance(e[0], Unknown) and e[0].kind == "somethingNew" and b"somethingNew" in bytes(e[0].raw),
    ),
}


@pytest.mark.parametrize(("messages", "holds"), READ.values(), ids=READ)
def test_messages_of_google(messages: list[dict[str, Any]], holds: Callable[[list[Any]], bool]) -> None:
    """What the recordings do not have."""
    events = gemini_events(*messages)

    assert holds(events), events


def test_results_of_several_calls_go_together() -> None:
    """The model goes on with the first message of results that it gets."""
    session = session_of("gemini")
    session.feed({"toolCall": {"functionCalls": [{"id": "a", "name": "x"}, {"id": "b", "name": "y"}, {"id": "c", "name": "z"}]}}, b"")
    session.feed({"toolCallCancellation": {"ids": ["c"]}}, b"")
    session.outgoing.clear()
    session.tool_result("b", "y", "2", None)
    none_yet = list(session.outgoing)
    session.tool_result("a", "x", "1", None)

    assert [] == none_yet
    assert [
        {
            "toolResponse": {
                "functionResponses": [
                    {"id": "a", "name": "x", "response": {"output": "1"}},
                    {"id": "b", "name": "y", "response": {"output": "2"}},
                ]
            }
        }
    ] == session.outgoing


def test_a_call_is_told_once_by_whichever_message_has_it_whole() -> None:
    """Some hosts leave one of the two out, and the name may have come before."""
    item = {"type": "function_call", "id": "i", "call_id": "c", "name": "look", "arguments": '{"a": 1}'}
    whole = session_of("openai").feed({"type": "response.output_item.done", "item": item}, b"")
    session = session_of("openai")
    session.feed({"type": "response.output_item.added", "item": {**item, "arguments": ""}}, b"")
    arguments = session.feed(
        {"type": "response.function_call_arguments.done", "item_id": "i", "call_id": "c", "arguments": '{"a": 1}'}, b""
    )
    again = session.feed({"type": "response.output_item.done", "item": item}, b"")

    assert [ToolCall(id="c", name="look", arguments={"a": 1}, json='{"a": 1}')] * 2 == [whole[0].call, arguments[0].call]
    assert [Unknown] == [type(event) for event in again]


def test_the_model_goes_on_when_its_last_call_is_answered() -> None:
    """Also where the results come long after the calls."""
    session = session_of("openai")
    for id in ("a", "b"):
        session.feed({"type": "response.function_call_arguments.done", "call_id": id, "name": "x", "arguments": "{}"}, b"")
    session.feed({"type": "response.done", "response": {"status": "completed"}}, b"")
    session.outgoing.clear()
    session.tool_result("b", "x", "2", None)
    first = [one["type"] for one in session.outgoing]
    session.tool_result("a", "x", "1", None)

    assert ["conversation.item.create"] == first
    assert ["conversation.item.create", "conversation.item.create", "response.create"] == [one["type"] for one in session.outgoing]


def test_a_refused_wish_does_not_hold_up_the_next() -> None:
    """An answer that never began never ends."""
    session = session_of("openai")
    session.respond(None)
    session.respond(None)
    session.outgoing.clear()
    session.feed({"type": "error", "error": {"message": "no"}}, b"")

    assert [{"type": "response.create"}] == session.outgoing


CLOSES = {1000: None, 1001: None, 1007: BadRequest, 1011: ServerError, 1013: Overloaded, 4777: ServerError}


@pytest.mark.parametrize(("code", "kind"), CLOSES.items())
def test_what_a_close_means(code: int, kind: type[LLMKitError] | None) -> None:
    """Whether trying again helps depends on it."""
    found = session_of("openai").failure(Close(code=code, reason="why"))

    assert (kind is None and found is None) or (kind is not None and isinstance(found, kind) and "why" in str(found))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "response", "item", "usage", "id", "parts", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_KINDS = sorted(
    {
        "type",
        *("session", "response", "item", "delta", "error", "rate_limits", "transcript", "arguments", "call_id", "audio_start_ms"),
        *("setupComplete", "serverContent", "toolCall", "toolCallCancellation", "usageMetadata", "goAway", "sessionResumptionUpdate"),
    }
)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.dictionaries(st.sampled_from(_KINDS), _JSON, max_size=4), st.data())
def test_any_object_is_read(name: str, message: dict[str, Any], data: st.DataObject) -> None:
    """A field of another type than promised is no reason to break."""
    from llmkit.dialects.realtime.openai_events import READERS

    kind = data.draw(st.sampled_from([*READERS, "response.output_item.added", "response.function_call_arguments.done"]))
    session = session_of(name)
    try:
        events = session.feed(message if name == "gemini" else {**message, "type": kind}, b"{}")
    except LLMKitError:
        return

    assert events
