"""Speech as Resemble takes it: the sound comes as base64 inside JSON."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, needed, one_of, unsaid
from llmkit.dialects.answered import from_base64, number, object_in, objects, strings, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, RawSound, characters, fold, sounding
from llmkit.errors import ProviderError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.speech import SpeechRequest, Voice

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "next_voices", "steps", "voices_in", "voices_path"]

NAME = "resemble_speech"
# docs.app.resemble.ai/docs/text_to_speech, read 2026-11-23.
_FORMATS = ("wav", "mp3")
_RATES = ("8000", "16000", "22050", "32000", "44100", "48000")


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place, place.path)
    found = object_in(answer, "sound")
    if found.get("success") is False:
        raise ProviderError(str(found.get("issues") or found.get("message") or "It was not spoken."), status=answer.status)
    duration = number(found.get("duration"))
    data = from_base64(found.get("audio_content"), "sound")
    return sounding(data, MEDIA[request.format or "wav"], duration=duration, units=characters(request.text))


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made, which is a WAVE file."""
    one_of("format", request.format or "wav", ("wav",), f"A stream of {place.provider}")
    return _ask(request, place, place.path.replace("/synthesize", "/stream"))


def decoder(request: SpeechRequest, place: Place, /) -> RawSound:
    """Return the decoder of its bytes."""
    return RawSound(MEDIA["wav"], characters(request.text))


def _ask(request: SpeechRequest, place: Place, path: str) -> Ask:
    if request.sample_rate is not None:
        one_of("sample_rate", str(request.sample_rate), _RATES, place.provider)
    body = filled(
        voice_uuid=needed("voice", request.voice, place.provider, "kit.voices() lists them."),
        data=request.text,
        model=place.model if place.model != "speech" else None,
        sample_rate=request.sample_rate,
        output_format=None if path != place.path else request.format and one_of("format", request.format, _FORMATS, place.provider),
    )
    return Ask(path=path, body=body, warnings=tuple(unsaid(request, "speed", "language", "instructions", "user")))


def voices_path(place: Place, page: str | None) -> str:
    """Return where a page of the voices is."""
    return f"{place.path}?page={page or 1}&page_size=100"


def voices_in(answer: Answer) -> list[Voice]:
    """Return the voices of a page."""
    return [_voice(item) for item in objects(object_in(answer, "voices").get("items"))]


def next_voices(answer: Answer) -> str | None:
    """Return the next page, None for the last."""
    found = object_in(answer, "voices")
    page, pages = found.get("page"), found.get("num_pages")
    return str(page + 1) if isinstance(page, int) and isinstance(pages, int) and page < pages else None


def _voice(item: dict[str, Any]) -> Voice:
    return Voice(
        id=text(item.get("uuid")) or "",
        name=text(item.get("name")) or "",
        languages=strings(item.get("default_language"), item.get("supported_languages")),
        extra=item,
    )
