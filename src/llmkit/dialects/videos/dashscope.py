"""Films as Alibaba makes them (Wan). Fields: its documentation and fixtures, read 2026-11-23."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error, error_of
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, list_at, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.task import Task
from llmkit.errors import ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "dashscope_videos"
_SAYS = ("image", "last_image", "images", "duration", "size", "aspect_ratio", "resolution", "seed", "audio", "negative_prompt")
_STATUS: dict[str, JobStatus] = {"PENDING": "queued", "SUSPENDED": "queued", "RUNNING": "running"}
_OVER: dict[str, JobStatus] = {"FAILED": "failed", "CANCELED": "cancelled", "UNKNOWN": "expired"}


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    path = place.path
    given: dict[str, Any] = {"prompt": request.prompt, "negative_prompt": request.negative_prompt}
    if request.last_image is not None and request.image is not None:  # a service of its own
        path = "/services/aigc/image2video/video-synthesis"
        given |= {"first_frame_url": address(request.image, place), "last_frame_url": address(request.last_image, place)}
    elif request.image is not None:
        given["img_url"] = address(request.image, place)
    if request.images:
        given["reference_urls"] = [address(part, place) for part in request.images]
    parameters = {
        "size": None if request.size is None else request.size.replace("x", "*"),
        "resolution": None if request.resolution is None else request.resolution.upper(),
        "ratio": request.aspect_ratio,
        "duration": seconds(request),
        "seed": request.seed,
        "audio": request.audio,
    }
    body = {"model": place.model, "input": sparse(given), "parameters": sparse(parameters)}
    return Ask(path=path, body=body, headers={"X-DashScope-Async": "enable"}, warnings=warnings)


def _fault(data: dict[str, Any]) -> ProviderError | None:
    return error_of(data, data) if text_at(data, "code") and not at(data, "output") else None


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "output.task_status") or ""
    if status in _OVER:
        return failed(state, _OVER[status], text_at(data, "output.message"), text_at(data, "output.code"))
    if status == "SUCCEEDED":
        lines = number_at(data, "usage.SR")
        return made(
            state,
            films_at(at(data, "output.video_url"), [at(item, "url") for item in list_at(data, "output.results")]),
            answer.body,
            duration=number_at(data, "usage.output_video_duration", "usage.duration", "usage.video_duration"),
            variant=None if lines is None else f"{int(lines)}p",
        )
    return going(state, _STATUS.get(status, "running"), answer)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "output.task_id"),
    look=lambda handle, place: Ask(method="GET", path=f"/tasks/{handle}"),
    read=_read,
    end=lambda handle, place: Ask(path=f"/tasks/{handle}/cancel"),
    fault=_fault,
)
start, poll, cancel, steps = _TASK.start, _TASK.poll, _TASK.cancel, _TASK.steps
