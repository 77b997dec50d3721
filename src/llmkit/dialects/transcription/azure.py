"""Transcription as Azure's speech service takes it at once: a form with the recording and a definition."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, object_in, objects, text, under
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import form_file, heard_seconds, no_translation, speaker
from llmkit.types.asking import Ask, Form, Place, Steps
from llmkit.types.transcription import Segment, TranscriptionRequest, TranscriptionResponse, Word

__all__ = ["NAME", "error", "steps"]

NAME = "azure_transcriptions"


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said (learn.microsoft.com/azure/ai-services/speech-service/fast-transcription-create, read 2026-11-23)."""
    no_translation(request, place)
    terms = [term.strip() for term in (request.prompt or "").split(",") if term.strip()]
    speakers = request.speakers is not None or request.diarize
    definition = filled(
        locales=[request.language] if request.language is not None else None,
        diarization=filled(enabled=True, maxSpeakers=request.speakers) if speakers else None,
        phraseList={"phrases": terms} if terms else None,
    )
    form = Form(fields=(("audio", form_file(request, place)), ("definition", json.dumps(definition))))
    answer = yield Ask(path=place.path, body=form, warnings=tuple(unsaid(request, "temperature", "user")))
    found = object_in(answer, "a transcript")
    phrases = objects(found.get("phrases"))
    length = number(found.get("durationMilliseconds"))
    duration = None if length is None else length / 1000
    return TranscriptionResponse(
        text="\n".join([text(item.get("text")) or "" for item in objects(found.get("combinedPhrases"))]).strip(),
        language=text(under(phrases, 0, "locale")),
        duration=duration,
        segments=tuple([Segment(**_heard(item), confidence=number(item.get("confidence"))) for item in phrases]),
        words=tuple([Word(**_heard(item, one)) for one in phrases for item in objects(one.get("words"))]),
        units=heard_seconds(duration),
        raw=msgspec.Raw(answer.body),
    )


def _heard(item: dict[str, Any], phrase: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return text, times and speaker; a word's speaker is the phrase's."""
    start, length = number(item.get("offsetMilliseconds")), number(item.get("durationMilliseconds"))
    return {
        "text": (text(item.get("text")) or "").strip(),
        "start": None if start is None else start / 1000,
        "end": None if start is None or length is None else (start + length) / 1000,
        "speaker": speaker((phrase or item).get("speaker")),
    }
