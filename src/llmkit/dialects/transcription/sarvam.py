"""Transcription as Sarvam takes it: up to half a minute at once."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import unsaid
from llmkit.dialects.answered import number, object_in, text, under
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import form_file, heard_seconds, no_speakers
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.transcription import Segment, TranscriptionRequest, TranscriptionResponse

__all__ = ["NAME", "error", "steps"]

NAME = "sarvam_transcriptions"
_MOST = 30
"""Seconds (docs.sarvam.ai/api-reference-docs/speech-to-text/transcribe, read 2026-11-23)."""


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said."""
    answer = yield _ask(request, place)
    found = object_in(answer, "a transcript")
    return TranscriptionResponse(
        text=(text(found.get("transcript")) or "").strip(),
        language=text(found.get("language_code")),
        segments=_segments(under(found, "timestamps")),
        units=heard_seconds(request.seconds),
        raw=msgspec.Raw(answer.body),
        id=text(found.get("request_id")),
    )


def _ask(request: TranscriptionRequest, place: Place) -> Ask:
    no_speakers(request, place, "Its batches do.")
    if request.timestamps == "word":
        raise UnsupportedFeature("times of words", where=place.provider, hint="It tells those of segments.")
    if request.seconds is not None and request.seconds > _MOST:
        told = f"{place.provider} hears at most {_MOST} seconds at once, not {request.seconds:.0f}."
        raise InvalidRequest(told, parameter="audio", hint="Cut the recording.")
    fields: list[tuple[str, str | FormFile]] = [("model", place.model)]
    if request.translate:
        fields.append(("mode", "translate"))
    fields.append(("language_code", request.language or "unknown"))
    if request.timestamps == "segment":
        fields.append(("with_timestamps", "true"))
    fields.append(("file", form_file(request, place)))
    return Ask(path=place.path, body=Form(fields=tuple(fields)), warnings=tuple(unsaid(request, "prompt", "temperature", "user")))


def _segments(told: Any) -> tuple[Segment, ...]:
    said, starts, ends = (under(told, name) or [] for name in ("words", "start_time_seconds", "end_time_seconds"))
    if not (isinstance(said, list) and isinstance(starts, list) and isinstance(ends, list) and len(said) == len(starts) == len(ends)):
        return ()
    return tuple(
        [Segment(text=text(one) or "", start=number(start), end=number(end)) for one, start, end in zip(said, starts, ends, strict=True)]
    )
