"""Films through fal's queue: each model has fields of its own, these are the names that most share; others go in `extra_body`.

Fields: fal.ai/docs and the queue's documentation as remembered
(2026-11-23). A job is asked for below the first two words of the model's name.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, list_at, made, number_at, object_in, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.errors import BadRequest
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobSteps
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "fal_videos"
_SAYS = (
    *("image", "last_image", "images", "video", "duration", "aspect_ratio"),
    *("resolution", "fps", "seed", "audio", "negative_prompt"),
)
_NAMESPACES = ("workflows", "comfy")
"""Before the owner's name, for what users put together."""


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    media = {"image_url": request.image, "end_image_url": request.last_image, "video_url": request.video}
    body = {
        "prompt": request.prompt,
        **{name: None if part is None else address(part, place) for name, part in media.items()},
        "image_urls": [address(part, place) for part in request.images] or None,
        "duration": seconds(request),
        "aspect_ratio": request.aspect_ratio,
        "resolution": request.resolution,
        "fps": request.fps,
        "seed": request.seed,
        "generate_audio": request.audio,
        "negative_prompt": request.negative_prompt,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _job(handle: str, place: Place) -> str:
    words = quote(place.model, safe="/@:").split("/")
    return f"/{'/'.join(words[: 3 if words[0] in _NAMESPACES else 2])}/requests/{handle}"


def _fetch(state: JobState, data: dict[str, Any], answer: Answer, place: Place) -> JobSteps:
    status = text_at(data, "status") or ""
    if status != "COMPLETED":
        return going(state, "queued" if status == "IN_QUEUE" else "running", answer)
    if text_at(data, "error"):
        return failed(state, "failed", text_at(data, "error"), text_at(data, "error_type"))
    refusal: BadRequest | None = None
    try:
        result = yield Ask(method="GET", path=_job(state.handle, place), again=True)
    except BadRequest as error:  # a job that failed over its input says so only here
        refusal = error
    if refusal is not None:
        return failed(state, "failed", refusal.message, refusal.code)
    told = object_in(result)
    films = films_at(at(told, "video.url"), at(told, "video"), [at(item, "url") for item in list_at(told, "videos")])
    return made(state, films, result.body, duration=number_at(told, "video.duration"), seed=number_at(told, "seed"))


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "request_id"),
    look=lambda handle, place: Ask(method="GET", path=f"{_job(handle, place)}/status", accepts=(202,)),
    fetch=_fetch,
    end=lambda handle, place: Ask(method="PUT", path=f"{_job(handle, place)}/cancel"),
    fault=no_fault,
    delay=3.0,
)
start, poll, cancel, steps = _TASK.start, _TASK.poll, _TASK.cancel, _TASK.steps
