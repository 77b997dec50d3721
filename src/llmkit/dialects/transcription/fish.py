"""Transcription as Fish Audio takes it."""

from __future__ import annotations

import msgspec

from llmkit.dialects.accepted import unsaid
from llmkit.dialects.answered import number, object_in, objects, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import form_file, heard_seconds, no_speakers, no_translation, segment
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.transcription import TranscriptionRequest, TranscriptionResponse

__all__ = ["NAME", "error", "steps"]

NAME = "fish_transcriptions"


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said (docs.fish.audio/api-reference/endpoint/openapi-v1/speech-to-text, read 2026-11-23)."""
    no_translation(request, place)
    no_speakers(request, place)
    if request.timestamps == "word":
        raise UnsupportedFeature("times of words", where=place.provider, hint="It tells those of segments.")
    fields: list[tuple[str, str | FormFile]] = [] if request.language is None else [("language", request.language)]
    fields += [("ignore_timestamps", "false" if request.timestamps == "segment" else "true"), ("audio", form_file(request, place))]
    warnings = unsaid(request, "prompt", "temperature", "user")
    answer = yield Ask(path=place.path, body=Form(fields=tuple(fields)), warnings=tuple(warnings))
    found = object_in(answer, "a transcript")
    duration = number(found.get("duration"))
    return TranscriptionResponse(
        text=(text(found.get("text")) or "").strip(),
        duration=duration,
        segments=tuple([segment(item) for item in objects(found.get("segments"))]),
        units=heard_seconds(duration),
        raw=msgspec.Raw(answer.body),
    )
