"""Transcription by the Whispers of Cloudflare Workers AI."""

from __future__ import annotations

from base64 import b64encode
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, object_in, objects, text, under
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import data_of, heard_seconds, no_speakers, no_translation, segment, word
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.transcription import TranscriptionRequest, TranscriptionResponse

__all__ = ["NAME", "error", "steps"]

NAME = "cloudflare_transcriptions"
# developers.cloudflare.com/workers-ai/models/whisper-large-v3-turbo, read 2026-11-23: this one takes JSON, the older ones bare bytes.
_TURBO = "*whisper-large-v3-turbo"


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said."""
    no_speakers(request, place)
    answer = yield _ask(request, place)
    found = object_in(answer, "a transcript")
    told = found["result"] if isinstance(found.get("result"), dict) else found
    duration = number(under(told, "transcription_info", "duration"))
    pieces = objects(told.get("segments"))
    nested = [item for one in pieces for item in objects(one.get("words"))]
    return TranscriptionResponse(
        text=(text(told.get("text")) or "").strip(),
        language=text(under(told, "transcription_info", "language")),
        duration=duration,
        segments=tuple([segment(item) for item in pieces]),
        words=tuple([word(item) for item in objects(told.get("words")) or nested]),
        units=heard_seconds(duration),
        raw=msgspec.Raw(answer.body),
    )


def _ask(request: TranscriptionRequest, place: Place) -> Ask:
    data = data_of(request, place)
    if not fnmatchcase(place.model, _TURBO):
        no_translation(request, place, f"A model such as {_TURBO[1:]} does.")
        warnings = unsaid(request, "language", "prompt", "temperature", "user")
        return Ask(path=place.path, body=data, warnings=tuple(warnings))
    body: dict[str, Any] = filled(
        audio=b64encode(data).decode(),
        task="translate" if request.translate else None,
        language=request.language,
        initial_prompt=request.prompt,
    )
    return Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "temperature", "user")))
