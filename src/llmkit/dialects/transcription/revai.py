"""Transcription as Rev AI takes it: begin with the recording, look until it is done, fetch the transcript."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, object_in, objects, text
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.transcription.recording import WEB, address_of, form_file, heard_seconds, no_translation, scaled, speaker
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Ask, Form, Place, Steps
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.transcription import Segment, TranscriptionRequest, TranscriptionResponse, Word

__all__ = ["ADDRESSES", "NAME", "error", "poll", "start", "steps"]

NAME = "revai_transcriptions"
ADDRESSES = WEB
_STATUS: dict[str, JobStatus] = {"in_progress": "running", "transcribed": "succeeded", "failed": "failed"}
_KIND = "application/vnd.rev.transcript.v1.0+json"


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask, and wait for what is said."""
    reply = yield from whole_job(start, poll, request, place)
    return reply


@paced
def start(request: TranscriptionRequest, place: Place, /) -> JobSteps:
    """Begin (docs.rev.ai/api/asynchronous/reference, read 2026-11-23)."""
    no_translation(request, place)
    address = address_of(request)
    terms = [term.strip() for term in (request.prompt or "").split(",") if term.strip()]
    config = filled(
        source_config={"url": address} if address is not None else None,
        transcriber=None if place.model == "transcribe" else place.model,
        language=request.language,
        skip_diarization=None if request.diarize is None and request.speakers is None else not (request.diarize or request.speakers),
        speakers_count=request.speakers,
        custom_vocabularies=[{"phrases": terms}] if terms else None,
    )
    body: Any = config if address is not None else Form(fields=(("media", form_file(request, place)), ("options", json.dumps(config))))
    answer = yield Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "temperature", "user")))
    found = object_in(answer, "a job")
    handle = text(found.get("id"))
    if handle is None:
        raise ProtocolError("The answer names no job.")
    now = _state(handle, found)
    return now if now.status != "succeeded" else JobState(handle=handle, status="running", delay=0.0)  # what is said is yet to be fetched


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Look how it stands; fetch what is said."""
    job = f"{place.path}/{quote(state.handle, safe='')}"
    answer = yield Ask(path=job, method="GET")
    found = object_in(answer, "a job")
    now = _state(state.handle, found)
    if now.status != "succeeded":
        return now
    answer = yield Ask(path=f"{job}/transcript", method="GET", headers={"Accept": _KIND})
    reply = _read(object_in(answer, "a transcript"), found).replace(raw=msgspec.Raw(answer.body))
    return JobState(handle=state.handle, status="succeeded", reply=reply)


def _state(handle: str, found: dict[str, Any]) -> JobState:
    status = _STATUS.get(str(found.get("status")), "running")
    if status == "failed":
        why = text(found.get("failure_detail")) or "It was not heard."
        return JobState(handle=handle, status=status, failure=ProviderError(why, status=200, code=text(found.get("failure"))))
    return JobState(handle=handle, status=status, delay=3.0)


def _read(found: dict[str, Any], job: dict[str, Any]) -> TranscriptionResponse:
    segments: list[Segment] = []
    words: list[Word] = []
    for monologue in objects(found.get("monologues")):
        who, elements = speaker(monologue.get("speaker")), objects(monologue.get("elements"))
        said = [_word(item, who) for item in elements if item.get("type") == "text"]
        words += said
        whole = "".join([value for item in elements if isinstance(value := item.get("value"), str)]).strip()
        if whole:
            start, end = (said[0].start, said[-1].end) if said else (None, None)
            segments.append(Segment(text=whole, start=start, end=end, speaker=who))
    duration = number(job.get("duration_seconds"))
    return TranscriptionResponse(
        text="\n".join([segment.text for segment in segments]),
        language=text(job.get("language")),
        duration=duration,
        segments=tuple(segments),
        words=tuple(words),
        units=heard_seconds(duration),
        id=text(job.get("id")),
    )


def _word(item: dict[str, Any], who: str | None) -> Word:
    return Word(
        text=(text(item.get("value")) or "").strip(),
        start=scaled(item.get("ts"), 1.0),
        end=scaled(item.get("end_ts"), 1.0),
        speaker=who,
        confidence=number(item.get("confidence")),
    )
