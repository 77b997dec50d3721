"""Live transcription through both clients, format by format, against hosts that talk back."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.dialects.listening import assemblyai as assemblyai_format
from llmkit.dialects.listening import elevenlabs as elevenlabs_format
from llmkit.dialects.listening import mistral as mistral_format
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    InvalidRequest,
    QuotaExhausted,
    RateLimited,
    ServerError,
    SessionLost,
    Timeout,
    UnsupportedFeature,
)
from llmkit.realtime import (
    ListenRequest,
    SessionError,
    SpeechStarted,
    TranscriptDelta,
    TranscriptSegment,
    TurnDetection,
)
from llmkit.testing.websocket import FakeSocket, Talk
from tests.realtime import sound
from tests.realtime.hosts import FACES, client_for
from tests.recordings.recorded import place

DEEPGRAM = (
    "/listen?model=nova-3&language=en&encoding=linear16&sample_rate=16000&channels=1&interim_results=true&smart_format=true"
    "&vad_events=true&diarize=true&keyterm=Ada&keyterm=Bob"
)
ASSEMBLY = (
    "/v3/ws?speech_model=universal-streaming-english&sample_rate=16000&encoding=pcm_s16le&format_turns=true"
    "&keyterms_prompt=%5B%22Ada%22%2C+%22Bob%22%5D&max_turn_silence=800"
)
ELEVEN = (
    "/speech-to-text/realtime?model_id=scribe_v2_realtime&audio_format=pcm_16000&language_code=en&commit_strategy=vad"
    "&vad_silence_threshold_secs=0.8&include_timestamps=true"
)
CASES: dict[str, tuple[Any, str, dict[str, Any], str, tuple[str, str], Any]] = {
    # script, model, options, target of the handshake, header with the key, what the last message says
    "deepgram": (
        sound.deepgram,
        "deepgram/nova-3",
        {"language": "en", "diarize": True, "prompt": "Ada, Bob"},
        DEEPGRAM,
        ("authorization", "Token sk-test-realtime"),
        {"type": "CloseStream"},
    ),
    "assemblyai": (
        sound.assemblyai,
        "assemblyai/universal-streaming-english",
        {"prompt": "Ada, Bob", "silence": 800},
        ASSEMBLY,
        ("authorization", "sk-test-realtime"),
        {"type": "Terminate"},
    ),
    "elevenlabs": (
        sound.elevenlabs,
        "elevenlabs",
        {"language": "en", "timestamps": "word", "silence": 800},
        ELEVEN,
        ("xi-api-key", "sk-test-realtime"),
        {"message_type": "input_audio_chunk", "audio_base_64": "", "commit": True, "sample_rate": 16000},
    ),
    "cartesia": (
        sound.cartesia,
        "cartesia/ink-2",
        {"language": "en"},
        "/stt/websocket?model=ink-2&language=en&encoding=pcm_s16le&sample_rate=16000",
        ("authorization", "Bearer sk-test-realtime"),
        "close",
    ),
    "speechmatics": (
        sound.speechmatics,
        "speechmatics/enhanced",
        {"language": "en", "diarize": True, "prompt": "Ada"},
        "/v2",
        ("authorization", "Bearer sk-test-realtime"),
        {"message": "EndOfStream", "last_seq_no": 1},
    ),
    "mistral": (
        sound.mistral,
        "mistral/voxtral-realtime",
        {"language": "en"},
        "/audio/transcriptions/realtime?model=voxtral-realtime",
        ("authorization", "Bearer sk-test-realtime"),
        {"type": "input_audio.end"},
    ),
    "openai": (
        sound.openai,
        "openai/gpt-4o-transcribe",
        {"language": "en", "input_format": "pcm/24000", "turns": "manual"},
        "/realtime?intent=transcription",
        ("authorization", "Bearer sk-test-realtime"),
        {"type": "input_audio_buffer.commit"},
    ),
}


def options_of(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options, with the silence that ends a turn in their words."""
    left = dict(options)
    silence = left.pop("silence", None)
    return left if silence is None else {**left, "turns": TurnDetection(silence_ms=silence)}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", CASES)
def test_a_sound_is_written_down(name: str, face: str) -> None:
    """Settings and key go with the handshake, the sound arrives whole, and the final segments come to the same words."""
    script, model, options, target, (header, key), last = CASES[name]

    with FakeSocket(script) as host:
        events, reply = sound.use(face, client_for(name, host), "listen", model, sound.heard, **options_of(options))
        handshake = host.handshakes[0]

    assert (target, key) == (handshake.target, handshake.headers[header])
    assert "sk-test" not in handshake.target
    assert (sound.SOUND, last) == (sound.sound_of(host), host.received[-1])
    assert ("Hello there.", name) == (reply.text, reply.provider)
    finals = [event.text for event in events if isinstance(event, TranscriptSegment) and event.is_final]
    assert (["Hello", " there."] if name == "cartesia" else ["Hello there."]) == finals
    assert all(bytes(event.raw) for event in events)


def told(name: str) -> tuple[list[Any], Any, FakeSocket]:
    script, model, options, *_ = CASES[name]
    with FakeSocket(script) as host:
        events, reply = sound.use("sync", client_for(name, host), "listen", model, sound.heard, **options_of(options))
    return events, reply, host


def test_guesses_times_and_speakers() -> None:
    """A guess is no final segment; two who spoke in one are told apart by the words; the length is what is billed."""
    events, reply, _ = told("deepgram")

    assert [SpeechStarted, TranscriptSegment, TranscriptSegment] == [type(event) for event in events[:3]]
    assert ("hell", False, False) == (events[1].text, events[1].is_final, events[1].ends_turn)
    assert (True, True, None, 1.0) == (events[2].is_final, events[2].ends_turn, events[2].speaker, events[2].end)
    assert [("Hello", "0", 0.1), ("there.", "1", 0.3)] == [(one.text, one.speaker, one.start) for one in reply.segments]
    assert ["Hello", "there."] == [word.text for word in reply.words]
    assert (1.5, {"second_in": 1.5}, "general-nova-3", "r1") == (reply.duration, reply.units, reply.model, reply.id)


def test_a_turn_that_is_told_again_is_one() -> None:
    """AssemblyAI ends a turn and then writes it properly: the second takes the place of the first."""
    events, reply, _ = told("assemblyai")

    assert [(False, False), (False, True), (True, True)] == [(one.is_final, one.ends_turn) for one in events if hasattr(one, "ends_turn")]
    assert [("Hello there.", "A", 0.1, 0.6)] == [(one.text, one.speaker, one.start, one.end) for one in reply.segments]
    assert {"second_in": 1.5, "session_second": 2.0} == reply.units
    assert "s1" == reply.id


def test_what_is_committed_with_words_is_final_once() -> None:
    """ElevenLabs tells a commit twice where times are wanted; the spaces between words are none."""
    _, reply, _ = told("elevenlabs")

    assert ["Hello", "there."] == [word.text for word in reply.words]
    assert ("en", "scribe_v2_realtime") == (reply.language, reply.model)
    assert (None, {}) == (reply.cost, reply.units)


def test_punctuation_belongs_to_the_word_before() -> None:
    """Speechmatics tells it apart; the first message holds the settings."""
    _, reply, host = told("speechmatics")

    assert [("Hello", "S1"), ("there.", "S2")] == [(word.text, word.speaker) for word in reply.words]
    assert {
        "message": "StartRecognition",
        "audio_format": {"type": "raw", "encoding": "pcm_s16le", "sample_rate": 16000},
        "transcription_config": {
            "language": "en",
            "operating_point": "enhanced",
            "enable_partials": True,
            "diarization": "speaker",
            "additional_vocab": [{"content": "Ada"}],
        },
    } == host.received[0]


def test_openai_tells_words_and_tokens() -> None:
    """Its session is of the type `transcription`; the tokens of each item come to those of the whole."""
    events, reply, host = told("openai")

    assert {
        "type": "transcription",
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "transcription": {"model": "gpt-4o-transcribe", "language": "en"},
                "turn_detection": None,
            }
        },
    } == host.received[0]["session"]
    assert ["Hello"] == [event.text for event in events if isinstance(event, TranscriptDelta)]
    assert (10, 4) == (reply.usage.input, reply.usage.output)
    assert reply.cost is None or reply.cost.amount > 0


def test_mistral_tells_the_length_at_the_end() -> None:
    """Its words come one by one; what it bills by comes with the whole."""
    events, reply, _ = told("mistral")

    assert ["Hello", " there."] == [event.text for event in events if isinstance(event, TranscriptDelta)]
    assert ({"second_in": 2.0}, 2.0, "s1", "en") == (reply.units, reply.duration, reply.id, reply.language)


def test_small_pieces_are_gathered_and_large_ones_are_cut() -> None:
    """AssemblyAI takes pieces of 50 to 1000 ms; the last is filled up with silence."""
    session = assemblyai_format.session(ListenRequest(model="m"), place("m"))
    session.audio(b"\x01" * 1000)
    assert [] == session.outgoing

    session.audio(b"\x01" * 65_000)
    session.finish()

    sizes = [len(message) for message in session.outgoing[:-1]]
    assert [32000, 32000, 2000] == sizes
    session = assemblyai_format.session(ListenRequest(model="m"), place("m"))
    session.audio(b"\x01\x01")
    session.flush()
    assert [b"\x01\x01" + b"\0" * 1598, {"type": "ForceEndpoint"}] == session.outgoing


@pytest.mark.parametrize("face", FACES)
def test_a_format_that_tells_no_end_is_waited_for_a_while(face: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All may have been committed before the end: then nothing more comes, and the session ends by itself, without an error."""
    monkeypatch.setattr(elevenlabs_format, "PATIENCE", 0.05)

    def script(talk: Talk) -> None:
        talk.send({"message_type": "session_started", "session_id": "s1"}, {"message_type": "committed_transcript", "text": "Hi."})
        talk.until_gone()

    with FakeSocket(script) as host:
        events, reply = sound.use(face, client_for("elevenlabs", host), "listen", "elevenlabs", lambda session: _after(session))

    assert ("Hi.", 2) == (reply.text, len(events))


def _after(session: Any) -> Any:
    first = [session.next(), session.next()]
    session.finish()
    return first + session.events(), session.reply


def test_silence_is_a_timeout_where_it_was_limited() -> None:
    """`idle` says how long; the session lives on."""
    with FakeSocket() as host, LLMKit(**client_for("deepgram", host)) as kit, kit.listen("deepgram/nova-3", idle=0.02) as session:
        with pytest.raises(Timeout):
            next(session)
        session.keep_alive()

    assert [{"type": "KeepAlive"}] == host.received


@pytest.mark.parametrize(
    ("name", "message", "kind"),
    [
        ("elevenlabs", {"message_type": "auth_error", "error": "No such key."}, AuthenticationError),
        ("elevenlabs", {"message_type": "quota_exceeded", "error": "Used up."}, QuotaExhausted),
        ("speechmatics", {"message": "Error", "type": "not_authorised", "reason": "No such key."}, AuthenticationError),
        ("speechmatics", {"message": "Error", "type": "invalid_model", "reason": "No such language."}, BadRequest),
        ("mistral", {"type": "error", "error": {"message": {"detail": "No such model."}, "code": 3000}}, ServerError),
        ("openai", {"type": "error", "error": {"type": "invalid_request_error", "message": "No."}}, BadRequest),
    ],
)
def test_settings_that_are_refused_are_told_at_once(name: str, message: dict[str, Any], kind: type[Exception]) -> None:
    """A session whose settings do not hold is no session."""
    options = {"speechmatics": {"language": "en"}, "openai": {"input_format": "pcm/24000"}}.get(name, {})

    def script(talk: Talk) -> None:
        talk.send(message)
        talk.until_gone()

    with FakeSocket(script) as host, pytest.raises(kind):
        sound.use("sync", client_for(name, host), "listen", name, sound.heard, **options)


@pytest.mark.parametrize(("code", "kind"), [(1008, AuthenticationError), (3007, BadRequest), (3009, RateLimited)])
def test_a_close_that_is_a_failure(code: int, kind: type[Exception]) -> None:
    """Before the session began it is the provider's error, later the loss of the session, with what was heard."""
    with FakeSocket(lambda talk: talk.close(code, "No.")) as host, pytest.raises(kind):
        sound.use("sync", client_for("assemblyai", host), "listen", "assemblyai", sound.heard)

    def late(talk: Talk) -> None:
        talk.send({"type": "Begin", "id": "s1"}, {"type": "Turn", "turn_order": 0, "transcript": "Hi.", "end_of_turn": True})
        talk.close(code, "No.")

    with FakeSocket(late) as host, pytest.raises(SessionLost) as caught:
        sound.use("sync", client_for("assemblyai", host), "listen", "assemblyai", lambda session: session.events())

    reply: Any = caught.value.reply
    assert (code, "Hi.") == (caught.value.code, reply.text)
    assert isinstance(caught.value.cause, kind)


def test_an_error_in_a_running_session_is_an_event() -> None:
    """Deepgram says what is wrong and goes on, or closes."""

    def script(talk: Talk) -> None:
        talk.send({"type": "Error", "description": "Could not decode.", "variant": "DATA-0000"})
        talk.close(1000)

    with FakeSocket(script) as host:
        events = sound.use("sync", client_for("deepgram", host), "listen", "deepgram/nova-3", lambda session: session.events())

    assert [(SessionError, "DATA-0000")] == [(type(event), event.error.code) for event in events]


def test_a_refused_handshake_is_the_providers_error() -> None:
    """As for any call, without the key in its words."""
    body = {"err_code": "INVALID_AUTH", "err_msg": "Invalid credentials.", "request_id": "r"}
    with FakeSocket(refusal=(401, body)) as host, pytest.raises(AuthenticationError, match="Invalid credentials") as caught:
        sound.use("sync", client_for("deepgram", host), "listen", "deepgram/nova-3", sound.heard)

    assert "sk-test" not in str(caught.value)


@pytest.mark.parametrize(
    ("model", "options", "kind"),
    [
        ("openai/gpt-4o-transcribe", {}, InvalidRequest),  # 16 kHz
        ("openai/gpt-4o-transcribe", {"input_format": "pcm/24000", "diarize": True}, UnsupportedFeature),
        ("elevenlabs", {"speakers": 2}, UnsupportedFeature),
        ("elevenlabs", {"input_format": "opus"}, InvalidRequest),
        ("speechmatics", {}, InvalidRequest),  # no language
        ("deepgram/nova-3", {"interim": "yes"}, InvalidRequest),
        ("anthropic/claude-sonnet-4-5", {}, UnsupportedFeature),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(model: str, options: dict[str, Any], kind: type[Exception]) -> None:
    """Nobody hears of it."""
    with FakeSocket() as host, LLMKit(**client_for(model.partition("/")[0], host)) as kit:
        with pytest.raises(kind):
            kit.listen(model, **options)

        assert [] == host.handshakes


def test_a_flush_that_the_provider_does_not_have() -> None:
    """Speechmatics finds the end of a turn by itself."""

    def script(talk: Talk) -> None:
        talk.receive()
        talk.send({"message": "RecognitionStarted", "id": "s1"})
        talk.until_gone()

    with FakeSocket(script) as host, pytest.raises(UnsupportedFeature):
        sound.use("sync", client_for("speechmatics", host), "listen", "speechmatics", lambda session: session.flush(), language="en")


def test_what_cannot_be_said_is_a_warning_or_an_error() -> None:
    """As for any call."""
    with FakeSocket() as host, LLMKit(**client_for("deepgram", host)) as kit:
        with kit.listen("deepgram/nova-3", speakers=2) as session:
            assert "speakers" in [warning.parameter for warning in session.warnings]
        with pytest.raises(UnsupportedFeature):
            kit.listen("deepgram/nova-3", speakers=2, on_unsupported="error")


def test_own_fields_go_into_the_settings() -> None:
    """`extra_body` says what has no word of ours."""
    with FakeSocket() as host, LLMKit(**client_for("deepgram", host)) as kit:
        kit.listen("deepgram/nova-3", extra_body={"redact": ["pii", "pci"], "punctuate": False}).close()

    assert host.handshakes[0].target.endswith("&redact=pii&redact=pci&punctuate=false")


def test_segments_are_not_told_twice() -> None:
    """Where Mistral told the speakers' segments, the whole at the end is not said again."""
    session = mistral_format.session(ListenRequest(model="m", diarize=True), place("m"))
    first = session.feed({"type": "transcription.segment", "text": " Hi. ", "start": 0.1, "end": 0.4, "speaker_id": "A"}, b"{}")
    last = session.feed({"type": "transcription.done", "text": "Hi.", "model": "m", "usage": {}}, b"{}")

    assert ["Hi.", ""] == [event.text for event in (*first, *last) if isinstance(event, TranscriptSegment)]
    assert ("A", True) == (getattr(first[0], "speaker", None), session.done)
