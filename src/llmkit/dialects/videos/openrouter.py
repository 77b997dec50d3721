"""Films through OpenRouter. Fields: openrouter.ai/docs, read 2026-11-23."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import failed, fetched, going, list_at, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.usage import Cost
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "openrouter_videos"
_SAYS = ("image", "last_image", "images", "duration", "size", "aspect_ratio", "resolution", "seed", "audio")
_OVER: dict[str, JobStatus] = {"failed": "failed", "cancelled": "cancelled", "expired": "expired"}


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    frames = [
        {"type": "image_url", "image_url": {"url": address(part, place)}, "frame_type": name}
        for name, part in (("first_frame", request.image), ("last_frame", request.last_image))
        if part is not None
    ]
    body = {
        "model": place.model,
        "prompt": request.prompt,
        "duration": seconds(request),
        "resolution": request.resolution,
        "aspect_ratio": request.aspect_ratio,
        "size": request.size,
        "frame_images": frames or None,
        "input_references": [{"type": "image_url", "image_url": {"url": address(part, place)}} for part in request.images] or None,
        "generate_audio": request.audio,
        "seed": request.seed,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _fetch(state: JobState, data: dict[str, Any], answer: Answer, place: Place) -> JobSteps:
    status = text_at(data, "status") or ""
    if status in _OVER:
        return failed(state, _OVER[status], text_at(data, "error.message", "error"))
    if status != "completed":
        return going(state, "queued" if status == "pending" else "running", answer)
    films = yield from fetched(list_at(data, "unsigned_urls"), place)
    told = number_at(data, "usage.cost")
    cost = None if told is None else Cost(amount=Decimal(repr(told)))
    return made(state, films, answer.body, id=text_at(data, "id"), model=text_at(data, "model"), cost=cost)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "id"),
    look=lambda handle, place: Ask(method="GET", path=f"{place.path}/{handle}"),
    fetch=_fetch,
    fault=no_fault,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
