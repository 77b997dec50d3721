"""Transcription as Soniox takes it: upload, begin, look until it is done, fetch the tokens."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, object_in, objects, text
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.transcription.recording import WEB, address_of, form_file, heard_seconds, scaled, speaker, turns
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Answer, Ask, Form, Place, Steps
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.transcription import TranscriptionRequest, TranscriptionResponse, Word

__all__ = ["ADDRESSES", "NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "soniox_transcriptions"
ADDRESSES = WEB
_STATUS: dict[str, JobStatus] = {"queued": "queued", "processing": "running", "completed": "succeeded", "error": "failed"}


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask, and wait for what is said."""
    reply = yield from whole_job(start, poll, request, place)
    return reply


@paced
def start(request: TranscriptionRequest, place: Place, /) -> JobSteps:
    """Upload the recording, where it has no address, and begin (soniox.com/docs/stt/api-reference, read 2026-11-23)."""
    address = address_of(request)
    file = request.audio.file_id if address is None and request.audio.file_id is not None else None
    if address is None and file is None:
        file = yield from _uploaded(request, place)
    speakers = True if request.diarize or request.speakers else None
    body = filled(
        model=place.model,
        audio_url=address,
        file_id=file,
        language_hints=[request.language] if request.language is not None else None,
        enable_language_identification=True,
        enable_speaker_diarization=speakers,
        context=request.prompt,
        translation={"type": "one_way", "target_language": "en"} if request.translate else None,
    )
    warnings = unsaid(request, "speakers", detail="the model finds out how many there are") + unsaid(request, "temperature", "user")
    answer = yield Ask(path=place.path, body=body, accepts=(201,), warnings=tuple(warnings))
    found = object_in(answer, "a transcription")
    handle = text(found.get("id"))
    if handle is None:
        raise ProtocolError("The answer names no transcription.")
    now = _state(handle, found)
    return now if now.status != "succeeded" else JobState(handle=handle, status="running", delay=0.0)  # what is said is yet to be fetched


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Look how it stands; fetch what is said."""
    job = f"{place.path}/{quote(state.handle, safe='')}"
    answer = yield Ask(path=job, method="GET")
    found = object_in(answer, "a transcription")
    now = _state(state.handle, found)
    if now.status != "succeeded":
        return now
    answer = yield Ask(path=f"{job}/transcript", method="GET")
    reply = _read(object_in(answer, "a transcript"), found).replace(raw=msgspec.Raw(answer.body))
    return JobState(handle=state.handle, status="succeeded", reply=reply)


def cancel(state: JobState, place: Place, /) -> JobSteps:
    """Delete it."""
    yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}", method="DELETE", accepts=(204,))
    return JobState(handle=state.handle, status="cancelled")


def _uploaded(request: TranscriptionRequest, place: Place) -> Generator[Ask, Answer, str]:
    answer = yield Ask(path="/files", body=Form(fields=(("file", form_file(request, place)),)), accepts=(201,))
    file = text(object_in(answer, "a file").get("id"))
    if file is None:
        raise ProtocolError("The answer names no file.")
    return file


def _state(handle: str, found: dict[str, Any]) -> JobState:
    status = _STATUS.get(str(found.get("status")), "running")
    if status == "failed":
        why = text(found.get("error_message")) or "It was not heard."
        return JobState(handle=handle, status=status, failure=ProviderError(why, status=200, code=text(found.get("error_type"))))
    return JobState(handle=handle, status=status, delay=2.0)


def _read(found: dict[str, Any], job: dict[str, Any]) -> TranscriptionResponse:
    tokens = objects(found.get("tokens"))
    translated = [item for item in tokens if item.get("translation_status") == "translation"]
    heard = [item for item in tokens if item.get("translation_status") != "translation"]
    words = _words(heard)
    length = number(job.get("audio_duration_ms"))
    duration = None if length is None else length / 1000
    said = "".join([value for item in translated if isinstance(value := item.get("text"), str)]) if translated else found.get("text")
    return TranscriptionResponse(
        text=(text(said) or "").strip(),
        language=text(heard[0].get("language")) if heard else None,
        duration=duration,
        words=() if translated else tuple(words),  # a translation has no times
        segments=() if translated else turns(words),
        units=heard_seconds(duration),
        id=text(job.get("id")),
        model=text(job.get("model")) or "",
    )


def _words(tokens: list[dict[str, Any]]) -> list[Word]:
    """Return the words that the tokens are pieces of: a piece that begins with a space begins a word."""
    found: list[Word] = []
    fresh = True
    for token in tokens:
        piece = token.get("text")
        if not isinstance(piece, str) or not piece:
            continue
        who = speaker(token.get("speaker"))
        start, end, sure = scaled(token.get("start_ms"), 0.001), scaled(token.get("end_ms"), 0.001), number(token.get("confidence"))
        if fresh or piece[0].isspace() or found[-1].speaker != who:
            if piece.strip():
                found.append(Word(text=piece.strip(), start=start, end=end, speaker=who, confidence=sure))
        else:
            last = found[-1]
            least = None if sure is None or last.confidence is None else min(sure, last.confidence)
            found[-1] = last.replace(text=last.text + piece.strip(), end=end, confidence=least)
        fresh = not found or piece[-1].isspace()
    return found
