"""Speech through the public client: streams, voices, refusals, saving."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import BadRequest, InvalidRequest, ProtocolError, StreamInterrupted, UnsupportedFeature
from llmkit.metering.sinks import Callback
from llmkit.pipeline.meter import Meter
from llmkit.testing import FakeHost
from llmkit.testing.host import stream_reply
from llmkit.testing.replies import Cut, Reply
from tests.operations.faces import use
from tests.operations.sound_places import moved

MP3 = b"ID3\x04sound"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def gemini(data: bytes, **more: Any) -> dict[str, Any]:
    part = {"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": b64(data)}}
    return {"candidates": [{"content": {"parts": [part]}}], **more}


# Model, method and target of the question, what is special in its body, the stream, the whole sound, its type, units or tokens.
STREAMS: dict[str, tuple[str, str, dict[str, Any], Reply, bytes, str, Any]] = {
    "raw": (
        "openai/tts-1",
        "POST /audio/speech",
        {},
        stream_reply(MP3[:4], MP3[4:], media_type="audio/mpeg"),
        MP3,
        "audio/mpeg",
        {"characters_in": 5},
    ),
    "events": (
        "openai/gpt-4o-mini-tts",
        "POST /audio/speech",
        {"stream_format": "sse"},
        stream_reply(
            {"type": "speech.audio.delta", "audio": b64(MP3[:4])},
            {"type": "speech.audio.delta", "audio": b64(MP3[4:])},
            {"type": "speech.audio.done", "usage": {"input_tokens": 3, "output_tokens": 40, "total_tokens": 43}},
        ),
        MP3,
        "audio/mpeg",
        (3, 40),
    ),
    "mistral": (
        "mistral/voxtral-mini-tts",
        "POST /audio/speech",
        {"stream": True},
        stream_reply({"type": "speech.audio.delta", "audio_data": b64(MP3)}, {"type": "speech.audio.done", "usage": {}}),
        MP3,
        "audio/mpeg",
        {"characters_in": 5},
    ),
    "gemini": (
        "google/gemini-2.5-flash-preview-tts",
        "POST /models/gemini-2.5-flash-preview-tts:streamGenerateContent?alt=sse",
        {},
        stream_reply(gemini(b"\1\0"), gemini(b"\2\0", usageMetadata={"promptTokenCount": 4, "candidatesTokenCount": 9})),
        b"\1\0\2\0",
        "audio/pcm;rate=24000",
        (4, 9),
    ),
    "minimax": (
        "minimax/speech-2.8-hd",
        "POST /t2a_v2",
        {"stream": True, "stream_options": {"exclude_aggregated_audio": True}},
        stream_reply(
            {"data": {"audio": MP3[:4].hex(), "status": 1}, "base_resp": {"status_code": 0}},
            {"data": {"audio": MP3[4:].hex(), "status": 1}, "base_resp": {"status_code": 0}},
            {"data": {"audio": MP3.hex(), "status": 2}, "extra_info": {"usage_characters": 9}, "base_resp": {"status_code": 0}},
        ),
        MP3,
        "audio/mpeg",
        {"characters_in": 9.0},
    ),
    "elevenlabs": (
        "elevenlabs/eleven_v3",
        "POST /text-to-speech/v1/stream",
        {},
        stream_reply(MP3, media_type="audio/mpeg"),
        MP3,
        "audio/mpeg",
        {"characters_in": 5},
    ),
    "resemble": (
        "resemble/chatterbox",
        "POST /stream",
        {},
        stream_reply(b"RIFF....WAVE..", media_type="audio/wav"),
        b"RIFF....WAVE..",
        "audio/wav",
        {"characters_in": 5},
    ),
}


@pytest.mark.parametrize("name", STREAMS)
def test_the_pieces_of_a_stream_are_the_whole(name: str) -> None:
    """Raw bytes and framed ones alike, and the end tells what was used."""
    model, place, special, reply, sound, kind, used = STREAMS[name]
    with FakeHost() as host, LLMKit(**moved(host.url, model.partition("/")[0])) as kit:
        host.on(f"{place.partition('?')[0]}", reply)
        voice = {} if name in ("raw", "events", "gemini") else {"voice": "v1"}
        with kit.stream_speech(model, "Hello", **voice) as stream:
            pieces = [chunk.data for chunk in stream]
            whole = stream.response()

    sent = host.requests[0]
    assert place == f"{sent.method} {sent.target}"
    assert special.items() <= sent.json.items()
    assert (sound, sound, kind) == (b"".join(pieces), whole.audio.data, whole.audio.media_type)
    assert used == (whole.units if whole.usage is None else (whole.usage.input, whole.usage.output_audio))


def test_an_asyncio_stream_is_the_same() -> None:
    """`async with`, `async for`."""

    async def speak(client: dict[str, Any]) -> tuple[list[bytes], Any]:
        async with AsyncLLMKit(**client) as kit, kit.stream_speech("openai/tts-1", "Hello") as stream:
            return [chunk.data async for chunk in stream], await stream.response()

    with FakeHost() as host:
        host.on("POST /audio/speech", stream_reply(MP3, media_type="audio/mpeg"))
        pieces, whole = asyncio.run(speak(moved(host.url, "openai")))

    assert (MP3, MP3) == (b"".join(pieces), whole.audio.data)


def test_a_stream_that_is_cut_says_so_and_keeps_what_came() -> None:
    """Half a sound must not pass for a whole one."""
    cut = Reply(headers=(("Content-Type", "audio/mpeg"),), pieces=(MP3, Cut()), framing="chunked")
    with FakeHost() as host, LLMKit(**moved(host.url, "openai")) as kit:
        host.on("POST /audio/speech", cut)
        with pytest.raises(StreamInterrupted) as caught, kit.stream_speech("openai/tts-1", "Hello") as stream:
            list(stream)

    assert MP3 == caught.value.partial.audio.data


BROKEN: dict[str, tuple[str, Any, type[Exception], str]] = {
    "an error with status 200": ("openai/tts-1", {"error": {"message": "no", "code": "bad_request"}}, BadRequest, "no"),
    "JSON that is no sound": ("openai/tts-1", {"fine": True}, ProtocolError, "not sound"),
    "nothing": ("openai/tts-1", Reply(headers=(("Content-Type", "audio/mpeg"),)), ProtocolError, "no sound"),
    "no base64": ("mistral/voxtral-mini-tts", {"audio_data": "?"}, ProtocolError, "no base64"),
    "no hexadecimal digits": ("minimax/speech-2.8-hd", {"data": {"audio": "xy"}}, ProtocolError, "hexadecimal"),
    "an error inside": (
        "minimax/speech-2.8-hd",
        {"base_resp": {"status_code": 1042, "status_msg": "invisible character ratio"}},
        BadRequest,
        "invisible",
    ),
    "no sound and why": (
        "google/gemini-2.5-flash-preview-tts",
        {"candidates": [{"finishReason": "SAFETY"}]},
        ProtocolError,
        "SAFETY",
    ),
    "a failed task": ("wavespeed/x/y", {"data": {"id": "1", "status": "failed", "error": "too long"}}, Exception, "too long"),
    "a failed prediction": ("replicate/x/y", {"id": "1", "status": "failed", "error": "CUDA"}, Exception, "CUDA"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_without_sound_is_an_error(name: str) -> None:
    """Nothing is made up for it."""
    model, answer, kind, words = BROKEN[name]
    with FakeHost() as host, pytest.raises(kind, match=words):
        host.on("POST /*", answer)
        use("sync", moved(host.url, model.partition("/")[0]), "speech", model, "Hello", voice="nova" if "openai" in model else "v")


def test_an_error_in_place_of_a_stream_is_an_error() -> None:
    """It comes with status 200, as JSON."""
    with FakeHost() as host, pytest.raises(BadRequest, match="no such"), LLMKit(**moved(host.url, "openai")) as kit:
        host.on("POST /audio/speech", {"error": {"message": "no such", "code": "bad_request"}})
        kit.stream_speech("openai/tts-1", "Hello")


REFUSED: dict[str, tuple[str, dict[str, Any], type[Exception], str]] = {
    "a voice": ("openai/tts-1", {"voice": "novva"}, InvalidRequest, "alloy, ash.*Did you mean nova"),
    "a format of ours": ("openai/tts-1", {"format": "mp4"}, InvalidRequest, "Did you mean mp3"),
    "a format of theirs": ("openai/tts-1", {"format": "ogg"}, InvalidRequest, "mp3, opus, aac, flac, wav, pcm"),
    "a speed": ("openai/tts-1", {"speed": 5.0}, InvalidRequest, "from 0.25 to 4"),
    "a speed that is none": ("openai/tts-1", {"speed": "fast"}, InvalidRequest, "speed must be a number"),
    "a rate": ("cartesia/sonic-3", {"voice": "v", "sample_rate": 11025}, InvalidRequest, "8000, 16000"),
    "a language": ("sarvam/bulbul:v3", {"language": "de-DE"}, InvalidRequest, "hi-IN"),
    "a language that is missing": ("sarvam/bulbul:v3", {}, InvalidRequest, "language="),
    "a voice that is missing": ("elevenlabs/eleven_v3", {}, InvalidRequest, "kit.voices"),
    "an unknown option": ("openai/tts-1", {"pitch": 2}, InvalidRequest, "extra_body"),
    "what cannot be said, where that is an error": (
        "openai/tts-1",
        {"language": "de", "on_unsupported": "error"},
        UnsupportedFeature,
        "language",
    ),
    "a provider without": ("anthropic/claude-sonnet-4-5", {}, UnsupportedFeature, "others do"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_before_anything_is_sent(name: str) -> None:
    """Every message names what is accepted."""
    model, options, kind, words = REFUSED[name]
    with FakeHost() as host, pytest.raises(kind, match=words):
        use("sync", moved(host.url, model.partition("/")[0]), "speech", model, "Hello", **options)

    assert [] == host.requests


@pytest.mark.parametrize("text", ["", "  ", None, b"bytes", "x" * 5000])
def test_a_text_that_cannot_be_spoken_is_refused(text: Any) -> None:
    """Also one that is longer than the provider speaks at once."""
    with FakeHost() as host, pytest.raises(InvalidRequest) as caught:
        use("sync", moved(host.url, "openai"), "speech", "openai/tts-1", text)

    assert ("text", []) == (caught.value.parameter, host.requests)


def test_the_sound_is_saved_whole(tmp_path: Path) -> None:
    """Under the name that was asked for, or one by its kind."""
    with FakeHost() as host, LLMKit(**moved(host.url, "openai")) as kit:
        host.on("POST /audio/speech", Reply(headers=(("Content-Type", "audio/mpeg"),), pieces=(MP3,)))
        reply = kit.speech("openai/tts-1", "Hello")
        saved = kit.save(reply, tmp_path / "hello.mp3") + kit.save(reply, f"{tmp_path}/")

    assert ["hello.mp3", "audio-1.mp3"] == [path.name for path in saved]
    assert {MP3} == {path.read_bytes() for path in saved}


def test_a_sound_that_is_only_an_address_is_fetched_without_the_key() -> None:
    """The link is a stranger's."""
    with FakeHost() as host, LLMKit(**moved(host.url, "runwayml")) as kit:
        host.on("POST /text_to_speech", {"id": "t1"})
        host.on("GET /tasks/t1", {"id": "t1", "status": "SUCCEEDED", "output": [f"{host.url}/x.mp3"]})
        host.on("GET /x.mp3", Reply(headers=(("Content-Type", "audio/mpeg"),), pieces=(MP3,)))
        sound = kit.fetch(kit.speech("runwayml/eleven_multilingual_v2", "Hello", voice="Maya").audio)

        assert (MP3, None) == (sound.data, host.requests[-1].headers.get("authorization"))


def test_the_layers_stand_around_it() -> None:
    """The record says what it was and what it cost; a stream too."""
    records: list[Any] = []
    with FakeHost() as host, LLMKit(**moved(host.url, "openai"), layers=[Meter(Callback(records.append))]) as kit:
        host.on("POST /audio/speech", stream_reply(MP3, media_type="audio/mpeg"))
        kit.speech("openai/tts-1", "Hello", tenant="acme")
        with kit.stream_speech("openai/tts-1", "Hello", tenant="acme") as stream:
            list(stream)

    assert [("speech", "acme", "0.000075")] * 2 == [(record.operation, record.tenant, str(record.cost)) for record in records]
