"""Films through WaveSpeed: each model has fields of its own, these are the names that most share.

Fields: wavespeed.ai/docs as it is remembered (2026-11-23); nothing of it is recorded.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import STATUSES, error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, made, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.task import Task
from llmkit.errors import BadRequest, ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "wavespeed_videos"
_SAYS = (
    *("image", "last_image", "images", "video", "duration", "size", "aspect_ratio"),
    *("resolution", "seed", "audio", "negative_prompt"),
)


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    media = {"image": request.image, "last_image": request.last_image, "video": request.video}
    body = {
        "prompt": request.prompt,
        **{name: None if part is None else address(part, place) for name, part in media.items()},
        "images": [address(part, place) for part in request.images] or None,
        "duration": seconds(request),
        "size": None if request.size is None else request.size.replace("x", "*"),
        "aspect_ratio": request.aspect_ratio,
        "resolution": request.resolution,
        "seed": request.seed,
        "generate_audio": request.audio,
        "negative_prompt": request.negative_prompt,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _fault(data: dict[str, Any]) -> ProviderError | None:
    code = data.get("code")
    if not isinstance(code, int) or code == 200:
        return None
    return STATUSES.get(code, BadRequest)(text_at(data, "message") or "Refused.", status=code, code=str(code))


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "data.status") or ""
    if status in ("failed", "cancelled"):
        return failed(state, "failed" if status == "failed" else "cancelled", text_at(data, "data.error"))
    if status == "completed":
        return made(state, films_at(at(data, "data.outputs")), answer.body)
    return going(state, "queued" if status == "created" else "running", answer)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "data.id"),
    look=lambda handle, place: Ask(method="GET", path=f"/predictions/{handle}/result"),
    read=_read,
    fault=_fault,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
