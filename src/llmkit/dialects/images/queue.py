"""Pictures that are made in the provider's own time: the words for how a job stands, and its failure as an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from llmkit.dialects.jobs import whole_job
from llmkit.errors import ContentFiltered, LLMKitError, ProtocolError, ProviderError
from llmkit.types.asking import Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.job import JobState, JobStatus, JobSteps

WORDS: Mapping[str, JobStatus] = {
    "aborted": "cancelled",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "complete": "succeeded",
    "completed": "succeeded",
    "created": "queued",
    "error": "failed",
    "expired": "expired",
    "failed": "failed",
    "finished": "succeeded",
    "in_progress": "running",
    "in_queue": "queued",
    "pending": "queued",
    "processing": "running",
    "queued": "queued",
    "queueing": "queued",
    "ready": "succeeded",
    "running": "running",
    "starting": "queued",
    "submitted": "queued",
    "succeed": "succeeded",
    "succeeded": "succeeded",
    "success": "succeeded",
    "throttled": "queued",
}
"""The words that most providers use; a format adds its own."""
_FILTER = ("moderat", "nsfw", "safety", "content policy", "content_policy", "sensitive", "blocked")


def status_of(word: Any, more: Mapping[str, JobStatus] | None = None) -> JobStatus:
    """Return how the job stands. Raises `ProtocolError` for a word that is unknown: to wait for it might take for ever."""
    known = {**WORDS, **(more or {})}
    found = known.get(word.lower()) if isinstance(word, str) else None
    if found is None:
        raise ProtocolError(f"The job stands at {word!r}, which is no state that is known.")
    return found


def handle_of(value: Any) -> str:
    """Return the id of the job that began. Raises `ProtocolError` where the answer names none."""
    if not isinstance(value, str) or not value:
        raise ProtocolError("The answer names no job.")
    return value


def standing(
    handle: str,
    status: JobStatus,
    place: Place,
    *,
    progress: float | None = None,
    reply: ImageResponse | None = None,
    why: Any = None,
) -> JobState:
    """Return how the job stands; `why` is the provider's word for a failure. `Serving.options["delay"]`: seconds between looks."""
    failure: LLMKitError | None = None
    if status in ("failed", "cancelled", "expired"):
        words = why if isinstance(why, str) and why else f"The job has {status}."
        kind = ContentFiltered if any(word in words.lower() for word in _FILTER) else ProviderError
        failure = kind(words)
    delay = float(place.options.get("delay", 1.5))
    return JobState(handle=handle, status=status, progress=progress, delay=delay, reply=reply, failure=failure)


def finished(
    start: Callable[[ImageRequest, Place], JobSteps], poll: Callable[[JobState, Place], JobSteps], request: ImageRequest, place: Place
) -> Steps:
    """Do the whole job. What its beginning told (the cost, the model) stands in the reply where its end does not tell it."""
    known: list[ImageResponse] = []

    def begin(request: ImageRequest, place: Place) -> JobSteps:
        state = yield from start(request, place)
        if state.reply is not None:
            known.append(state.reply)
        return state

    reply = yield from whole_job(begin, poll, request, place)
    for told in known:
        reply = reply.replace(cost=reply.cost or told.cost, model=reply.model or told.model)
    return reply
