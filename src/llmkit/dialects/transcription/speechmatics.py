"""Transcription as Speechmatics takes it: begin with the recording, look until it is done, fetch the transcript."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, object_in, objects, text, under
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.transcription.recording import WEB, address_of, form_file, heard_seconds, scaled, speaker
from llmkit.errors import ProtocolError, ProviderError, UnsupportedFeature
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.transcription import Segment, TranscriptionRequest, TranscriptionResponse, Word

__all__ = ["ADDRESSES", "NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "speechmatics_transcriptions"
ADDRESSES = WEB
_STATUS: dict[str, JobStatus] = {
    "running": "running",
    "done": "succeeded",
    "rejected": "failed",
    "deleted": "cancelled",
    "expired": "expired",
}


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask, and wait for what is said."""
    reply = yield from whole_job(start, poll, request, place)
    return reply


@paced
def start(request: TranscriptionRequest, place: Place, /) -> JobSteps:
    """Begin (docs.speechmatics.com/api-ref/batch, read 2026-11-23)."""
    if request.translate:
        raise UnsupportedFeature(
            "translation of speech alone", where=place.provider, hint="Its translations come beside the transcript: use extra_body."
        )
    address = address_of(request)
    terms = [{"content": term.strip()} for term in (request.prompt or "").split(",") if term.strip()]
    speakers = request.diarize or request.speakers
    config = filled(
        type="transcription",
        transcription_config=filled(
            language=request.language or "auto",
            operating_point=None if place.model == "transcribe" else place.model,
            diarization="speaker" if speakers else None,
            speaker_diarization_config=filled(max_speakers=request.speakers),
            additional_vocab=terms or None,
        ),
        fetch_data={"url": address} if address is not None else None,
    )
    fields: list[tuple[str, str | FormFile]] = [("config", json.dumps(config))]
    if address is None:
        fields.append(("data_file", form_file(request, place)))
    answer = yield Ask(
        path=place.path, body=Form(fields=tuple(fields)), accepts=(201,), warnings=tuple(unsaid(request, "temperature", "user"))
    )
    handle = text(object_in(answer, "a job").get("id"))
    if handle is None:
        raise ProtocolError("The answer names no job.")
    return JobState(handle=handle, status="queued", delay=2.0)


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Look how it stands; fetch what is said."""
    job = f"{place.path}/{quote(state.handle, safe='')}"
    answer = yield Ask(path=job, method="GET")
    told = under(object_in(answer, "a job"), "job")
    status = _STATUS.get(str(under(told, "status")), "running")
    if status == "failed":
        why = text(under(told, "errors", 0, "message")) or "The job was rejected."
        return JobState(handle=state.handle, status=status, failure=ProviderError(why, status=200))
    if status != "succeeded":
        return JobState(handle=state.handle, status=status, delay=2.0)
    answer = yield Ask(path=f"{job}/transcript?format=json-v2", method="GET")
    reply = _read(object_in(answer, "a transcript")).replace(raw=msgspec.Raw(answer.body), id=state.handle)
    return JobState(handle=state.handle, status="succeeded", reply=reply)


def cancel(state: JobState, place: Place, /) -> JobSteps:
    """End and delete it."""
    yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}?force=true", method="DELETE")
    return JobState(handle=state.handle, status="cancelled")


def _read(found: dict[str, Any]) -> TranscriptionResponse:
    words: list[Word] = []
    segments: list[Segment] = []
    gap = under(found, "metadata", "language_pack_info", "word_delimiter")
    between = gap if isinstance(gap, str) else " "
    for item in objects(found.get("results")):
        one = _word(item)
        if not one.text:
            continue
        if item.get("type") == "punctuation" and words and item.get("attaches_to") in (None, "previous", "both"):
            words[-1] = words[-1].replace(text=words[-1].text + one.text)
            segments[-1] = segments[-1].replace(text=segments[-1].text + one.text)
            continue
        words.append(one)
        if segments and segments[-1].speaker == one.speaker:
            segments[-1] = segments[-1].replace(text=segments[-1].text + between + one.text, end=one.end)
        else:
            segments.append(Segment(text=one.text, start=one.start, end=one.end, speaker=one.speaker))
    duration = number(under(found, "job", "duration"))
    told = any(word.speaker is not None for word in words)
    return TranscriptionResponse(
        text=("\n" if told else between).join([segment.text for segment in segments]),
        language=text(under(found, "results", 0, "alternatives", 0, "language")),
        duration=duration,
        segments=tuple(segments) if told else (),
        words=tuple(words),
        units=heard_seconds(duration),
    )


def _word(item: dict[str, Any]) -> Word:
    best = under(item, "alternatives", 0)
    who = speaker(under(best, "speaker"))
    return Word(
        text=text(under(best, "content")) or "",
        start=scaled(item.get("start_time"), 1.0),
        end=scaled(item.get("end_time"), 1.0),
        speaker=None if who == "UU" else who,  # nobody it knows
        confidence=number(under(best, "confidence")),
    )
