"""Films as Luma's newer service makes them. Fields: Luma's own package `luma-agents`, read 2026-11-23."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import encoded, kind_of
from llmkit.dialects.videos.reading import failed, films_at, going, list_at, made, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import ratio_of, resolution_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.parts import MediaFields
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "luma_agents_videos"


def _begin(request: VideoRequest, place: Place) -> Ask:
    says = ("image", "last_image", "video", "aspect_ratio", "resolution", *(() if request.video else ("duration",)))
    warnings = unsaid(request, place, says, prompt=True)
    options: dict[str, Any] = {"resolution": resolution_of(request)}
    body: dict[str, Any] = {"model": place.model, "prompt": request.prompt, "aspect_ratio": ratio_of(request)}
    if request.video is not None:
        body |= {"type": "video_edit", "source": _media(request.video, place)}
    else:
        body["type"] = "video"
        options["duration"] = None if request.duration is None else f"{seconds(request)}s"
        for name, part in (("start_frame", request.image), ("end_frame", request.last_image)):
            options[name] = None if part is None else _media(part, place)
    body["video"] = sparse(options) or None
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _media(part: MediaFields, place: Place) -> dict[str, Any]:
    if part.file_id is not None:
        return {"file_id": part.file_id}
    return {"url": part.url} if part.url is not None else {"data": encoded(part, place), "media_type": kind_of(part)}


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "state") or ""
    if status == "failed":
        return failed(state, "failed", text_at(data, "failure_reason"), text_at(data, "failure_code"))
    if status == "completed":
        films = films_at([text_at(item, "url") for item in list_at(data, "output")])
        return made(state, films, answer.body, id=text_at(data, "id"), model=text_at(data, "model"))
    return going(state, "queued" if status == "queued" else "running", answer)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "id"),
    look=lambda handle, place: Ask(method="GET", path=f"/generations/{handle}"),
    read=_read,
    fault=no_fault,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
