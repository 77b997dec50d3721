"""Films as Vidu makes them. Fields: platform.vidu.com/docs as it is remembered (2026-11-23); nothing of it is recorded."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, list_at, made, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import ratio_of, resolution_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "vidu_videos"
_SAYS = ("duration", "resolution", "seed", "audio")


def _begin(request: VideoRequest, place: Place) -> Ask:
    pictures = [part for part in (request.image, request.last_image, *request.images) if part is not None]
    path = "/text2video"
    says: tuple[str, ...] = (*_SAYS, "aspect_ratio")
    if request.images:
        path, says = "/reference2video", (*says, "images")
    elif request.last_image is not None:
        path, says = "/start-end2video", (*_SAYS, "image", "last_image")
    elif request.image is not None:
        path, says = "/img2video", (*_SAYS, "image")
    warnings = unsaid(request, place, says)
    body = {
        "model": place.model,
        "images": [address(part, place) for part in pictures] or None,
        "prompt": request.prompt,
        "duration": seconds(request),
        "seed": request.seed,
        "aspect_ratio": ratio_of(request) if "aspect_ratio" in says else None,
        "resolution": resolution_of(request),
        "audio": request.audio,
    }
    return Ask(path=path, body=sparse(body), warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "state") or ""
    if status == "failed":
        return failed(state, "failed", text_at(data, "err_msg", "err_code"), text_at(data, "err_code"))
    if status == "success":
        return made(state, films_at([at(item, "url") for item in list_at(data, "creations")]), answer.body)
    return going(state, "running" if status == "processing" else "queued", answer)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "task_id", "id"),
    look=lambda handle, place: Ask(method="GET", path=f"/tasks/{handle}/creations"),
    read=_read,
    end=lambda handle, place: Ask(path=f"/tasks/{handle}/cancel"),
    fault=no_fault,
)
start, poll, cancel, steps = _TASK.start, _TASK.poll, _TASK.cancel, _TASK.steps
