"""Films as Leonardo makes them. Fields: docs.leonardo.ai as it is remembered (2026-11-23); nothing of it is recorded."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.reading import failed, films_at, going, list_at, made, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import pixels_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "leonardo_videos"


def _begin(request: VideoRequest, place: Place) -> Ask:
    says = ("duration", "size", "aspect_ratio", "resolution", "seed", "negative_prompt")
    warnings = unsaid(request, place, says, prompt=True)
    size = pixels_of(request, "720p")
    body = {
        "model": place.model,
        "prompt": request.prompt,
        "negativePrompt": request.negative_prompt,
        "width": size[0] if size else None,
        "height": size[1] if size else None,
        "resolution": f"RESOLUTION_{min(size)}" if size else None,
        "duration": seconds(request),
        "seed": request.seed,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    told = data.get("generations_by_pk") or {}
    status = text_at(told, "status") or ""
    if status == "FAILED":
        return failed(state, "failed", None)
    if status == "COMPLETE":
        films = films_at([text_at(item, "motionMP4URL", "url") for item in list_at(told, "generated_images")])
        return made(state, films, answer.body, id=text_at(told, "id"))
    return going(state, "running", answer)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "motionVideoGenerationJob.generationId", "sdGenerationJob.generationId"),
    look=lambda handle, place: Ask(method="GET", path=f"/generations/{handle}"),
    read=_read,
    fault=no_fault,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
