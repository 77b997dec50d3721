"""Streams that are no conversations behind a guard."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import Guard, LLMKit
from llmkit.errors import GuardrailBlocked
from llmkit.guardrails import block, flag, mask, pii, words
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply, stream_reply
from tests.operations.faces import client_for

HEARD = stream_reply(
    {"type": "transcript.text.delta", "delta": "Write to ada@exam"},
    {"type": "transcript.text.delta", "delta": "ple.com, please"},
    {"type": "transcript.text.done", "text": "Write to ada@example.com, please"},
)


def heard(host: FakeHost, *layers: Any) -> tuple[str, str]:
    """Return the words that were shown, and those of the whole."""
    host.on("POST /audio/transcriptions", HEARD)
    client = client_for("openai", host.url, layers=layers)
    with LLMKit(**client) as kit, kit.stream_transcription("openai/gpt-4o-transcribe", b"RIFF....WAVE") as stream:
        shown = "".join([chunk.text for chunk in stream])
        return shown, stream.response().text


def test_words_that_are_heard_are_masked_wherever_they_were_cut() -> None:
    """They come in one piece when they are whole."""
    with FakeHost() as host:
        shown, whole = heard(host, Guard(output=[mask(pii())]))

    assert (whole, False) == (shown, "ada@" in whole)
    assert whole.startswith("Write to ") and whole.endswith(", please")


def test_words_that_may_not_be_heard_are_an_error() -> None:
    with FakeHost() as host, pytest.raises(GuardrailBlocked):
        heard(host, Guard(output=[block(pii())]))


def test_sounds_go_as_they_come_and_what_was_noted_of_the_question_is_told() -> None:
    """There is nothing to read in them."""
    with FakeHost() as host:
        host.on("POST /audio/speech", bytes_reply(b"\x01\x02\x03\x04", "audio/mpeg"))
        client = client_for("openai", host.url, layers=[Guard(input=[flag(words("secret"))], output=[mask(pii())])])
        with LLMKit(**client) as kit, kit.stream_speech("openai/tts-1", "a secret", voice="alloy", format="mp3") as stream:
            sound = b"".join([chunk.data for chunk in stream])
            reply = stream.response()

    assert b"\x01\x02\x03\x04" == sound
    assert ["flagged"] == [warning.kind for warning in reply.warnings if warning.parameter != "cost"]
