"""What each format writes for the same words, and what it reads that no recording has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llmkit.errors import UnsupportedFeature
from llmkit.realtime import (
    RealtimeRequest,
)
from llmkit.types.parts import Image
from llmkit.types.tools import Tool
from tests.realtime.formats import session_of

TOOL = Tool(name="look", description="Look.", parameters={"type": "object", "properties": {}})


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
