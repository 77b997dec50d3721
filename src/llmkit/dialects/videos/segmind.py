"""Films through Segmind's queue. Fields: docs.segmind.com/docs/serverless-api, read 2026-11-23; nothing of it is recorded."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, made, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "segmind_videos"
_SAYS = ("image", "last_image", "video", "duration", "aspect_ratio", "resolution", "seed", "audio", "negative_prompt")
_DONE = ("completed", "succeeded", "success")


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    media = {"image": request.image, "last_image": request.last_image, "video": request.video}
    body = {
        "prompt": request.prompt,
        **{name: None if part is None else address(part, place) for name, part in media.items()},
        "duration": seconds(request),
        "aspect_ratio": request.aspect_ratio,
        "resolution": request.resolution,
        "seed": request.seed,
        "generate_audio": request.audio,
        "negative_prompt": request.negative_prompt,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = (text_at(data, "status") or "").lower()
    if status in ("failed", "error"):
        return failed(state, "failed", text_at(data, "error.message", "error", "message"))
    if status in _DONE:
        output = data.get("output")
        films = films_at(output, data.get("video_url"), at(output, "video"), at(output, "url"), [at(item, "url") for item in _list(output)])
        return made(state, films, answer.body)
    return going(state, "queued" if status == "queued" else "running", answer)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "request_id", "id"),
    look=lambda handle, place: Ask(method="GET", path=f"/requests/{handle}"),
    read=_read,
    fault=no_fault,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
