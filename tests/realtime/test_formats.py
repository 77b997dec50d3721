"""What each format writes for the same words, and what it reads that no recording has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects.realtime import dashscope, gemini, openai, xai
from llmkit.errors import BadRequest, LLMKitError, Overloaded, ServerError, UnsupportedFeature
from llmkit.realtime import (
    Interrupted,
    RealtimeRequest,
    ResponseDone,
    SessionEnding,
    SpeechStarted,
    SpeechStopped,
    ToolCalled,
    ToolCallsCancelled,
    Transcript,
    Unknown,
)
from llmkit.realtime.asked import request_of
from llmkit.types.parts import Image, ToolCall
from llmkit.types.tools import Tool
from llmkit.types.websocket import Close
from tests.recordings.recorded import place

FORMATS: dict[str, Any] = {"openai": openai, "xai": xai, "dashscope": dashscope, "gemini": gemini}
OPTIONS = {"transcriber": "usual", "text_as_input": ("new-*",)}
TOOL = Tool(name="look", description="Look.", parameters={"type": "object", "properties": {}})


def session_of(name: str, model: str = "m", **options: Any) -> Any:
    return FORMATS[name].session(request_of("x/" + model, options), place(model, **OPTIONS))


def config(name: str, **options: Any) -> tuple[Any, list[str]]:
    """Return the settings on the wire, and the parameters that were warned of."""
    session = session_of(name, **options)
    if name != "gemini":
        session.feed({"type": "session.created"}, b"")
    message = session.outgoing[0]
    wire = dict(message["setup"] if name == "gemini" else message["session"])
    for constant in ("model", "type"):
        wire.pop(constant, None)
    return wire, [warning.parameter for warning in session.warnings]


LOOK = {"name": "look", "description": "Look.", "parameters": {"type": "object", "properties": {}}}
SETTINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    # words: options, then the wire of each format; a list as the second item holds the warnings
    "instructions": (
        {"instructions": "Be brief."},
        {
            "openai": {"instructions": "Be brief."},
            "xai": {"instructions": "Be brief."},
            "dashscope": {"instructions": "Be brief."},
            "gemini": {"systemInstruction": {"parts": [{"text": "Be brief."}]}},
        },
    ),
    "spoken answers": (
        {"modalities": ["audio"], "voice": "v"},
        {
            "openai": {"output_modalities": ["audio"], "audio": {"output": {"voice": "v"}}},
            "xai": {"modalities": ["audio"], "voice": "v"},
            "dashscope": {"modalities": ["text", "audio"], "voice": "v"},
            "gemini": {
                "generationConfig": {
                    "responseModalities": ["AUDIO"],
                    "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "v"}}},
                }
            },
        },
    ),
    "sound of telephones": (
        {"input_format": "pcmu", "output_format": "pcma"},
        {
            "openai": {"audio": {"input": {"format": {"type": "audio/pcmu"}}, "output": {"format": {"type": "audio/pcma"}}}},
            "xai": {"audio": {"input": {"format": {"type": "audio/pcmu"}}, "output": {"format": {"type": "audio/pcma"}}}},
        },
    ),
    "turns by hand": (
        {"turns": "manual"},
        {
            "openai": {"audio": {"input": {"turn_detection": None}}},
            "xai": {"turn_detection": None},
            "dashscope": {"turn_detection": None},
            "gemini": {"realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}}},
        },
    ),
    "words written down": (
        {"transcription": True, "language": "de"},
        {
            "openai": {"audio": {"input": {"transcription": {"model": "usual", "language": "de"}}}},
            "xai": {"audio": {"input": {"transcription": {"model": "usual", "language": "de"}}}},
            "dashscope": {"input_audio_transcription": {"model": "usual", "language": "de"}},
            "gemini": {
                "generationConfig": {"speechConfig": {"languageCode": "de"}},
                "inputAudioTranscription": {},
                "outputAudioTranscription": {},
            },
        },
    ),
    "tools": (
        {"tools": [TOOL], "tool_choice": "required"},
        {
            "openai": {"tools": [{"type": "function", **LOOK}], "tool_choice": "required"},
            "xai": {"tools": [{"type": "function", **LOOK}], "tool_choice": "required"},
            "dashscope": {"tools": [{"type": "function", "function": LOOK}], "tool_choice": "required"},
            "gemini": (
                {
                    "tools": [
                        {"functionDeclarations": [{"name": "look", "description": "Look.", "parametersJsonSchema": LOOK["parameters"]}]}
                    ]
                },
                ["tool_choice"],
            ),
        },
    ),
    "numbers": (
        {"temperature": 0.5, "max_tokens": 100, "speed": 1.5, "effort": "low"},
        {
            "openai": ({"max_output_tokens": 100, "reasoning": {"effort": "low"}, "audio": {"output": {"speed": 1.5}}}, ["temperature"]),
            "xai": ({"temperature": 0.5, "audio": {"output": {"speed": 1.5}}, "reasoning": {"effort": "low"}}, ["max_tokens"]),
            "dashscope": ({"temperature": 0.5, "max_tokens": 100}, ["speed", "effort"]),
            "gemini": (
                {"generationConfig": {"temperature": 0.5, "maxOutputTokens": 100, "thinkingConfig": {"thinkingLevel": "low"}}},
                ["speed"],
            ),
        },
    ),
    "sessions that are kept": (
        {"resumable": True},
        {
            "openai": ({}, ["resumable"]),
            "xai": {"resumption": {"enabled": True}},
            "dashscope": ({}, ["resumable"]),
            "gemini": {"sessionResumption": {}},
        },
    ),
    "fields of the API's own": (
        {"extra_body": {"tracing": "auto", "audio": {"input": {"noise_reduction": {"type": "near_field"}}}}, "input_format": "pcm"},
        {
            "openai": {
                "tracing": "auto",
                "audio": {"input": {"format": {"type": "audio/pcm", "rate": 24000}, "noise_reduction": {"type": "near_field"}}},
            }
        },
    ),
}
CASES = [(words, name) for words, (_, wires) in SETTINGS.items() for name in wires]


@pytest.mark.parametrize(("words", "name"), CASES, ids=[f"{name}: {words}" for words, name in CASES])
def test_settings_on_the_wire(words: str, name: str) -> None:
    """The same words in each format; what cannot be said is warned of, never lost in silence."""
    options, wires = SETTINGS[words]
    wire, warned = wires[name] if isinstance(wires[name], tuple) else (wires[name], [])

    assert (wire, warned) == config(name, **options)


PICTURE = Image(data=b"p", media_type="image/png")
SAYINGS: dict[str, tuple[Callable[[Any], None], dict[str, Any]]] = {
    "sound": (
        lambda session: session.audio(b"\x00"),
        {
            "openai": [{"type": "input_audio_buffer.append", "audio": "AA=="}],
            "gemini": [{"realtimeInput": {"audio": {"mimeType": "audio/pcm;rate=16000", "data": "AA=="}}}],
        },
    ),
    "the end of sound": (
        lambda session: session.commit(None),
        {"openai": [{"type": "input_audio_buffer.commit"}], "gemini": [{"realtimeInput": {"audioStreamEnd": True}}]},
    ),
    "a picture": (
        lambda session: session.image(PICTURE),
        {
            "openai": [
                {
                    "type": "conversation.item.create",
                    "item": {
                        "type": "message",
                        "role": "user",
                        "content": [{"type": "input_image", "image_url": "data:image/png;base64,cA=="}],
                    },
                }
            ],
            "dashscope": [{"type": "input_image_buffer.append", "image": "cA=="}],
            "gemini": [{"realtimeInput": {"video": {"mimeType": "image/png", "data": "cA=="}}}],
        },
    ),
    "history": (
        lambda session: session.text("Nice.", "assistant", False),
        {
            "openai": [
                {
                    "type": "conversation.item.create",
                    "item": {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Nice."}]},
                }
            ],
            "gemini": [{"clientContent": {"turns": [{"role": "model", "parts": [{"text": "Nice."}]}], "turnComplete": False}}],
        },
    ),
    "a stop": (lambda session: session.cancel(), {"openai": [{"type": "response.cancel"}], "gemini": UnsupportedFeature}),
    "what was heard": (
        lambda session: session.truncate("i", 0, 5),
        {"dashscope": UnsupportedFeature, "gemini": UnsupportedFeature},
    ),
    "new settings": (
        lambda session: session.update(RealtimeRequest(model="m", voice="w")),
        {
            "openai": [{"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"voice": "w"}}}}],
            "gemini": UnsupportedFeature,
        },
    ),
    "an answer in other words": (
        lambda session: session.respond("In French."),
        {"openai": [{"type": "response.create", "response": {"instructions": "In French."}}], "gemini": UnsupportedFeature},
    ),
}
SAID = [(words, name) for words, (_, wires) in SAYINGS.items() for name in wires]


@pytest.mark.parametrize(("words", "name"), SAID, ids=[f"{name}: {words}" for words, name in SAID])
def test_sayings_on_the_wire(words: str, name: str) -> None:
    """What cannot be said is refused."""
    act, wires = SAYINGS[words]
    session = session_of(name)
    session.outgoing.clear()

    if isinstance(wires[name], type):
        with pytest.raises(wires[name]):
            act(session)
    else:
        act(session)
        assert wires[name] == session.outgoing


def test_turns_by_hand_have_a_beginning_and_an_end() -> None:
    """Google wants both marked; elsewhere the end of the sound is a wish for an answer."""
    ours = session_of("gemini", turns="manual", input_format="pcm/8000")
    ours.outgoing.clear()
    for _ in range(2):
        ours.audio(b"\x00")
    ours.commit(None)
    other = session_of("openai", turns="manual")
    other.commit(None)

    assert ["activityStart", "audio", "audio", "activityEnd"] == [next(iter(one["realtimeInput"])) for one in ours.outgoing]
    assert "audio/pcm;rate=8000" == ours.outgoing[1]["realtimeInput"]["audio"]["mimeType"]
    assert ["input_audio_buffer.commit", "response.create"] == [one["type"] for one in other.outgoing]


def test_newer_models_of_google_take_text_as_input() -> None:
    """Turns are only their history."""
    session = session_of("gemini", model="new-live")
    session.outgoing.clear()
    session.text("Hi.", "user", True)

    assert [{"realtimeInput": {"text": "Hi."}}] == session.outgoing


def test_a_long_sound_goes_in_pieces() -> None:
    """No provider takes any size, and the pieces are the whole."""
    session = session_of("openai")
    session.audio(bytes(600_000))

    assert [349_528, 349_528, 100_952] == [len(one["audio"]) for one in session.outgoing]


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
