"""Transcription as xAI takes it: a form whose last field is the file; the answer has the times of all words."""

from __future__ import annotations

import msgspec

from llmkit.dialects.accepted import unsaid
from llmkit.dialects.answered import number, object_in, objects, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import WEB, address_of, form_file, heard_seconds, no_translation, spelled, turns, word
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.transcription import TranscriptionRequest, TranscriptionResponse

__all__ = ["ADDRESSES", "NAME", "error", "steps"]

NAME = "xai_transcriptions"
ADDRESSES = WEB


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said (docs.x.ai/developers/rest-api-reference/inference/voice, read 2026-11-23)."""
    answer = yield _ask(request, place)
    found = object_in(answer, "a transcript")
    words = [word(item, name="text") for item in objects(found.get("words"))]
    duration = number(found.get("duration"))
    return TranscriptionResponse(
        text=(text(found.get("text")) or "").strip(),
        language=text(found.get("language")),
        duration=duration,
        words=tuple(words),
        segments=turns(words),
        units=heard_seconds(duration),
        model=place.options.get("model", ""),
        raw=msgspec.Raw(answer.body),
        request_id=answer.headers.get("x-trace-id"),
    )


def _ask(request: TranscriptionRequest, place: Place) -> Ask:
    no_translation(request, place)
    address = address_of(request)
    settings = {
        "language": request.language,
        "format": True if request.language is not None else None,  # numbers and the like in the usual spelling of the language
        "diarize": True if request.diarize or request.speakers else None,
        "url": address,
    }
    fields: list[tuple[str, str | FormFile]] = [(name, spelled(value)) for name, value in settings.items() if value is not None]
    if request.prompt is not None:  # names and terms, separated by commas
        fields += [("keyterm", term.strip()) for term in request.prompt.split(",") if term.strip()]
    if address is None:
        fields.append(("file", form_file(request, place)))
    warnings = unsaid(request, "speakers", detail="the model finds out how many there are") + unsaid(request, "temperature", "user")
    return Ask(path=place.path, body=Form(fields=tuple(fields)), warnings=tuple(warnings))
