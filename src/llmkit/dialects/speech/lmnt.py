"""Speech as LMNT takes it."""

from __future__ import annotations

import json
from typing import Any

from llmkit.dialects.accepted import filled, needed, one_of, unsaid, within
from llmkit.dialects.answered import objects, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, RawSound, characters, fold, heard
from llmkit.errors import ProtocolError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.speech import SpeechRequest, Voice

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "next_voices", "steps", "voices_in", "voices_path"]

NAME = "lmnt_speech"
# docs.lmnt.com/api-reference/speech/synthesize-speech-bytes, read 2026-11-23.
_FORMATS = {"aac": "aac", "mp3": "mp3", "mulaw": "ulaw", "pcm": "pcm_s16le", "wav": "wav"}
_RATES = ("8000", "16000", "24000")


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
    rate = request.sample_rate
    if rate is not None:
        one_of("sample_rate", str(rate), _RATES, place.provider)
    body = filled(
        model=place.model if place.model != "speech" else None,
        text=request.text,
        voice=needed("voice", request.voice, place.provider, "kit.voices() lists them."),
        format=request.format and _FORMATS[one_of("format", request.format, list(_FORMATS), place.provider)],
        sample_rate=rate,
        language=request.language,
        speed=within("speed", request.speed, 0.25, 2.0, place.provider),
    )
    return Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "instructions", "user")))


def voices_path(place: Place, page: str | None) -> str:
    """Return where the voices are: all on one page."""
    return place.path


def voices_in(answer: Answer) -> list[Voice]:
    """Return the voices. Raises `ProtocolError` for what is no list."""
    try:
        found: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise ProtocolError("The answer is no list of voices.")
    return [_voice(item) for item in objects(found)]


def next_voices(answer: Answer) -> str | None:
    """Return None: there is one page."""
    return None


def _voice(item: dict[str, Any]) -> Voice:
    owner = text(item.get("owner"))
    return Voice(
        id=text(item.get("id")) or "",
        name=text(item.get("name")) or "",
        gender=text(item.get("gender")),
        description=text(item.get("description")),
        preview=text(item.get("preview_url")),
        own=None if owner is None else owner == "me",
        extra=item,
    )
