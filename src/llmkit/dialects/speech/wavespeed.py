"""Speech of the models that WaveSpeed serves: a task, the model's own fields, a file at an address."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import object_in, text, under
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.speech.sound import characters
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.parts import Audio
from llmkit.types.speech import SpeechRequest, SpeechResponse

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "wavespeed_speech"
# wavespeed.ai/docs, read 2026-11-23.
_STATUS: dict[str, JobStatus] = {"created": "queued", "processing": "running", "completed": "succeeded", "failed": "failed"}


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask, wait for it, and return where the sound is."""
    reply = yield from whole_job(start, poll, request, place)
    return reply.replace(units=characters(request.text))


@paced
def start(request: SpeechRequest, place: Place, /) -> JobSteps:
    """Begin it."""
    body = filled(text=request.text, voice_id=request.voice, speed=request.speed, format=request.format, sample_rate=request.sample_rate)
    named = unsaid(request, "language", "instructions", detail="models name it in their own ways: use extra_body")
    answer = yield Ask(path=place.path, body=body, warnings=tuple(named + unsaid(request, "user")))
    return _state(answer)


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"/predictions/{quote(state.handle, safe='')}/result", method="GET")
    return _state(answer)


def _state(answer: Answer) -> JobState:
    told = under(object_in(answer, "a task"), "data")
    handle = text(under(told, "id"))
    if handle is None:
        raise ProtocolError("The answer names no task.")
    status = _STATUS.get(str(under(told, "status")), "running")
    if status == "failed":
        return JobState(handle=handle, status=status, failure=ProviderError(text(under(told, "error")) or "The task failed.", status=200))
    return JobState(handle=handle, status=status, delay=1.0, reply=_read(told) if status == "succeeded" else None)


def _read(told: Any) -> SpeechResponse:
    url = text(under(told, "outputs", 0))
    if url is None:
        raise ProtocolError("The answer names no sound.")
    return SpeechResponse(audio=Audio(url=url), model=text(under(told, "model")) or "", id=text(under(told, "id")))
