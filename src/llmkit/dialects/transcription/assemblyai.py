"""Transcription as AssemblyAI takes it: upload, begin, look until it is done."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, object_in, objects, text
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import loads
from llmkit.dialects.pace import paced
from llmkit.dialects.transcription.recording import WEB, address_of, data_of, heard_seconds, no_translation, segment, word
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.transcription import TranscriptionRequest, TranscriptionResponse

__all__ = ["ADDRESSES", "NAME", "error", "poll", "start", "steps"]

NAME = "assemblyai_transcriptions"
ADDRESSES = WEB
_STATUS: dict[str, JobStatus] = {"queued": "queued", "processing": "running", "completed": "succeeded", "error": "failed"}
_MILLI = 0.001


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask, and wait for what is said."""
    reply = yield from whole_job(start, poll, request, place)
    return reply


@paced
def start(request: TranscriptionRequest, place: Place, /) -> JobSteps:
    """Upload the recording, where it has no address, and begin (assemblyai.com/docs/api-reference, read 2026-11-23)."""
    no_translation(request, place)
    address = address_of(request) or (yield from _uploaded(request, place))
    body = filled(
        audio_url=address,
        speech_models=None if place.model == "transcribe" else [place.model],
        language_code=request.language and request.language.replace("-", "_").lower(),
        language_detection=True if request.language is None else None,
        speaker_labels=True if request.diarize or request.speakers else None,
        speakers_expected=request.speakers,
        keyterms_prompt=_terms(request.prompt),
    )
    answer = yield Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "temperature", "user")))
    return _state(_transcript(answer))


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Look how it stands; where it is done, ask for its sentences too."""
    answer = yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}", method="GET")
    return _state(_transcript(answer), answer.body)


def _terms(prompt: str | None) -> list[str] | None:
    """Return names and terms, which commas separate."""
    return [term.strip() for term in prompt.split(",") if term.strip()] if prompt is not None else None


def _uploaded(request: TranscriptionRequest, place: Place) -> Generator[Ask, Answer, str]:
    answer = yield Ask(path="/upload", body=data_of(request, place))
    address = text(object_in(answer, "an upload").get("upload_url"))
    if address is None:
        raise ProtocolError("The answer names no upload.")
    return address


def _transcript(answer: Answer) -> dict[str, Any]:
    """Return the transcript; what stands in its `error` is why it failed, and no error of the answer."""
    found: Any = None
    with suppress(ValueError):
        found = loads(answer.body)
    if not isinstance(found, dict) or not text(found.get("id")):
        object_in(answer, "a transcript")
        raise ProtocolError("The answer names no transcript.")
    return found


def _state(found: dict[str, Any], body: bytes = b"") -> JobState:
    handle, status = found["id"], _STATUS.get(str(found.get("status")), "running")
    if status == "failed":
        return JobState(handle=handle, status=status, failure=ProviderError(text(found.get("error")) or "It was not heard.", status=200))
    made = _read(found, body) if status == "succeeded" else None
    return JobState(handle=handle, status=status, delay=3.0, reply=made)


def _read(found: dict[str, Any], body: bytes) -> TranscriptionResponse:
    duration = number(found.get("audio_duration"))
    return TranscriptionResponse(
        text=(text(found.get("text")) or "").strip(),
        language=text(found.get("language_code")),
        duration=duration,
        segments=tuple([segment(item, scale=_MILLI) for item in objects(found.get("utterances"))]),
        words=tuple([word(item, name="text", scale=_MILLI) for item in objects(found.get("words"))]),
        units=heard_seconds(duration),
        id=text(found.get("id")),
        model=text(found.get("speech_model_used")) or text(found.get("speech_model")) or "",
        raw=msgspec.Raw(body),
    )
