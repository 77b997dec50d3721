"""Films as Runway makes them. Fields: Runway's own package, read 2026-11-23."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import failed, films_at, going, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import pixels_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "runway_videos"
_SAYS = ("image", "last_image", "images", "video", "duration", "size", "aspect_ratio", "resolution", "seed", "audio")
_STATUS: dict[str, JobStatus] = {"PENDING": "queued", "THROTTLED": "queued", "RUNNING": "running"}
_OVER: dict[str, JobStatus] = {"FAILED": "failed", "CANCELLED": "cancelled"}


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    size = pixels_of(request, "720p")
    body: dict[str, Any] = {
        "model": place.model,
        "promptText": request.prompt,
        "ratio": f"{size[0]}:{size[1]}" if size else None,
        "duration": seconds(request),
        "seed": request.seed,
        "audio": request.audio,
    }
    path = "/text_to_video"
    if request.image is not None:
        path, body["promptImage"] = "/image_to_video", _pictures(request, place)
    elif request.video is not None:
        path, body["videoUri"] = "/video_to_video", address(request.video, place)
    if request.images:
        body["references"] = [{"type": "image", "uri": address(part, place)} for part in request.images]
    return Ask(path=path, body=sparse(body), warnings=warnings)


def _pictures(request: VideoRequest, place: Place) -> Any:
    assert request.image is not None
    first = address(request.image, place)
    if request.last_image is None:
        return first
    return [{"uri": first, "position": "first"}, {"uri": address(request.last_image, place), "position": "last"}]


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "status") or ""
    if status in _OVER:
        return failed(state, _OVER[status], text_at(data, "failure"), text_at(data, "failureCode"))
    if status == "SUCCEEDED":
        return made(state, films_at(data.get("output")), answer.body, id=text_at(data, "id"))
    return going(state, _STATUS.get(status, "running"), answer, number_at(data, "progress"))


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "id"),
    look=lambda handle, place: Ask(method="GET", path=f"/tasks/{handle}"),
    read=_read,
    end=lambda handle, place: Ask(method="DELETE", path=f"/tasks/{handle}", accepts=(204,)),
    fault=no_fault,
)
start, poll, cancel, steps = _TASK.start, _TASK.poll, _TASK.cancel, _TASK.steps
