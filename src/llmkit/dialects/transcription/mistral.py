"""Transcription as Mistral takes it."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import unsaid
from llmkit.dialects.answered import count, number, object_in, objects, text, under
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.pieces import TranscriptEvents, fold
from llmkit.dialects.transcription.recording import WEB, address_of, form_file, heard_seconds, no_translation, segment, spelled
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.transcription import TranscriptChunk, TranscriptionRequest, TranscriptionResponse
from llmkit.types.usage import Usage

__all__ = ["ADDRESSES", "NAME", "ask_stream", "decoder", "error", "fold", "steps"]

NAME = "mistral_transcriptions"
ADDRESSES = WEB
_LIMIT = 4 << 20


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said."""
    answer = yield _ask(request, place)
    return _read(object_in(answer, "a transcript")).replace(raw=msgspec.Raw(answer.body))


def ask_stream(request: TranscriptionRequest, place: Place, /) -> Ask:
    """Ask for what is said while it is heard."""
    return _ask(request, place, stream=True)


def decoder(request: TranscriptionRequest, place: Place, /) -> TranscriptEvents:
    """Return the decoder of its events."""
    return _Events(ServerSentEvents(max_event=_LIMIT, max_line=_LIMIT))


def _ask(request: TranscriptionRequest, place: Place, stream: bool = False) -> Ask:
    no_translation(request, place)
    address, wanted = address_of(request), request.granularity
    settings = {
        "model": place.model,
        "file_url": address,
        "file_id": request.audio.file_id,
        "language": request.language,
        "temperature": request.temperature,
        "stream": stream or None,
        "diarize": True if request.diarize or request.speakers else None,
        "timestamp_granularities": None if wanted == "none" else wanted,
    }
    fields: list[tuple[str, str | FormFile]] = [(name, spelled(value)) for name, value in settings.items() if value is not None]
    if request.prompt is not None:  # names and terms, separated by commas (docs.mistral.ai, read 2026-11-23)
        fields += [("context_bias", term.strip()) for term in request.prompt.split(",") if term.strip()]
    if address is None and request.audio.file_id is None:
        fields.append(("file", form_file(request, place)))
    warnings = unsaid(request, "speakers", detail="the model finds out how many there are") + unsaid(request, "user")
    return Ask(path=place.path, body=Form(fields=tuple(fields)), warnings=tuple(warnings))


def _read(found: dict[str, Any]) -> TranscriptionResponse:
    seconds = number(under(found, "usage", "prompt_audio_seconds"))
    told = found.get("usage")
    return TranscriptionResponse(
        text=(text(found.get("text")) or "").strip(),
        language=text(found.get("language")),
        duration=number(found.get("duration")),
        segments=tuple([segment(item, who="speaker_id") for item in objects(found.get("segments"))]),
        model=text(found.get("model")) or "",
        units=heard_seconds(seconds),
        usage=_usage(told) if isinstance(told, dict) else None,
    )


def _usage(told: dict[str, Any]) -> Usage:
    audio = count(under(told, "prompt_tokens_details", "audio_tokens"))
    return Usage(uncached=count(told.get("prompt_tokens")) + audio, output_text=count(told.get("completion_tokens")), input_audio=audio)


class _Events(TranscriptEvents):
    """The events of the SDK's `TranscriptionStreamEvents`, read 2026-11-23."""

    def _heard(self, event: dict[str, Any], /) -> TranscriptChunk | None:
        match event.get("type"):
            case "transcription.language":
                self._language = text(event.get("audio_language"))
            case "transcription.text.delta":
                return self._words(text(event.get("text")) or "")
            case "transcription.segment":
                return self._finished(segment(event, who="speaker_id"), text(event.get("text")) or "")
            case "transcription.done":
                return self._whole(_read(event))
        return None
