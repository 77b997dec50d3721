"""Transcription by models on Hugging Face: the recording is the body."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import object_in, objects, text, under
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import data_of, media_type, no_speakers, no_translation, scaled
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.transcription import Segment, TranscriptionRequest, TranscriptionResponse

__all__ = ["NAME", "error", "steps"]

NAME = "huggingface_transcriptions"


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said (huggingface.co/docs/inference-providers/tasks/automatic-speech-recognition, read 2026-11-23)."""
    no_translation(request, place)
    no_speakers(request, place)
    data = data_of(request, place)
    settings = filled(
        return_timestamps=True if request.granularity != "none" else None,
        generation_parameters=filled(temperature=request.temperature),
    )
    warnings = tuple(unsaid(request, "language", "prompt", "user"))
    if settings:
        body: Any = {"inputs": b64encode(data).decode(), "parameters": settings}
        answer = yield Ask(path=place.path, body=body, warnings=warnings)
    else:
        answer = yield Ask(path=place.path, body=data, headers={"Content-Type": media_type(request)}, warnings=warnings)
    found = object_in(answer, "a transcript")
    chunks = [
        Segment(
            text=(text(item.get("text")) or "").strip(),
            start=scaled(under(item, "timestamp", 0), 1.0),
            end=scaled(under(item, "timestamp", 1), 1.0),
        )
        for item in objects(found.get("chunks"))
    ]
    return TranscriptionResponse(text=(text(found.get("text")) or "").strip(), segments=tuple(chunks), raw=msgspec.Raw(answer.body))
