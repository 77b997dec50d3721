"""Live speech through both clients, format by format, against hosts that talk back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit import LLMKit
from llmkit.dialects.speaking import elevenlabs as elevenlabs_format
from llmkit.errors import InvalidRequest, ProtocolError, ProviderError, SessionLost
from llmkit.realtime import AudioChunk, Flushed, SessionError, SpeakRequest
from llmkit.testing.websocket import FakeSocket, Talk
from tests.realtime import sound
from tests.realtime.hosts import FACES, client_for
from tests.recordings.recorded import place

PIECES = ["Good mor", "ning, ", "Ada"]
SONIC = {
    "model_id": "sonic-3",
    "voice": {"mode": "id", "id": "v1"},
    "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 44100},
    "language": "en",
    "generation_config": {"speed": 1.1},
}
CASES: dict[str, tuple[Any, str, dict[str, Any], str, tuple[str, str], list[dict[str, Any]]]] = {
    # script, model, options, target of the handshake, header with the key, messages
    "deepgram": (
        sound.deepgram_voice,
        "deepgram/aura-2-thalia-en",
        {"sample_rate": 24000},
        "/speak?model=aura-2-thalia-en&encoding=linear16&sample_rate=24000",
        ("authorization", "Token sk-test-realtime"),
        [*[{"type": "Speak", "text": piece} for piece in PIECES], {"type": "Flush"}, {"type": "Close"}],
    ),
    "elevenlabs": (
        sound.elevenlabs_voice,
        "elevenlabs/eleven_flash_v2_5",
        {"voice": "v/1", "speed": 1.1, "language": "en", "format": "mp3"},
        "/text-to-speech/v%2F1/stream-input?model_id=eleven_flash_v2_5&output_format=mp3_44100_128&language_code=en",
        ("xi-api-key", "sk-test-realtime"),
        [{"text": " ", "voice_settings": {"speed": 1.1}}, {"text": "Good "}, {"text": "morning, "}, {"text": "Ada "}, {"text": ""}],
    ),
    "mistral": (
        sound.mistral_voice,
        "mistral/voxtral-tts",
        {"voice": "v1"},
        "/audio/speech/realtime?model=voxtral-tts",
        ("authorization", "Bearer sk-test-realtime"),
        [
            {"type": "session.update", "session": {"voice": "v1", "response_format": "pcm"}},
            *[{"type": "input_text.append", "text": piece} for piece in PIECES],
            {"type": "input_text.end"},
        ],
    ),
    "cartesia": (
        sound.cartesia_voice,
        "cartesia/sonic-3",
        {"voice": "v1", "speed": 1.1, "language": "en"},
        "/tts/websocket",
        ("authorization", "Bearer sk-test-realtime"),
        [
            *[{**SONIC, "transcript": piece, "continue": True} for piece in PIECES],
            {**SONIC, "transcript": "", "continue": False},
        ],
    ),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", CASES)
def test_a_text_is_spoken(name: str, face: str) -> None:
    """Settings and key go with the handshake, the words arrive, and the sound is the same in the events and in the reply."""
    script, model, options, target, (header, key), messages = CASES[name]

    with FakeSocket(script) as host:
        events, reply = sound.use(face, client_for(name, host), "speak", model, sound.spoken, **options)
        handshake = host.handshakes[0]

    contexts = [message.pop("context_id", None) for message in host.received]
    assert (target, key) == (handshake.target, handshake.headers[header])
    assert messages == host.received
    assert 1 == len(set(contexts))
    assert [b"\x01\x02", b"{}"] == [event.data for event in events if isinstance(event, AudioChunk)]
    assert (b"\x01\x02{}", "audio/mpeg" if name == "elevenlabs" else "audio/pcm") == (reply.audio.data, reply.audio.media_type)
    assert ({"characters_in": 17}, name) == (reply.units, reply.provider)


def test_sound_need_not_be_kept() -> None:
    """A session of hours needs no memory for what was played long ago."""
    with FakeSocket(sound.deepgram_voice) as host:
        events, reply = sound.use("sync", client_for("deepgram", host), "speak", "deepgram/aura-2-thalia-en", sound.spoken, keep=False)

    assert (2, b"") == (sum(isinstance(event, AudioChunk) for event in events), reply.audio.data)
    assert ("r1", "aura-2-thalia-en") == (reply.id, reply.model)


def test_a_flush_is_answered_and_the_session_goes_on() -> None:
    """Only the flush with which it ends ends it."""

    def script(talk: Talk) -> None:
        for number in range(2):
            sound.until(talk, lambda message: message == {"type": "Flush"})
            talk.send(bytes([number]), {"type": "Flushed", "sequence_id": number})
        assert talk.receive() == {"type": "Close"}
        talk.until_gone()

    def act(session: Any) -> Any:
        session.send_text("One.")
        session.flush()
        first = [session.next(), session.next()]
        session.send_text("Two.")
        session.finish()
        return first, session.events()

    with FakeSocket(script) as host:
        first, rest = sound.use("sync", client_for("deepgram", host), "speak", "deepgram/aura-2-thalia-en", act)

    assert [AudioChunk, Flushed] == [type(event) for event in first]
    assert ["AudioChunk", "Flushed", "SessionDone"] == [type(event).__name__ for event in rest]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="ab \n.é", min_size=1, max_size=6), max_size=12), st.sets(st.integers(0, 11)))
def test_no_letter_is_lost_and_no_word_is_cut(pieces: list[str], flushed: set[int]) -> None:
    """However a model cuts its text, ElevenLabs gets whole words with a space behind them, unless a flush cuts one."""
    session = elevenlabs_format.session(SpeakRequest(model="m", voice="v"), place("m"))
    session.outgoing.clear()
    for number, piece in enumerate(pieces):
        session.text(piece)
        if number in flushed:
            session.flush()
    session.finish()

    texts = [message["text"] for message in session.outgoing if isinstance(message, dict)]
    assert "".join("".join(pieces).split()) == "".join("".join(texts).split())
    assert all(text.endswith(" ") for text in texts[:-1])
    if not flushed:
        assert "".join(pieces).split() == "".join(texts).split()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("deepgram", {"type": "Error", "description": "Too much text.", "code": "NET-0000"}),
        ("elevenlabs", {"message": "Too much text.", "error": "x", "code": 1008}),
        ("cartesia", {"type": "error", "title": "x", "message": "Too much text.", "status_code": 400}),
    ],
)
def test_an_error_in_a_running_session_is_an_event(name: str, message: dict[str, Any]) -> None:
    """It says what is wrong; whether the session goes on is the provider's affair."""

    def script(talk: Talk) -> None:
        talk.send(message)
        talk.close(1000)

    with FakeSocket(script) as host:
        events = sound.use("sync", client_for(name, host), "speak", name, lambda session: session.events(), voice="v1")

    assert isinstance(events[0], SessionError)
    assert isinstance(events[0].error, ProviderError)
    assert "Too much text." in str(events[0].error)


def test_sound_that_is_none_is_the_end() -> None:
    """What is no base64 is no sound."""

    def script(talk: Talk) -> None:
        talk.send({"audio": "***"})
        talk.until_gone()

    with FakeSocket(script) as host, pytest.raises(SessionLost) as caught:
        sound.use("sync", client_for("elevenlabs", host), "speak", "elevenlabs", lambda session: session.events(), voice="v1")

    assert isinstance(caught.value.cause, ProtocolError)


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("elevenlabs", {}),  # no voice
        ("elevenlabs", {"voice": "v", "speed": 3.0}),
        ("elevenlabs", {"voice": "v", "sample_rate": 12345}),
        ("deepgram/aura-2-thalia-en", {"format": "mp3"}),
        ("cartesia", {"voice": "v", "format": "mp3"}),
        ("cartesia", {"voice": "v", "idle": 0}),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(model: str, options: dict[str, Any]) -> None:
    """Nobody hears of it."""
    with FakeSocket() as host, LLMKit(**client_for(model.partition("/")[0], host)) as kit:
        with pytest.raises(InvalidRequest):
            kit.speak(model, **options)

        assert [] == host.handshakes


def test_there_must_be_something_to_say() -> None:
    """An empty text would be the end at some providers."""
    with FakeSocket() as host, pytest.raises(InvalidRequest):
        sound.use("sync", client_for("deepgram", host), "speak", "deepgram", lambda session: session.send_text(""), voice="thalia")

    assert host.handshakes[0].target.startswith("/speak?model=aura-2-thalia-en&")
