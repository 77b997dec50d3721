"""Films as SiliconFlow makes them. Fields: docs.siliconflow.com as it is remembered (2026-11-23)."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, list_at, made, number_at, text_at
from llmkit.dialects.videos.said import sparse, unsaid
from llmkit.dialects.videos.shape import pixels_of
from llmkit.dialects.videos.task import Task
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "siliconflow_videos"


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, ("image", "size", "aspect_ratio", "resolution", "seed", "negative_prompt"), prompt=True)
    size = pixels_of(request, "720p")
    body = {
        "model": place.model,
        "prompt": request.prompt,
        "image_size": f"{size[0]}x{size[1]}" if size else None,
        "negative_prompt": request.negative_prompt,
        "image": None if request.image is None else address(request.image, place),
        "seed": request.seed,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _look(handle: str, place: Place) -> Ask:
    return Ask(path=f"{place.path.rpartition('/')[0]}/status", body={"requestId": handle}, again=True)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "status") or ""
    if status == "Failed":
        return failed(state, "failed", text_at(data, "reason"))
    if status == "Succeed":
        films = films_at([at(item, "url") for item in list_at(data, "results.videos")])
        return made(state, films, answer.body, seed=number_at(data, "results.seed"))
    return going(state, "queued" if status == "InQueue" else "running", answer)


_TASK = Task(begin=_begin, handle=lambda data: text_at(data, "requestId"), look=_look, read=_read)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
