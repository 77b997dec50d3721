"""Films in which somebody speaks, as HeyGen makes them (version 3). Fields: developers.heygen.com, read 2026-11-23; nothing is recorded.

The model is the avatar that speaks the prompt with `voice`; `video-agent` makes a film from a description, and a picture with
`voice` speaks itself.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import public
from llmkit.dialects.videos.reading import failed, films_at, going, made, number_at, text_at
from llmkit.dialects.videos.said import sparse, unsaid
from llmkit.dialects.videos.shape import ratio_of, resolution_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "heygen_videos"
_AGENT = "video-agent"


def _begin(request: VideoRequest, place: Place) -> Ask:
    if place.model == _AGENT:
        return Ask(path="/v3/video-agents", body={"prompt": request.prompt}, warnings=unsaid(request, place, (), prompt=True))
    warnings = unsaid(request, place, ("image", "aspect_ratio", "resolution", "voice"), prompt=True)
    speaker: dict[str, Any] = {"type": "avatar", "avatar_id": place.model}
    if request.image is not None:
        speaker = {"type": "image", "image": {"type": "url", "url": public(request.image, place)}}
    body = {
        **speaker,
        "script": request.prompt,
        "voice_id": request.voice,
        "resolution": resolution_of(request),
        "aspect_ratio": ratio_of(request),
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "data.status") or ""
    if status == "failed":
        return failed(state, "failed", text_at(data, "data.failure_message", "data.error.message"), text_at(data, "data.failure_code"))
    if status == "completed":
        films = films_at(text_at(data, "data.video_url"))
        return made(state, films, answer.body, id=text_at(data, "data.id"), duration=number_at(data, "data.duration"))
    return going(state, "queued" if status in ("pending", "waiting") else "running", answer)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "data.video_id"),
    look=lambda handle, place: Ask(method="GET", path=f"/v3/videos/{handle}"),
    read=_read,
    fault=no_fault,
    delay=10.0,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
