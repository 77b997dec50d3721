"""`llmkit realtime`."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from llmkit.testing import FakeSocket
from llmkit.testing.websocket import Talk
from tests.realtime.hosts import USAGE, created, set_up

from .conftest import Run, write_settings


def spoken(talk: Talk) -> None:
    created(talk)
    for words in ("Good day!", "Bye."):
        talk.receive()
        talk.receive()
        talk.send(
            {"type": "response.created", "response": {"id": "r"}},
            {"type": "response.output_audio_transcript.delta", "delta": words},
            {"type": "response.output_audio.delta", "delta": "AAEAAQ=="},
            {"type": "response.done", "response": {"id": "r", "status": "completed", "output": [], "usage": USAGE}},
        )
    talk.until_gone()


def use(home: Path, monkeypatch: pytest.MonkeyPatch, provider: str, host: FakeSocket) -> None:
    write_settings(home, f'[providers.{provider}]\nbase_url = "{host.url}"\n')
    monkeypatch.setenv({"openai": "OPENAI_API_KEY", "google": "GEMINI_API_KEY"}[provider], "sk-test-realtime")
    monkeypatch.chdir(home)


def test_each_line_is_a_turn_and_the_sound_is_kept(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words are all of standard output; the file is whole."""
    with FakeSocket(spoken) as host:
        use(home, monkeypatch, "openai", host)
        outcome = run("realtime", "-m", "openai/gpt-realtime", "--save", "talk.wav", "--usage", stdin=b"Greet.\n\nPart.\n")

    assert (0, "Good day!\nBye.\n") == (outcome.code, outcome.out), outcome.err
    assert "20 tokens in" in outcome.err and "cost $" in outcome.err
    with wave.open(str(home / "talk.wav")) as file:
        assert (24_000, 4) == (file.getframerate(), file.getnframes())


def test_words_are_asked_for_where_sound_comes_without(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal shows nothing else."""

    def script(talk: Talk) -> None:
        set_up(talk)
        talk.receive()
        talk.send({"serverContent": {"outputTranscription": {"text": "Hi."}}}, {"serverContent": {"turnComplete": True}})
        talk.until_gone()

    with FakeSocket(script) as host:
        use(home, monkeypatch, "google", host)
        outcome = run("realtime", "-m", "google/gemini-live", stdin=b"Greet.\n")

    assert (0, "Hi.\n") == (outcome.code, outcome.out), outcome.err
    assert {} == host.received[0]["setup"]["outputAudioTranscription"]


def test_a_file_of_before_stays(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said over it."""
    with FakeSocket(spoken) as host:
        use(home, monkeypatch, "openai", host)
        (home / "talk.wav").write_bytes(b"mine")
        outcome = run("realtime", "-m", "openai/gpt-realtime", "--save", "talk.wav", stdin=b"Greet.\n")

    assert (2, b"mine") == (outcome.code, (home / "talk.wav").read_bytes())
    assert "exists" in outcome.err
