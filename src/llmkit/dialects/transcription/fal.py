"""Transcription by the models that fal serves."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import objects, text, under
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.transcription import fal_queue
from llmkit.dialects.transcription.recording import WEB, as_address, scaled, speaker, word
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.job import JobState, JobSteps
from llmkit.types.transcription import Segment, TranscriptionRequest, TranscriptionResponse, Word

__all__ = ["ADDRESSES", "NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "fal_transcriptions"
ADDRESSES = (*WEB, "data:")
cancel = fal_queue.cancel


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask, and wait for what is said."""
    reply = yield from whole_job(start, poll, request, place)
    return reply


@paced
def start(request: TranscriptionRequest, place: Place, /) -> JobSteps:
    """Begin it. The fields are those of its Whisper (fal.ai/models/fal-ai/whisper/api, read 2026-11-23)."""
    wanted = request.granularity
    speakers = True if request.diarize or request.speakers else None
    body = filled(
        audio_url=as_address(request, place),
        task="translate" if request.translate else "transcribe",
        language=request.language,
        prompt=request.prompt,
        chunk_level=None if wanted == "none" else wanted,
        diarize=speakers,
        num_speakers=request.speakers,
    )
    ask = Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "temperature", "user")))
    state = yield from fal_queue.start(ask)
    return state


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    found = yield from fal_queue.poll(state, _read)
    return found


def _read(found: dict[str, Any]) -> TranscriptionResponse:
    words = tuple([word(item, name="text") for item in objects(found.get("words")) if item.get("type", "word") == "word"])
    chunks, single = _chunks(found)
    return TranscriptionResponse(
        text=(text(found.get("text")) or "").strip(),
        language=text(under(found, "inferred_languages", 0)) or text(under(found, "languages", 0)) or text(found.get("language_code")),
        segments=() if single else chunks,
        words=words
        or (tuple([Word(text=one.text, start=one.start, end=one.end, speaker=one.speaker) for one in chunks]) if single else ()),
    )


def _chunks(found: dict[str, Any]) -> tuple[tuple[Segment, ...], bool]:
    """Return the pieces with times, and whether each is one word."""
    items = objects(found.get("chunks"))
    pieces = tuple(
        [
            Segment(
                text=(text(item.get("text")) or "").strip(),
                start=scaled(under(item, "timestamp", 0), 1.0),
                end=scaled(under(item, "timestamp", 1), 1.0),
                speaker=speaker(item.get("speaker")),
            )
            for item in items
        ]
    )
    return pieces, len(pieces) > 1 and all(len(piece.text.split()) <= 1 for piece in pieces)
