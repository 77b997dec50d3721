"""Transcription as Amazon Transcribe takes it: the recording lies in S3, and the transcript at an address that is given for a while."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from llmkit.dialects.accepted import filled, one_of, unsaid
from llmkit.dialects.answered import number, object_in, objects, text, under
from llmkit.dialects.bedrock_converse.errors import error
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.pace import paced
from llmkit.dialects.transcription.recording import address_of, no_translation, scaled
from llmkit.errors import Conflict, InvalidRequest, ProtocolError, ProviderError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.transcription import Segment, TranscriptionRequest, TranscriptionResponse, Word

__all__ = ["ADDRESSES", "NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "aws_transcriptions"
ADDRESSES = ("s3://",)
# The service model of botocore, read 2026-11-23.
_TARGET = "Transcribe."
_STATUS: dict[str, JobStatus] = {"QUEUED": "queued", "IN_PROGRESS": "running", "COMPLETED": "succeeded", "FAILED": "failed"}
_FORMATS = ("mp3", "mp4", "wav", "flac", "ogg", "amr", "webm", "m4a")


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask, and wait for what is said."""
    reply = yield from whole_job(start, poll, request, place)
    return reply


@paced
def start(request: TranscriptionRequest, place: Place, /) -> JobSteps:
    """Begin. Raises `InvalidRequest` for a recording that does not lie in S3."""
    no_translation(request, place)
    address = address_of(request)
    if address is None or not address.startswith("s3://"):
        raise InvalidRequest(f"{place.provider} reads recordings from S3.", parameter="audio", hint="Pass 's3://bucket/recording.mp3'.")
    ending = address.rpartition(".")[2].lower()
    speakers = request.speakers if request.speakers is not None else 10 if request.diarize else None
    name = _name(request, address)
    body = filled(
        TranscriptionJobName=name,
        Media={"MediaFileUri": address},
        MediaFormat=one_of("the recording's ending", ending, _FORMATS, place.provider) if ending in _FORMATS else None,
        LanguageCode=request.language,
        IdentifyLanguage=True if request.language is None else None,
        ModelSettings={"LanguageModelName": place.model} if place.model != "transcribe" else None,
        Settings={"ShowSpeakerLabels": True, "MaxSpeakerLabels": max(2, speakers)} if speakers is not None else None,
    )
    try:
        answer = yield _call("StartTranscriptionJob", body, tuple(unsaid(request, "prompt", "temperature", "user")))
    except Conflict:  # it was begun before: by a try whose answer was lost, or by an earlier call for the same recording
        return JobState(handle=name, status="queued", delay=0.0)
    told = under(object_in(answer, "a job"), "TranscriptionJob")
    return JobState(handle=text(under(told, "TranscriptionJobName")) or name, status="queued", delay=5.0)


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Look how it stands; fetch what is said."""
    answer = yield _call("GetTranscriptionJob", {"TranscriptionJobName": state.handle})
    told = under(object_in(answer, "a job"), "TranscriptionJob")
    status = _STATUS.get(str(under(told, "TranscriptionJobStatus")), "running")
    if status == "failed":
        return JobState(
            handle=state.handle, status=status, failure=ProviderError(text(under(told, "FailureReason")) or "It failed.", status=200)
        )
    if status != "succeeded":
        return JobState(handle=state.handle, status=status, delay=5.0)
    address = text(under(told, "Transcript", "TranscriptFileUri"))
    if address is None:
        raise ProtocolError("The answer names no transcript.")
    answer = yield Ask(url=address, method="GET")
    reply = _read(object_in(answer, "a transcript")).replace(
        raw=msgspec.Raw(answer.body), id=state.handle, language=text(under(told, "LanguageCode"))
    )
    return JobState(handle=state.handle, status="succeeded", reply=reply)


def cancel(state: JobState, place: Place, /) -> JobSteps:
    """End and delete it."""
    yield _call("DeleteTranscriptionJob", {"TranscriptionJobName": state.handle})
    return JobState(handle=state.handle, status="cancelled")


def _call(action: str, body: dict[str, Any], warnings: tuple[Any, ...] = ()) -> Ask:
    headers = {"X-Amz-Target": _TARGET + action, "Content-Type": "application/x-amz-json-1.1"}
    return Ask(path="/", body=msgspec.json.encode(body), headers=headers, warnings=warnings)


def _name(request: TranscriptionRequest, address: str) -> str:
    """Return a name for the job; the same question has the same name, so that asking twice does not pay twice."""
    said = f"{address}\n{request.language}\n{request.diarize}\n{request.speakers}"
    return f"llmkit-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _read(found: dict[str, Any]) -> TranscriptionResponse:
    results = under(found, "results")
    words: list[Word] = []
    for item in objects(under(results, "items")):
        said = text(under(item, "alternatives", 0, "content")) or ""
        if item.get("type") == "punctuation" and words:
            words[-1] = words[-1].replace(text=words[-1].text + said)
        elif said:
            words.append(
                Word(
                    text=said,
                    start=scaled(item.get("start_time"), 1.0),
                    end=scaled(item.get("end_time"), 1.0),
                    speaker=text(item.get("speaker_label")),
                    confidence=number(under(item, "alternatives", 0, "confidence")),
                )
            )
    pieces = [
        Segment(
            text=text(item.get("transcript")) or "",
            start=scaled(item.get("start_time"), 1.0),
            end=scaled(item.get("end_time"), 1.0),
            speaker=text(item.get("speaker_label")),
        )
        for item in objects(under(results, "audio_segments"))
    ]
    return TranscriptionResponse(
        text=(text(under(results, "transcripts", 0, "transcript")) or "").strip(), words=tuple(words), segments=tuple(pieces)
    )
