"""Speech as Sarvam takes it: base64 inside JSON, and a language that has to be told."""

from __future__ import annotations

from llmkit.dialects.accepted import filled, needed, one_of, unsaid, within
from llmkit.dialects.answered import from_base64, object_in, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, characters, sounding
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.speech import SpeechRequest

__all__ = ["NAME", "error", "steps"]

NAME = "sarvam_speech"
# docs.sarvam.ai/api-reference-docs/text-to-speech, read 2026-11-23.
_LANGUAGES = ("hi-IN", "bn-IN", "ta-IN", "te-IN", "gu-IN", "kn-IN", "ml-IN", "mr-IN", "pa-IN", "od-IN", "en-IN")
_FORMATS = {"mp3": "mp3", "wav": "wav", "aac": "aac", "opus": "opus", "flac": "flac", "pcm": "linear16", "mulaw": "mulaw", "alaw": "alaw"}
_RATES = ("8000", "16000", "22050", "24000", "32000", "44100", "48000")


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place)
    found = object_in(answer, "sound")
    sounds = found.get("audios")
    if not isinstance(sounds, list) or len(sounds) != 1:
        raise ProtocolError("The answer does not hold the one sound that was asked for.")
    data = from_base64(sounds[0], "sound")
    return sounding(data, MEDIA[request.format or "wav"], units=characters(request.text), id=text(found.get("request_id")))


def _ask(request: SpeechRequest, place: Place) -> Ask:
    if request.sample_rate is not None:
        one_of("sample_rate", str(request.sample_rate), _RATES, place.provider)
    language = needed("language", request.language, place.provider, f"One of {', '.join(_LANGUAGES)}.")
    body = filled(
        text=request.text,
        target_language_code=one_of("language", language, _LANGUAGES, place.provider),
        speaker=request.voice,
        pace=within("speed", request.speed, 0.3, 3.0, place.provider),
        speech_sample_rate=request.sample_rate,
        output_audio_codec=request.format and _FORMATS[one_of("format", request.format, list(_FORMATS), place.provider)],
        model=place.model if place.model != "speech" else None,
    )
    return Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "instructions", "user")))
