"""Speech as Cartesia takes it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.accepted import filled, needed, one_of, unsaid, within
from llmkit.dialects.answered import object_in, objects, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, RawSound, characters, fold, heard
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.speech import SpeechRequest, Voice

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "next_voices", "steps", "voices_in", "voices_path"]

NAME = "cartesia_speech"
# docs.cartesia.ai/api-reference/tts/bytes, version 2026-03-01, read 2026-11-23; all of the fields of a format are required.
_FORMATS: dict[str, dict[str, Any]] = {
    "mp3": {"container": "mp3", "sample_rate": 44100, "bit_rate": 128000},
    "wav": {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 44100},
    "pcm": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 44100},
    "mulaw": {"container": "raw", "encoding": "pcm_mulaw", "sample_rate": 8000},
    "alaw": {"container": "raw", "encoding": "pcm_alaw", "sample_rate": 8000},
}
RATES = ("8000", "16000", "22050", "24000", "44100", "48000")


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place)
    return heard(answer, MEDIA[request.format or "mp3"], units=characters(request.text))


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made: the same answer, read as it comes."""
    return _ask(request, place)


def decoder(request: SpeechRequest, place: Place, /) -> RawSound:
    """Return the decoder of its bytes."""
    return RawSound(MEDIA[request.format or "mp3"], characters(request.text))


def _ask(request: SpeechRequest, place: Place) -> Ask:
    known = dict(_FORMATS[one_of("format", request.format or "mp3", list(_FORMATS), place.provider)])
    if request.sample_rate is not None:
        known["sample_rate"] = int(one_of("sample_rate", str(request.sample_rate), RATES, place.provider))
    body = filled(
        model_id=place.model,
        transcript=request.text,
        voice={"mode": "id", "id": needed("voice", request.voice, place.provider, "kit.voices() lists them.")},
        output_format=known,
        language=request.language,
        generation_config=filled(speed=within("speed", request.speed, 0.6, 1.5, place.provider)),
    )
    return Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "instructions", "user")))


def voices_path(place: Place, page: str | None) -> str:
    """Return where a page of the voices is."""
    return f"{place.path}?limit=100" + (f"&starting_after={quote(page, safe='')}" if page else "")


def voices_in(answer: Answer) -> list[Voice]:
    """Return the voices of a page."""
    return [_voice(item) for item in objects(object_in(answer, "voices").get("data"))]


def next_voices(answer: Answer) -> str | None:
    """Return the next page, None for the last."""
    found = object_in(answer, "voices")
    items = objects(found.get("data"))
    return text(items[-1].get("id")) if items and found.get("has_more") is True else None


def _voice(item: dict[str, Any]) -> Voice:
    language = text(item.get("language"))
    return Voice(
        id=text(item.get("id")) or "",
        name=text(item.get("name")) or "",
        languages=(language,) if language else (),
        gender=text(item.get("gender")),
        description=text(item.get("description")),
        preview=text(item.get("preview_file_url")),
        own=item["is_owner"] if isinstance(item.get("is_owner"), bool) else None,
        extra=item,
    )
