"""Recorded speech."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from llmkit.dialects.speech import deepgram, elevenlabs, gemini, mistral, openai, replicate, xai
from llmkit.types.speech import SpeechRequest
from tests.recordings.recorded import Reader, Recorded, first, place, told

_MAGIC = {
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"\xff\xf2": "audio/mpeg",
    b"RIFF": "audio/wav",
    b"fLaC": "audio/flac",
    b"OggS": "audio/ogg",
}


def _sound(recorded: Recorded) -> bool:
    return recorded.status == 200 and recorded.headers.get("content-type", "").startswith("audio/")


def _kind(data: bytes, otherwise: str) -> str:
    return next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), otherwise)


def _heard(module: Any, **request: Any) -> Any:
    def decoded(recorded: Recorded) -> Any:
        asked = SpeechRequest(model="m", text="x", **request)
        reply = told(module.steps(asked, place(recorded.model)), recorded.answer)
        return reply.audio.data, reply.audio.media_type, reply.duration

    return decoded


def _raw(recorded: Recorded) -> Any:
    return recorded.raw, _kind(recorded.raw, recorded.headers["content-type"]), None


_OPENAI = {"model", "input", "voice", "response_format", "speed", "instructions"}


def _openai_sent(recorded: Recorded) -> Any:
    return recorded.sent if isinstance(recorded.sent, dict) and set(recorded.sent) <= _OPENAI else None


def _openai_encoded(recorded: Recorded) -> Any:
    body = _openai_sent(recorded)
    if body is None:
        return None
    request = SpeechRequest(
        model="m",
        text=body["input"],
        voice=body.get("voice"),
        format=body.get("response_format"),
        speed=body.get("speed"),
        instructions=body.get("instructions"),
    )
    return first(openai.steps(request, place(body["model"]))).body


def _mistral_expected(recorded: Recorded) -> Any:
    data = base64.b64decode(recorded.json["audio_data"])
    return data, _kind(data, "audio/mpeg"), None


def _mistral_sent(recorded: Recorded) -> Any:
    """Return the body with today's name of the voice."""
    body = recorded.sent
    if not isinstance(body, dict) or set(body) - {"model", "input", "voice", "voice_id", "response_format"}:
        return None
    return {"voice_id" if name == "voice" else name: value for name, value in body.items()}


def _mistral_encoded(recorded: Recorded) -> Any:
    body = _mistral_sent(recorded)
    if body is None:
        return None
    request = SpeechRequest(model="m", text=body["input"], voice=body.get("voice_id"), format=body.get("response_format"))
    return first(mistral.steps(request, place(body["model"]))).body


def _xai_sent(recorded: Recorded) -> Any:
    body = recorded.sent
    return (
        body
        if isinstance(body, dict) and "text" in body and set(body) <= {"text", "language", "voice_id", "speed", "output_format"}
        else None
    )


def _xai_encoded(recorded: Recorded) -> Any:
    body = _xai_sent(recorded)
    if body is None:
        return None
    language = None if body.get("language") == "auto" else body.get("language")
    codec = body.get("output_format", {}).get("codec")
    request = SpeechRequest(
        model="m", text=body["text"], voice=body.get("voice_id"), language=language, format=codec, speed=body.get("speed")
    )
    return first(xai.steps(request, place("speech"))).body


def _query(recorded: Recorded) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(recorded.url).query))


_DEEPGRAM = {("mp3", ""): "mp3", ("linear16", "wav"): "wav", ("linear16", "none"): "pcm", ("", ""): None}


def _deepgram_sent(recorded: Recorded) -> Any:
    return {"query": _query(recorded), "body": recorded.sent}


def _deepgram_encoded(recorded: Recorded) -> Any:
    query = _query(recorded)
    format = _DEEPGRAM[query.get("encoding", ""), query.get("container", "")]
    ask = first(deepgram.steps(SpeechRequest(model="m", text=recorded.sent["text"], format=format), place(query["model"])))
    return {"query": dict(parse_qsl(urlsplit(ask.path).query)), "body": ask.body}


def _gemini_expected(recorded: Recorded) -> Any:
    part = recorded.json["candidates"][0]["content"]["parts"][0]["inlineData"]
    data = base64.b64decode(part["data"])
    return data, _kind(data, part["mimeType"]), None


def _prediction(recorded: Recorded) -> Any:
    """Return status and address of what the prediction stands at."""
    steps = replicate.start(SpeechRequest(model="m", text="x"), place("a/b", "/models/a/b/predictions"))
    state = told(steps, recorded.answer)
    return state.handle, state.status, state.reply and state.reply.audio.url


def _prediction_expected(recorded: Recorded) -> Any:
    body = recorded.json
    return body["id"], {"starting": "queued", "processing": "running"}.get(body["status"], body["status"]), body["output"]


READERS = [
    Reader(
        codec="openai_speech",
        apis=("audio.speech",),
        takes=lambda recorded: _sound(recorded) and recorded.path.endswith("/audio/speech"),
        decoded=_heard(openai),
        expected=_raw,
        encoded=_openai_encoded,
        sent=_openai_sent,
    ),
    Reader(
        codec="mistral_speech",
        apis=("audio.speech",),
        takes=lambda recorded: recorded.provider == "mistral",
        decoded=_heard(mistral),
        expected=_mistral_expected,
        encoded=_mistral_encoded,
        sent=_mistral_sent,
    ),
    Reader(
        codec="xai_speech",
        apis=("audio.speech",),
        takes=lambda recorded: recorded.provider == "xai" and _sound(recorded),
        decoded=_heard(xai),
        expected=_raw,
        encoded=_xai_encoded,
        sent=_xai_sent,
    ),
    Reader(
        codec="deepgram_speech",
        apis=("audio.speech",),
        takes=lambda recorded: recorded.provider == "deepgram" and _sound(recorded),
        decoded=_heard(deepgram),
        expected=_raw,
        encoded=_deepgram_encoded,
        sent=_deepgram_sent,
    ),
    Reader(
        codec="elevenlabs_speech",
        apis=("audio.speech",),
        takes=lambda recorded: recorded.provider == "elevenlabs" and _sound(recorded),
        decoded=_heard(elevenlabs, voice="v"),
        expected=_raw,
    ),
    Reader(
        codec="gemini_speech",
        apis=("audio.speech",),
        takes=lambda recorded: recorded.provider == "google",
        decoded=_heard(gemini),
        expected=_gemini_expected,
    ),
    Reader(
        codec="replicate_speech",
        apis=("audio.speech",),
        takes=lambda recorded: recorded.provider == "replicate",
        decoded=_prediction,
        expected=_prediction_expected,
    ),
]
