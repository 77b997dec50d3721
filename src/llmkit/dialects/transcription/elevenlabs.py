"""Transcription as ElevenLabs takes it: a form; the answer is a list of words."""

from __future__ import annotations

from math import exp
from typing import Any

import msgspec

from llmkit.dialects.accepted import unsaid, within
from llmkit.dialects.answered import number, object_in, objects, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import (
    address_of,
    form_file,
    heard_seconds,
    no_translation,
    scaled,
    speaker,
    spelled,
    turns,
)
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.transcription import TranscriptionRequest, TranscriptionResponse, Word

__all__ = ["ADDRESSES", "NAME", "error", "steps"]

NAME = "elevenlabs_transcriptions"
ADDRESSES = ("https://",)


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said."""
    answer = yield _ask(request, place)
    return _read(object_in(answer, "a transcript")).replace(raw=msgspec.Raw(answer.body))


def _ask(request: TranscriptionRequest, place: Place) -> Ask:
    """Return the form (elevenlabs.io/docs/api-reference/speech-to-text/convert, read 2026-11-23)."""
    no_translation(request, place)
    address = address_of(request)
    settings = {
        "model_id": place.model,
        "language_code": request.language,
        "diarize": True if request.diarize or request.speakers else None,
        "num_speakers": request.speakers,
        "timestamps_granularity": {"none": "none", "segment": "word", "word": "word"}[request.granularity],
        "temperature": within("temperature", request.temperature, 0, 2, place.provider),
        "cloud_storage_url": address,
    }
    fields: list[tuple[str, str | FormFile]] = [(name, spelled(value)) for name, value in settings.items() if value is not None]
    if request.prompt is not None:  # names and terms, separated by commas
        fields += [("keyterms", term.strip()) for term in request.prompt.split(",") if term.strip()]
    if address is None:
        fields.append(("file", form_file(request, place)))
    return Ask(path=place.path, body=Form(fields=tuple(fields)), warnings=tuple(unsaid(request, "user")))


def _read(found: dict[str, Any]) -> TranscriptionResponse:
    words = [_word(item) for item in objects(found.get("words")) if item.get("type") != "spacing"]
    ends = [word.end for word in words if word.end is not None]
    duration = number(found.get("audio_duration_secs"))
    return TranscriptionResponse(
        text=(text(found.get("text")) or "").strip(),
        language=text(found.get("language_code")),
        duration=duration,
        words=tuple(words) if ends else (),
        segments=turns(words),
        units=heard_seconds(duration),
        id=text(found.get("transcription_id")),
    )


def _word(item: dict[str, Any]) -> Word:
    logprob = number(item.get("logprob"))
    return Word(
        text=(text(item.get("text")) or "").strip(),
        start=scaled(item.get("start"), 1.0),
        end=scaled(item.get("end"), 1.0),
        speaker=speaker(item.get("speaker_id")),
        confidence=None if logprob is None or logprob > 0 else round(exp(logprob), 6),
    )
