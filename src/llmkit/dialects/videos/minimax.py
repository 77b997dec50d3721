"""Films as MiniMax makes them (Hailuo), in both versions of its API; the row's option `v2` says which models are of the second.

Fields: fixtures of the second version; the first is as platform.minimax.io/docs is remembered (2026-11-23).
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.ark import content
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, made, number_at, object_in, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import ratio_of, resolution_of
from llmkit.dialects.videos.task import Task, fault_in
from llmkit.errors import ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "minimax_videos"
_FIRST: dict[str, JobStatus] = {"Preparing": "queued", "Queueing": "queued", "Processing": "running"}
_OVER: dict[str, JobStatus] = {"failed": "failed", "cancelled": "cancelled", "expired": "expired"}


def _second(place: Place) -> bool:
    return place.model.startswith(tuple(place.options.get("v2", ())))


def _begin(request: VideoRequest, place: Place) -> Ask:
    lines = resolution_of(request)
    body: dict[str, Any] = {"model": place.model}
    if _second(place):
        says = ("image", "last_image", "images", "video", "duration", "aspect_ratio", "resolution")
        warnings = unsaid(request, place, says)
        body |= {"content": content(request, place), "ratio": ratio_of(request)}
    else:
        warnings = unsaid(request, place, ("image", "last_image", "images", "duration", "resolution"))
        first, last = request.image, request.last_image
        body |= {
            "prompt": request.prompt,
            "first_frame_image": None if first is None else address(first, place),
            "last_frame_image": None if last is None else address(last, place),
        }
        if request.images:
            body["subject_reference"] = [{"type": "character", "image": [address(part, place) for part in request.images]}]
    body |= {"resolution": None if lines is None else lines.upper(), "duration": seconds(request)}
    if _second(place):
        return Ask(url="/v2/video_generation", body=sparse(body), warnings=warnings)
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _look(handle: str, place: Place) -> Ask:
    if _second(place):
        return Ask(method="GET", url=f"/v2/query/video_generation/{handle}")
    return Ask(method="GET", path=f"/query/video_generation?task_id={handle}")


def _fetch(state: JobState, data: dict[str, Any], answer: Answer, place: Place) -> JobSteps:
    if _second(place):
        return _read(state, data, answer)
    status = text_at(data, "status") or ""
    if status == "Fail":
        return failed(state, "failed", text_at(data, "error_message", "base_resp.status_msg"))
    if status != "Success":
        return going(state, _FIRST.get(status, "running"), answer)
    file = text_at(data, "file_id")
    found = object_in((yield Ask(method="GET", path=f"/files/retrieve?file_id={file}", again=True)))
    return made(state, films_at(at(found, "file.download_url")), answer.body)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    task = data.get("task") or data
    status = text_at(task, "status") or ""
    if status in _OVER:
        return failed(state, _OVER[status], text_at(task, "error.message"), text_at(task, "error.code"))
    if status != "succeeded":
        return going(state, "queued" if status == "queued" else "running", answer)
    return made(
        state,
        films_at(at(task, "content.url")),
        answer.body,
        model=text_at(task, "model"),
        duration=number_at(task, "usage.output_seconds", "duration"),
        variant=(text_at(task, "resolution") or "").lower() or None,
    )


def _fault(data: dict[str, Any]) -> ProviderError | None:
    stands = "task" in data or data.get("status") in ("Success", "Fail", *_FIRST)
    return None if stands else fault_in(data)  # what is wrong with a job stands in the same field as what is wrong with the look


_TASK = Task(begin=_begin, handle=lambda data: text_at(data, "task_id"), look=_look, fetch=_fetch, fault=_fault, delay=8.0)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
