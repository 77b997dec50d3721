"""Films as Kling makes them. Fields: app.klingai.com/global/dev/document-api, read 2026-11-23; nothing of it is recorded.

What stands in a handle is the kind of the job too: each kind is asked for at a path of its own.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import STATUSES, error
from llmkit.dialects.videos.material import encoded
from llmkit.dialects.videos.reading import failed, films_at, going, list_at, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import ratio_of
from llmkit.dialects.videos.task import Task
from llmkit.errors import BadRequest, ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus
from llmkit.types.parts import Image
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "kling_videos"
_STATUS: dict[str, JobStatus] = {"submitted": "queued", "processing": "running"}
_CODES = {1000: 401, 1001: 401, 1002: 401, 1003: 401, 1004: 401, 1101: 402, 1102: 402, 1103: 403, 1301: 400, 1302: 429, 1303: 429}


def _kind(request: VideoRequest) -> str:
    return "image2video" if request.image is not None else "multi-image2video" if request.images else "text2video"


def _begin(request: VideoRequest, place: Place) -> Ask:
    says = ("image", "last_image", "images", "duration", "audio", "negative_prompt", *(() if request.image else ("aspect_ratio",)))
    warnings = unsaid(request, place, says)
    body: dict[str, Any] = {
        "model_name": place.model,
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "duration": None if request.duration is None else str(seconds(request)),
        "aspect_ratio": None if request.image else ratio_of(request),
        "sound": None if request.audio is None else "on" if request.audio else "off",
    }
    if request.image is not None:
        body["image"] = _picture(request.image, place)
        body["image_tail"] = None if request.last_image is None else _picture(request.last_image, place)
    elif request.images:
        body["image_list"] = [{"image": _picture(part, place)} for part in request.images]
    path = f"{place.path.rpartition('/')[0]}/{_kind(request)}"
    return Ask(path=path, body=sparse(body), warnings=warnings)


def _picture(part: Image, place: Place) -> str:
    return part.url if part.url is not None else encoded(part, place)  # plain base64, without what a `data:` address begins with


def _fault(data: dict[str, Any]) -> ProviderError | None:
    code = data.get("code")
    if code in (0, None):
        return None
    status = _CODES.get(code, 400) if isinstance(code, int) else 400
    return STATUSES.get(status, BadRequest)(text_at(data, "message") or "Refused.", status=status, code=str(code))


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "data.task_status") or ""
    if status == "failed":
        return failed(state, "failed", text_at(data, "data.task_status_msg"))
    if status == "succeed":
        told = list_at(data, "data.task_result.videos")
        films = films_at([text_at(item, "url") for item in told])
        return made(state, films, answer.body, duration=number_at(told, "0.duration"))
    return going(state, _STATUS.get(status, "running"), answer)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "data.task_id"),
    kind=_kind,
    look=lambda handle, place: Ask(method="GET", path=f"{place.path.rpartition('/')[0]}/{handle}"),
    read=_read,
    fault=_fault,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
