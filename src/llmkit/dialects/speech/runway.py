"""Speech and sounds as Runway takes them: a task, and a file at an address."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.accepted import filled, needed, unsaid, within
from llmkit.dialects.answered import number, object_in, text, under
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.speech.sound import characters
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.parts import Audio
from llmkit.types.speech import SoundRequest, SpeechRequest, SpeechResponse

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "runway_speech"
# docs.dev.runwayml.com/api, read 2026-11-23.
_STATUS: dict[str, JobStatus] = {
    "PENDING": "queued",
    "THROTTLED": "queued",
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
}


def steps(request: SpeechRequest | SoundRequest, place: Place, /) -> Steps:
    """Ask, wait for it, and return where the sound is."""
    reply = yield from whole_job(start, poll, request, place)
    if isinstance(request, SpeechRequest):
        return reply.replace(units=characters(request.text))
    return reply if request.seconds is None else reply.replace(units={"second": request.seconds})


@paced
def start(request: SpeechRequest | SoundRequest, place: Place, /) -> JobSteps:
    """Begin it."""
    answer = yield _ask(request, place)
    handle = text(object_in(answer, "a task").get("id"))
    if handle is None:
        raise ProtocolError("The answer names no task.")
    return JobState(handle=handle, status="queued", delay=5.0)  # asking more often than that is refused


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"/tasks/{quote(state.handle, safe='')}", method="GET")
    found = object_in(answer, "a task")
    status = _STATUS.get(str(found.get("status")), "running")
    if status == "failed":
        why = ProviderError(text(found.get("failure")) or "The task failed.", status=200, code=text(found.get("failureCode")))
        return JobState(handle=state.handle, status=status, failure=why)
    made = _read(found) if status == "succeeded" else None
    return JobState(handle=state.handle, status=status, progress=number(found.get("progress")), delay=5.0, reply=made)


def cancel(state: JobState, place: Place, /) -> JobSteps:
    """End it."""
    yield Ask(path=f"/tasks/{quote(state.handle, safe='')}", method="DELETE", accepts=(204,))
    return JobState(handle=state.handle, status="cancelled")


def _ask(request: SpeechRequest | SoundRequest, place: Place) -> Ask:
    if isinstance(request, SpeechRequest):
        voice = needed("voice", request.voice, place.provider, "Such as Maya, Arjun or Serene.")
        body = filled(model=place.model, promptText=request.text, voice={"type": "runway-preset", "presetId": voice})
        named = ("format", "speed", "language", "instructions", "sample_rate", "user")
        return Ask(path=place.path, body=body, warnings=tuple(unsaid(request, *named)))
    body = filled(
        model=place.model,
        promptText=request.text,
        duration=within("seconds", request.seconds, 0.5, 30, place.provider),
        loop=request.loop,
    )
    unsayable = ("format", "lyrics", "instrumental", "influence", "seed", "sample_rate", "user")
    return Ask(path=place.path, body=body, warnings=tuple(unsaid(request, *unsayable)))


def _read(found: dict[str, Any]) -> SpeechResponse:
    url = text(under(found, "output", 0))
    if url is None:
        raise ProtocolError("The answer names no sound.")
    return SpeechResponse(audio=Audio(url=url), id=text(found.get("id")))
