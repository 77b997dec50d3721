"""Films as Together makes them. Fields: docs.together.ai/reference/create-videos, read 2026-11-23."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import pixels_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus
from llmkit.types.usage import Cost
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "together_videos"
_SAYS = ("image", "last_image", "images", "duration", "size", "aspect_ratio", "resolution", "fps", "seed", "negative_prompt")
_OVER: dict[str, JobStatus] = {"failed": "failed", "cancelled": "cancelled"}


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    size = pixels_of(request, "720p")
    frames = [
        {"input_image": address(part, place), "frame": name}
        for name, part in (("first", request.image), ("last", request.last_image))
        if part is not None
    ]
    body = {
        "model": place.model,
        "prompt": request.prompt,
        "width": size[0] if size else None,
        "height": size[1] if size else None,
        "seconds": None if request.duration is None else str(seconds(request)),
        "fps": request.fps,
        "seed": request.seed,
        "negative_prompt": request.negative_prompt,
        "frame_images": frames or None,
        "reference_images": [address(part, place) for part in request.images] or None,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "status") or ""
    if status in _OVER:
        return failed(state, _OVER[status], text_at(data, "error.message", "error", "info.errors"), text_at(data, "error.code"))
    if status != "completed":
        return going(state, "queued" if status == "queued" else "running", answer)
    told = number_at(data, "outputs.cost")
    cost = None if told is None else Cost(amount=Decimal(repr(told)))
    films, duration = films_at(at(data, "outputs.video_url")), number_at(data, "seconds")
    return made(state, films, answer.body, id=text_at(data, "id"), model=text_at(data, "model"), duration=duration, cost=cost)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "id"),
    look=lambda handle, place: Ask(method="GET", path=f"{place.path}/{handle}"),
    read=_read,
    fault=no_fault,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
