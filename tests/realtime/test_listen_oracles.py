"""The vendors' own packages and our client, pointed at the same host, put the same on the wire of live speech."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from llmkit.realtime import TurnDetection
from llmkit.testing.websocket import FakeSocket, Talk
from tests.realtime import sound
from tests.realtime.hosts import Same, client_for


def taking(count: int, session: dict[str, Any]) -> Any:
    """Return a script that greets, takes the settings and so many further messages."""

    def script(talk: Talk) -> None:
        talk.send({"type": "session.created", "session": session})
        talk.receive()
        talk.send({"type": "session.updated", "session": session})
        for _ in range(count):
            talk.receive()
        talk.close()

    return script


def sent(host: FakeSocket) -> tuple[Any, ...]:
    handshake = host.handshakes[0]
    return (handshake.path, handshake.query, handshake.headers.get("authorization"), host.received)


def compared(provider: str, operation: str, model: str, script: Any, theirs: Any, ours: Any, **options: Any) -> tuple[Any, Any]:
    """Return what their package and our client put on the wire."""
    with FakeSocket(script) as one, FakeSocket(script) as other:
        asyncio.run(theirs(one.url))
        client = client_for(provider, other)
        client["base_urls"][provider] += "/v1"
        sound.use("sync", client, operation, f"{provider}/{model}", ours, **options)
    return sent(one), sent(other)


def test_openai_gets_what_its_own_package_sends() -> None:
    """A transcription session: its types have every setting, and nothing of ours is unknown to them."""
    openai = pytest.importorskip("openai")
    types = pytest.importorskip("openai.types.realtime")
    settings: Any = {
        "type": "transcription",
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "transcription": {"model": "gpt-4o-transcribe", "language": "en", "prompt": "Ada"},
                "turn_detection": {"type": "server_vad", "silence_duration_ms": 800},
            }
        },
    }

    async def theirs(url: str) -> None:
        async with (
            openai.AsyncOpenAI(api_key="sk-test-realtime", base_url=f"{url}/v1") as client,
            client.realtime.connect(extra_query={"intent": "transcription"}) as connection,
        ):
            await connection.recv()
            await connection.session.update(session=settings)
            await connection.recv()
            await connection.input_audio_buffer.append(audio="AQA=")
            await connection.input_audio_buffer.commit()

    def ours(session: Same) -> None:
        session.send_audio(b"\x01\x00")
        session.finish()

    expected, found = compared(
        "openai",
        "listen",
        "gpt-4o-transcribe",
        taking(2, {"type": "transcription"}),
        theirs,
        ours,
        language="en",
        prompt="Ada",
        input_format="pcm/24000",
        turns=TurnDetection(silence_ms=800),
    )

    assert expected == found
    checked = types.RealtimeTranscriptionSessionCreateRequest.model_validate(found[3][0]["session"])
    assert settings == checked.model_dump(exclude_unset=True)


def test_mistral_hears_what_its_own_package_sends() -> None:
    """Settings, sound and its end."""
    client_of = pytest.importorskip("mistralai.client")
    models = pytest.importorskip("mistralai.client.models")
    session = {"request_id": "s", "model": "m", "audio_format": {"encoding": "pcm_s16le", "sample_rate": 16000}}

    async def theirs(url: str) -> None:
        client = client_of.Mistral(api_key="sk-test-realtime", server_url=url)
        connection = await client.audio.realtime.connect(
            "m",
            models.AudioFormat(encoding="pcm_s16le", sample_rate=16000),
            diarize=True,
            context_bias=["Ada"],
            language="en",
        )
        async with connection:
            await connection.send_audio(b"\x01\x00")
            await connection.flush_audio()
            await connection.end_audio()

    def ours(session: Same) -> None:
        session.send_audio(b"\x01\x00")
        session.finish()

    expected, found = compared("mistral", "listen", "m", taking(3, session), theirs, ours, diarize=True, prompt="Ada", language="en")

    assert expected == found


def test_mistral_speaks_what_its_own_package_sends() -> None:
    """Settings, words, a flush and the end."""
    client_of = pytest.importorskip("mistralai.client")
    session = {"request_id": "s", "model": "m", "is_ref_audio": False, "streaming_mode": "responsive", "response_format": "pcm"}

    async def theirs(url: str) -> None:
        client = client_of.Mistral(api_key="sk-test-realtime", server_url=url)
        connection = await client.audio.realtime_speech.connect("m", voice_id="v", response_format="pcm")
        async with connection:
            await connection.send_text("Hi.")
            await connection.flush()
            await connection.end()

    def ours(session: Same) -> None:
        session.send_text("Hi.")
        session.flush()
        session.finish()

    greeting = {**session, "expressiveness": 0.5}
    expected, found = compared("mistral", "speak", "m", taking(3, greeting), theirs, ours, voice="v")

    assert expected == found
