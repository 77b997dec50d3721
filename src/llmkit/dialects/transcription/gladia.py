"""Transcription as Gladia takes it: upload, begin, look until it is done."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, object_in, objects, text, under
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.transcription.recording import WEB, address_of, form_file, heard_seconds, segment, word
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Answer, Ask, Form, Place, Steps
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.transcription import TranscriptionRequest, TranscriptionResponse

__all__ = ["ADDRESSES", "NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "gladia_transcriptions"
ADDRESSES = WEB
_STATUS: dict[str, JobStatus] = {"queued": "queued", "processing": "running", "done": "succeeded", "error": "failed"}


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask, and wait for what is said."""
    reply = yield from whole_job(start, poll, request, place)
    return reply


@paced
def start(request: TranscriptionRequest, place: Place, /) -> JobSteps:
    """Upload the recording, where it has no address, and begin (docs.gladia.io/api-reference/v2, read 2026-11-23)."""
    address = address_of(request) or (yield from _uploaded(request, place))
    body = filled(
        audio_url=address,
        model=None if place.model == "transcribe" else place.model,
        language_config={"languages": [request.language]} if request.language is not None else None,
        context_prompt=request.prompt,
        diarization=True if request.diarize or request.speakers else None,
        diarization_config=filled(number_of_speakers=request.speakers),
        translation=True if request.translate else None,
        translation_config={"target_languages": ["en"]} if request.translate else None,
    )
    answer = yield Ask(path=place.path, body=body, accepts=(201,), warnings=tuple(unsaid(request, "temperature", "user")))
    handle = text(object_in(answer, "a transcription").get("id"))
    if handle is None:
        raise ProtocolError("The answer names no transcription.")
    return JobState(handle=handle, status="queued", delay=1.0)


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Look how it stands."""
    answer = yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}", method="GET")
    found = object_in(answer, "a transcription")
    status = _STATUS.get(str(found.get("status")), "running")
    if status == "failed":
        code = found.get("error_code")
        return JobState(
            handle=state.handle, status=status, failure=ProviderError(f"It was not heard (error {code}).", status=200, code=str(code))
        )
    made = _read(found, answer.body) if status == "succeeded" else None
    return JobState(handle=state.handle, status=status, delay=1.0, reply=made)


def cancel(state: JobState, place: Place, /) -> JobSteps:
    """End and delete it."""
    yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}", method="DELETE", accepts=(204,))
    return JobState(handle=state.handle, status="cancelled")


def _uploaded(request: TranscriptionRequest, place: Place) -> Generator[Ask, Answer, str]:
    answer = yield Ask(path="/v2/upload", body=Form(fields=(("audio", form_file(request, place)),)))
    address = text(object_in(answer, "an upload").get("audio_url"))
    if address is None:
        raise ProtocolError("The answer names no upload.")
    return address


def _read(found: dict[str, Any], body: bytes) -> TranscriptionResponse:
    heard = under(found, "result", "transcription")
    translated = under(found, "result", "translation", "results", 0)
    said = translated if under(found, "request_params", "translation") is True and isinstance(translated, dict) else heard
    utterances = objects(under(said, "utterances"))
    duration = number(under(found, "result", "metadata", "audio_duration")) or number(under(found, "file", "audio_duration"))
    billed = number(under(found, "result", "metadata", "billing_time"))
    return TranscriptionResponse(
        text=(text(under(said, "full_transcript")) or "").strip(),
        language=text(under(heard, "languages", 0)),
        duration=duration,
        segments=tuple([segment(item) for item in utterances]),
        words=tuple([word(item) for one in utterances for item in objects(one.get("words"))]),
        units=heard_seconds(billed if billed is not None else duration),
        id=text(found.get("id")),
        raw=msgspec.Raw(body),
    )
