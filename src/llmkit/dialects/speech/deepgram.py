"""Speech as Deepgram takes it: the settings in the query, the voice in the model's name."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from llmkit.dialects.accepted import filled, one_of, unsaid
from llmkit.dialects.answered import number
from llmkit.dialects.speech.sound import MEDIA, RawSound, characters, fold, heard
from llmkit.dialects.transcription.deepgram import error
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.speech import SpeechRequest

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "steps"]

NAME = "deepgram_speech"
# developers.deepgram.com/docs/tts-media-output-settings, read 2026-11-23: encodings and their containers.
_FORMATS: dict[str, dict[str, str]] = {
    "mp3": {"encoding": "mp3"},
    "wav": {"encoding": "linear16", "container": "wav"},
    "pcm": {"encoding": "linear16", "container": "none"},
    "opus": {"encoding": "opus", "container": "ogg"},
    "flac": {"encoding": "flac"},
    "aac": {"encoding": "aac"},
    "mulaw": {"encoding": "mulaw", "container": "none"},
    "alaw": {"encoding": "alaw", "container": "none"},
}


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place)
    letters = number(answer.headers.get("dg-char-count"))
    units = characters(request.text) if letters is None else {"characters_in": letters}
    model = answer.headers.get("dg-model-name", "")
    return heard(answer, MEDIA[request.format or "mp3"], units=units, model=model, request_id=answer.headers.get("dg-request-id"))


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made: the same answer, read as it comes."""
    return _ask(request, place)


def decoder(request: SpeechRequest, place: Place, /) -> RawSound:
    """Return the decoder of its bytes."""
    return RawSound(MEDIA[request.format or "mp3"], characters(request.text))


def _ask(request: SpeechRequest, place: Place) -> Ask:
    known = _FORMATS[one_of("format", request.format, list(_FORMATS), place.provider)] if request.format is not None else {}
    query: dict[str, Any] = filled(model=_model(request, place), **known, sample_rate=request.sample_rate)
    warnings = unsaid(request, "speed", "instructions", "user")
    if request.voice is None:
        warnings += unsaid(request, "language", detail="the voice in the model's name has its language")
    return Ask(path=f"{place.path}?{urlencode(query)}", body={"text": request.text}, warnings=tuple(warnings))


def _model(request: SpeechRequest, place: Place) -> str:
    """Return the model's name, which is family, voice and language: `aura-2-thalia-en`."""
    if request.voice is None or request.voice.startswith("aura"):
        return request.voice or place.model
    return f"{place.model}-{request.voice}-{request.language or 'en'}"
