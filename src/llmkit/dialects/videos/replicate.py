"""Films through Replicate: a prediction, with the input names that most models of films share; others go in `extra_body`.

Fields: replicate.com/docs/reference/http and the recorded predictions of other models as it is remembered (2026-11-23).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import failed, films_at, going, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "replicate_videos"
_SAYS = (
    *("image", "last_image", "images", "video", "duration", "aspect_ratio"),
    *("resolution", "fps", "seed", "audio", "negative_prompt"),
)
_OVER: dict[str, JobStatus] = {"failed": "failed", "canceled": "cancelled", "aborted": "cancelled"}


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    media = {"image": request.image, "last_frame": request.last_image, "video": request.video}
    given = {
        "prompt": request.prompt,
        **{name: None if part is None else address(part, place) for name, part in media.items()},
        "reference_images": [address(part, place) for part in request.images] or None,
        "duration": seconds(request),
        "aspect_ratio": request.aspect_ratio,
        "resolution": request.resolution,
        "fps": request.fps,
        "seed": request.seed,
        "generate_audio": request.audio,
        "negative_prompt": request.negative_prompt,
    }
    name, _, version = place.model.partition(":")
    if version:
        return Ask(path="/predictions", body={"version": version, "input": sparse(given)}, warnings=warnings)
    return Ask(path=f"/models/{quote(name, safe='/')}/predictions", body={"input": sparse(given)}, warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "status") or ""
    if status in _OVER:
        return failed(state, _OVER[status], text_at(data, "error.message", "error"))
    if status != "succeeded":
        return going(state, "queued" if status == "starting" else "running", answer)
    output = data.get("output")
    films = films_at(output, *(output.get(name) for name in ("video", "url", "videos") if isinstance(output, dict)))
    return made(state, films, answer.body, id=text_at(data, "id"), duration=number_at(data, "metrics.video_output_duration_seconds"))


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "id"),
    look=lambda handle, place: Ask(method="GET", path=f"/predictions/{handle}"),
    read=_read,
    end=lambda handle, place: Ask(path=f"/predictions/{handle}/cancel"),
    fault=no_fault,
)
start, poll, cancel, steps = _TASK.start, _TASK.poll, _TASK.cancel, _TASK.steps
