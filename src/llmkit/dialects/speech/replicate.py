"""Speech of the models on Replicate: a prediction with the model's own fields, a file at an address."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, text, under
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.speech.sound import characters
from llmkit.dialects.transcription import replicate_job
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.job import JobState, JobSteps
from llmkit.types.parts import Audio
from llmkit.types.speech import SpeechRequest, SpeechResponse

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "replicate_speech"
cancel = replicate_job.cancel


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask, wait for it, and return where the sound is."""
    reply = yield from whole_job(start, poll, request, place)
    return reply.replace(units=characters(request.text))


@paced
def start(request: SpeechRequest, place: Place, /) -> JobSteps:
    """Begin it. Fields are those most models share; `extra_body={"input": ...}` says what one calls otherwise."""
    fields = filled(text=request.text, voice=request.voice, speed=request.speed)
    named = unsaid(request, "format", "language", "instructions", "sample_rate", detail="models name it in their own ways: use extra_body")
    path, body = replicate_job.asked(place, fields)
    state = yield from replicate_job.start(Ask(path=path, body=body, warnings=tuple(named + unsaid(request, "user"))), _read)
    return state


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    found = yield from replicate_job.poll(state, _read)
    return found


def _read(found: dict[str, Any]) -> SpeechResponse:
    output = found.get("output")
    url = text(output) or text(under(output, 0)) or text(under(output, "audio")) or text(under(output, "url"))
    if url is None:
        raise ProtocolError("The answer names no sound.")
    seconds = number(under(found, "metrics", "audio_duration_seconds"))
    return SpeechResponse(audio=Audio(url=url), duration=seconds, id=text(found.get("id")), model=text(found.get("model")) or "")
