"""Speech as xAI takes it."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, one_of, unsaid
from llmkit.dialects.answered import object_in, objects, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, RawSound, characters, fold, heard
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.speech import SpeechRequest, Voice

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "next_voices", "steps", "voices_in", "voices_path"]

NAME = "xai_speech"
# docs.x.ai/developers/model-capabilities/audio/text-to-speech, read 2026-11-23.
_FORMATS = ("mp3", "wav", "pcm", "mulaw", "alaw")
_RATES = ("8000", "16000", "22050", "24000", "44100", "48000")


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place)
    told = {"model": place.options.get("model", ""), "request_id": answer.headers.get("x-trace-id")}
    return heard(answer, MEDIA[request.format or "mp3"], units=characters(request.text), **told)


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made: the same answer, read as it comes."""
    return _ask(request, place)


def decoder(request: SpeechRequest, place: Place, /) -> RawSound:
    """Return the decoder of its bytes."""
    return RawSound(MEDIA[request.format or "mp3"], characters(request.text))


def _ask(request: SpeechRequest, place: Place) -> Ask:
    if request.sample_rate is not None:
        one_of("sample_rate", str(request.sample_rate), _RATES, place.provider)
    codec = request.format and one_of("format", request.format, _FORMATS, place.provider)
    if codec is None and request.sample_rate is not None:
        codec = "mp3"  # a rate needs to know of what
    body = filled(
        text=request.text,
        voice_id=request.voice,
        language=request.language or "auto",  # it has to be there
        output_format=filled(codec=codec, sample_rate=request.sample_rate),
        speed=request.speed,
    )
    hint = "write tags such as [whisper] into the text"
    return Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "instructions", detail=hint) + unsaid(request, "user")))


def voices_path(place: Place, page: str | None) -> str:
    """Return where the voices are: all on one page."""
    return place.path


def voices_in(answer: Answer) -> list[Voice]:
    """Return the voices."""
    return [_voice(item) for item in objects(object_in(answer, "voices").get("voices"))]


def next_voices(answer: Answer) -> str | None:
    """Return None: there is one page."""
    return None


def _voice(item: dict[str, Any]) -> Voice:
    language = text(item.get("language"))
    return Voice(
        id=text(item.get("voice_id")) or text(item.get("id")) or "",
        name=text(item.get("name")) or "",
        languages=(language,) if language else (),
        gender=text(item.get("gender")),
        description=text(item.get("description")),
        extra=item,
    )
