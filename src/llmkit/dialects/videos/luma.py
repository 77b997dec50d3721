"""Films as Luma's Dream Machine makes them. Fields: Luma's own package `lumaai` as it is remembered (2026-11-23)."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import public
from llmkit.dialects.videos.reading import at, failed, films_at, going, made, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import ratio_of, resolution_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "luma_videos"
_STATUS: dict[str, JobStatus] = {"queued": "queued", "dreaming": "running"}


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, ("image", "last_image", "duration", "aspect_ratio", "resolution"))
    frames = {"frame0": request.image, "frame1": request.last_image}
    keyframes = {name: {"type": "image", "url": public(part, place)} for name, part in frames.items() if part is not None}
    body: dict[str, Any] = {
        "model": place.model,
        "prompt": request.prompt,
        "aspect_ratio": ratio_of(request),
        "resolution": resolution_of(request),
        "duration": None if request.duration is None else f"{seconds(request)}s",
        "keyframes": keyframes or None,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "state") or ""
    if status == "failed":
        return failed(state, "failed", text_at(data, "failure_reason"))
    if status == "completed":
        return made(state, films_at(at(data, "assets.video")), answer.body, id=text_at(data, "id"), model=text_at(data, "model"))
    return going(state, _STATUS.get(status, "running"), answer)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "id"),
    look=lambda handle, place: Ask(method="GET", path=f"/generations/{handle}"),
    read=_read,
    end=lambda handle, place: Ask(method="DELETE", path=f"/generations/{handle}", accepts=(204,)),
    fault=no_fault,
)
start, poll, cancel, steps = _TASK.start, _TASK.poll, _TASK.cancel, _TASK.steps
