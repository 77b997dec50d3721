"""Speech, sounds and music of the models that fal serves: a queue, the model's own fields, a file at an address."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, text, under
from llmkit.dialects.jobs import whole_job
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.pace import paced
from llmkit.dialects.speech.sound import characters
from llmkit.dialects.transcription import fal_queue
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.job import JobState, JobSteps
from llmkit.types.parts import Audio
from llmkit.types.speech import SoundRequest, SpeechRequest, SpeechResponse

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "fal_speech"
cancel = fal_queue.cancel


def steps(request: SpeechRequest | SoundRequest, place: Place, /) -> Steps:
    """Ask, wait for it, and return where the sound is."""
    units = characters(request.text) if isinstance(request, SpeechRequest) else _seconds(request)
    reply = yield from whole_job(start, poll, request, place)
    return reply.replace(units=units)


@paced
def start(request: SpeechRequest | SoundRequest, place: Place, /) -> JobSteps:
    """Begin it."""
    state = yield from fal_queue.start(Ask(path=place.path, body=_body(request), warnings=tuple(_warnings(request))))
    return state


@paced
def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    found = yield from fal_queue.poll(state, _read)
    return found


def _seconds(request: SoundRequest) -> dict[str, float]:
    return {} if request.seconds is None else {"second": request.seconds}


def _body(request: SpeechRequest | SoundRequest) -> dict[str, Any]:
    """Return the fields that most of its models share; `extra_body` says what a model calls otherwise (fal.ai/models, read 2026-11-23)."""
    if isinstance(request, SpeechRequest):
        return filled(text=request.text, voice=request.voice, speed=request.speed, output_format=request.format)
    return filled(prompt=request.text, lyrics=request.lyrics, duration=request.seconds, seed=request.seed, output_format=request.format)


def _warnings(request: SpeechRequest | SoundRequest) -> list[Any]:
    named = ("language", "instructions", "sample_rate") if isinstance(request, SpeechRequest) else ("instrumental", "loop", "influence")
    return unsaid(request, *named, "user", detail="models name it in their own ways: use extra_body")


def _read(found: dict[str, Any]) -> SpeechResponse:
    file = next((found[name] for name in ("audio", "audio_file", "audio_url") if found.get(name)), None)
    url = text(file) or text(under(file, "url"))
    if url is None:
        raise ProtocolError("The answer names no sound.")
    length = number(found.get("duration_ms"))
    audio = Audio(url=url, media_type=text(under(file, "content_type")))
    return SpeechResponse(audio=audio, duration=None if length is None else length / 1000)
