"""Films as ByteDance's Ark makes them (Seedance), at Volcengine and BytePlus. Fields: its documentation and fixtures, read 2026-11-23."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import ratio_of, resolution_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus
from llmkit.types.usage import Usage
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "ark_videos"
_SAYS = ("image", "last_image", "images", "video", "duration", "aspect_ratio", "resolution", "fps", "seed", "audio")
_OVER: dict[str, JobStatus] = {"failed": "failed", "cancelled": "cancelled", "canceled": "cancelled", "expired": "expired"}


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    body = {
        "model": place.model,
        "content": content(request, place),
        "ratio": ratio_of(request),
        "duration": seconds(request),
        "seed": request.seed,
        "resolution": resolution_of(request),
        "framespersecond": request.fps,
        "generate_audio": request.audio,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def content(request: VideoRequest, place: Place) -> list[dict[str, Any]]:
    """Return words and media as one list, each medium with what it is for."""
    found: list[dict[str, Any]] = [{"type": "text", "text": request.prompt}] if request.prompt else []
    pictures = [("first_frame", request.image), ("last_frame", request.last_image), *[("reference_image", part) for part in request.images]]
    for role, part in pictures:
        if part is not None:
            found.append({"type": "image_url", "image_url": {"url": address(part, place)}, "role": role})
    if request.video is not None:
        found.append({"type": "video_url", "video_url": {"url": address(request.video, place)}, "role": "reference_video"})
    return found


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "status") or ""
    if status in _OVER:
        return failed(state, _OVER[status], text_at(data, "error.message"), text_at(data, "error.code"))
    if status != "succeeded":
        return going(state, "queued" if status == "queued" else "running", answer)
    tokens = number_at(data, "usage.completion_tokens")
    return made(
        state,
        films_at(at(data, "content.video_url")),
        answer.body,
        id=text_at(data, "id"),
        model=text_at(data, "model"),
        duration=number_at(data, "duration"),
        seed=number_at(data, "seed"),
        variant=text_at(data, "resolution"),
        usage=None if tokens is None else Usage(output_text=int(tokens)),
    )


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "id"),
    look=lambda handle, place: Ask(method="GET", path=f"{place.path}/{handle}"),
    read=_read,
    end=lambda handle, place: Ask(method="DELETE", path=f"{place.path}/{handle}"),
    fault=no_fault,
)
start, poll, cancel, steps = _TASK.start, _TASK.poll, _TASK.cancel, _TASK.steps
