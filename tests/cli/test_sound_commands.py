"""`llmkit say` and `llmkit transcribe`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmkit.testing import FakeHost
from llmkit.testing.host import form_of, stream_reply
from llmkit.testing.replies import Reply

from .conftest import Run, write_settings

MP3 = b"ID3\x04sound"
SOUND = Reply(headers=(("Content-Type", "audio/mpeg"),), pieces=(MP3,))
SPOKEN = {
    "text": "Hi you.",
    "duration": 2.0,
    "segments": [{"start": 0, "end": 2, "text": " Hi you."}],
    "usage": {"type": "duration", "seconds": 2},
}


@pytest.fixture
def host(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHost]:
    """Two providers with keys in the environment and their address in the user's configuration."""
    with FakeHost() as host:
        write_settings(home, "\n".join([f'[providers.{name}]\nbase_url = "{host.url}"\n' for name in ("openai", "soniox", "cartesia")]))
        for name in ("OPENAI_API_KEY", "SONIOX_API_KEY", "CARTESIA_API_KEY"):
            monkeypatch.setenv(name, "sk-test-sound")
        monkeypatch.chdir(home)
        (home / "talk.mp3").write_bytes(MP3)
        yield host


def test_what_is_said_is_written_and_its_path_printed(run: Run, host: FakeHost, home: Path) -> None:
    host.on("POST /audio/speech", SOUND)

    outcome = run("say", "Hello", "there", "-m", "openai/tts-1", "-v", "nova", "-o", "hello.mp3", "--usage")

    assert (0, "hello.mp3\n") == (outcome.code, outcome.out), outcome.err
    assert MP3 == (home / "hello.mp3").read_bytes()
    assert {"model": "tts-1", "input": "Hello there", "voice": "nova"} == host.requests[0].json
    assert "cost $0.000165" in outcome.err


def test_standard_input_is_spoken_into_standard_output(run: Run, host: FakeHost) -> None:
    """Piece by piece, for a player behind the pipe."""
    host.on("POST /audio/speech", stream_reply(b"soun", b"d", media_type="audio/mpeg"))

    outcome = run("say", "-m", "openai/tts-1", "-o", "-", stdin=b"Hello")

    assert (0, "sound") == (outcome.code, outcome.out), outcome.err
    assert "Hello" == host.requests[0].json["input"]


def test_voices_are_listed(run: Run, host: FakeHost) -> None:
    host.on("GET /voices", {"data": [{"id": "a1", "name": "Ada", "language": "en"}, {"id": "b", "language": "pt"}], "has_more": False})

    outcome = run("say", "--voices", "-m", "cartesia", "--language", "en")

    assert 0 == outcome.code, outcome.err
    assert "a1" in outcome.out and "Ada" in outcome.out and "b " not in outcome.out


def test_a_recording_is_written_down(run: Run, host: FakeHost) -> None:
    host.on("POST /audio/transcriptions", {"text": "Hi \x1b[31myou."})

    outcome = run("transcribe", "talk.mp3", "-m", "openai/gpt-4o-transcribe", "--prompt", "Ada")

    assert (0, "Hi ") == (outcome.code, outcome.out[:3]), outcome.err
    assert "\x1b" not in outcome.out
    assert ("prompt", None, "text/plain", b"Ada") in form_of(host.requests[0])


@pytest.mark.parametrize(("flags", "words"), [(["-o", "talk.srt"], "00:00:00,000 --> 00:00:02,000"), (["--vtt"], "WEBVTT")])
def test_subtitles_are_made_with_times(run: Run, host: FakeHost, home: Path, flags: list[str], words: str) -> None:
    """The ending of the file says so too."""
    host.on("POST /audio/transcriptions", SPOKEN)

    outcome = run("transcribe", "talk.mp3", "-m", "openai/whisper-1", *flags)

    written = (home / "talk.srt").read_text() if flags[0] == "-o" else outcome.out
    assert (0, True) == (outcome.code, words in written), outcome.err
    assert ("timestamp_granularities[]", None, "text/plain", b"segment") in form_of(host.requests[0])


def test_all_that_is_known_is_json(run: Run, host: FakeHost) -> None:
    host.on("POST /audio/transcriptions", SPOKEN)

    outcome = run("transcribe", "talk.mp3", "-m", "openai/whisper-1", "--json", "--usage")

    assert ("Hi you.", 2.0) == (json.loads(outcome.out)["text"], json.loads(outcome.out)["segments"][0]["end"])
    assert "2.0 s, cost $0.0002" in outcome.err


def test_a_long_job_can_be_begun_alone(run: Run, host: FakeHost) -> None:
    """Its id takes it up again."""
    host.on("POST /files", {"id": "f1"}).on("POST /transcriptions", {"id": "t1", "status": "queued"})

    assert (0, "transcribe:soniox/stt-async-v4:t1\n") == run("transcribe", "talk.mp3", "-m", "soniox/stt-async-v4", "--start")[:2]


def test_a_job_is_waited_for(run: Run, host: FakeHost) -> None:
    """And its speakers are told apart."""
    host.on("POST /files", {"id": "f1"}).on("POST /transcriptions", {"id": "t1", "status": "completed"})
    host.on("GET /transcriptions/t1", {"id": "t1", "status": "completed", "audio_duration_ms": 900})
    tokens = [
        {"text": "Hi.", "start_ms": 0, "end_ms": 500, "speaker": "1"},
        {"text": " You.", "start_ms": 500, "end_ms": 900, "speaker": "2"},
    ]
    host.on("GET /transcriptions/t1/transcript", {"id": "t1", "text": "Hi. You.", "tokens": tokens})

    outcome = run("transcribe", "talk.mp3", "-m", "soniox/stt-async-v4", "--diarize")

    assert (0, "1: Hi.\n2: You.\n") == outcome[:2], outcome.err


WRONG = {
    "no model": (["say", "Hello"], "-m"),
    "nothing to say": (["say", "-m", "openai/tts-1"], "nothing to say"),
    "no file": (["transcribe", "gone.mp3", "-m", "openai/whisper-1"], "There is no file"),
    "a voice": (["say", "Hello", "-m", "openai/tts-1", "-v", "novva"], "Did you mean nova"),
    "speakers": (["transcribe", "talk.mp3", "-m", "openai/whisper-1", "--diarize"], "speakers apart"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(run: Run, host: FakeHost, name: str) -> None:
    """With the remedy, and nothing is sent."""
    arguments, words = WRONG[name]

    outcome = run(*arguments)

    assert 0 != outcome.code and words in outcome.err
    assert [] == host.requests
