"""Transcription by the models on Replicate."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, objects, text, under
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.transcription import replicate_job
from llmkit.dialects.transcription.recording import WEB, as_address, no_speakers, scaled, segment, speaker, word
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.job import JobState, JobSteps
from llmkit.types.transcription import Segment, TranscriptionRequest, TranscriptionResponse

__all__ = ["ADDRESSES", "NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "replicate_transcriptions"
ADDRESSES = (*WEB, "data:")
cancel = replicate_job.cancel


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask, and wait for what is said."""
    reply = yield from whole_job(start, poll, request, place)
    return reply


@paced
def start(request: TranscriptionRequest, place: Place, /) -> JobSteps:
    """Begin it. Fields are those of its Whispers; `extra_body={"input": ...}` says what a model calls otherwise."""
    no_speakers(request, place, "Models do it in their own ways: use extra_body.")
    wanted = request.granularity
    fields = filled(
        audio=as_address(request, place),
        task="translate" if request.translate else "transcribe",
        language=request.language,
        timestamp=None if wanted == "none" else "chunk" if wanted == "segment" else "word",
    )
    path, body = replicate_job.asked(place, fields)
    warnings = unsaid(request, "prompt", "temperature", detail="models name it in their own ways: use extra_body") + unsaid(request, "user")
    state = yield from replicate_job.start(Ask(path=path, body=body, warnings=tuple(warnings)), _read)
    return state


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    found = yield from replicate_job.poll(state, _read)
    return found


def _read(found: dict[str, Any]) -> TranscriptionResponse:
    output = found.get("output")
    told = output if isinstance(output, dict) else {}
    words = text(output) or text(told.get("text")) or text(told.get("transcription")) or ""
    return TranscriptionResponse(
        text=words.strip(),
        language=text(told.get("detected_language")) or text(told.get("language")),
        segments=tuple([_chunk(item) for item in objects(told.get("chunks"))])
        or tuple([segment(item) for item in objects(told.get("segments"))]),
        words=tuple([word(item) for one in objects(told.get("segments")) for item in objects(one.get("words"))]),
        duration=number(under(found, "metrics", "audio_duration_seconds")),
        id=text(found.get("id")),
        model=text(found.get("model")) or "",
    )


def _chunk(item: dict[str, Any]) -> Segment:
    return Segment(
        text=(text(item.get("text")) or "").strip(),
        start=scaled(under(item, "timestamp", 0), 1.0),
        end=scaled(under(item, "timestamp", 1), 1.0),
        speaker=speaker(item.get("speaker")),
    )
