"""Transcription as Cartesia takes it."""

from __future__ import annotations

import msgspec

from llmkit.dialects.accepted import unsaid
from llmkit.dialects.answered import number, object_in, objects, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import form_file, heard_seconds, no_speakers, no_translation, word
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.transcription import TranscriptionRequest, TranscriptionResponse

__all__ = ["NAME", "error", "steps"]

NAME = "cartesia_transcriptions"


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said (docs.cartesia.ai/api-reference/stt/transcribe, read 2026-11-23)."""
    no_translation(request, place)
    no_speakers(request, place)
    if request.timestamps == "segment":
        raise UnsupportedFeature("times of segments", where=place.provider, hint="Ask for timestamps='word'.")
    fields: list[tuple[str, str | FormFile]] = [("model", place.model)]
    if request.language is not None:
        fields.append(("language", request.language))
    if request.timestamps == "word":
        fields.append(("timestamp_granularities[]", "word"))
    fields.append(("file", form_file(request, place)))
    warnings = unsaid(request, "prompt", "temperature", "user")
    answer = yield Ask(path=place.path, body=Form(fields=tuple(fields)), warnings=tuple(warnings))
    found = object_in(answer, "a transcript")
    duration = number(found.get("duration"))
    return TranscriptionResponse(
        text=(text(found.get("text")) or "").strip(),
        language=text(found.get("language")),
        duration=duration,
        words=tuple([word(item) for item in objects(found.get("words"))]),
        units=heard_seconds(duration),
        raw=msgspec.Raw(answer.body),
    )
