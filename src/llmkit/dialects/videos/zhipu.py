"""Films as Zhipu makes them (CogVideoX, Vidu), in China and at Z.ai. Fields: docs.z.ai as it is remembered (2026-11-23)."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, list_at, made, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import pixels_of
from llmkit.dialects.videos.task import Task, fault_in
from llmkit.errors import ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "zhipu_videos"
_SAYS = ("image", "last_image", "images", "duration", "size", "aspect_ratio", "resolution", "fps", "audio", "user")


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    pictures = [address(part, place) for part in (request.image, request.last_image, *request.images) if part is not None]
    size = pixels_of(request, "1080p")
    body = {
        "model": place.model,
        "prompt": request.prompt,
        "image_url": pictures[0] if len(pictures) == 1 else pictures or None,
        "size": f"{size[0]}x{size[1]}" if size and (request.size or request.resolution) else None,
        "aspect_ratio": request.aspect_ratio if request.resolution is None else None,
        "fps": request.fps,
        "duration": seconds(request),
        "with_audio": request.audio,
        "user_id": request.user,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "task_status") or ""
    if status == "FAIL":
        return failed(state, "failed", text_at(data, "error.message", "message"), text_at(data, "error.code"))
    if status == "SUCCESS":
        films = films_at([at(item, "url") for item in list_at(data, "video_result")])
        return made(state, films, answer.body, model=text_at(data, "model"))
    return going(state, "running", answer)


def _fault(data: dict[str, Any]) -> ProviderError | None:
    return None if "task_status" in data else fault_in(data)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "id"),
    look=lambda handle, place: Ask(method="GET", path=f"/async-result/{handle}"),
    read=_read,
    fault=_fault,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
