"""Films as xAI makes them. Fields: recorded traffic of 2026-08-10 and docs.x.ai, read 2026-11-23."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import ratio_of, resolution_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.usage import Cost
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "xai_videos"


def _begin(request: VideoRequest, place: Place) -> Ask:
    says = ("image", "video", "images", "duration", "aspect_ratio", "resolution")
    warnings = unsaid(request, place, ("video",) if request.video is not None else says)
    body: dict[str, Any] = {"model": place.model, "prompt": request.prompt}
    if request.video is not None:  # an edit: its length and shape are the film's
        body["video"] = {"url": address(request.video, place)}
        return Ask(path=f"{place.path.rpartition('/')[0]}/edits", body=sparse(body), warnings=warnings)
    body |= {
        "image": None if request.image is None else {"url": address(request.image, place)},
        "reference_images": [{"url": address(part, place)} for part in request.images] or None,
        "duration": seconds(request),
        "aspect_ratio": ratio_of(request),
        "resolution": resolution_of(request),
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "status") or ""
    if status in ("failed", "expired"):
        message = text_at(data, "error.message", "error", "message")
        return failed(state, "expired" if status == "expired" else "failed", message, text_at(data, "error.code", "code"))
    if status == "done" or at(data, "video.url"):
        if at(data, "video.respect_moderation") is False:
            return failed(state, "failed", "The moderation left no film.", "moderation")
        ticks = number_at(data, "usage.cost_in_usd_ticks")  # 1e-10 US dollars
        cost = None if ticks is None else Cost(amount=Decimal(int(ticks)).scaleb(-10))
        films = films_at(at(data, "video.url"))
        return made(state, films, answer.body, model=text_at(data, "model"), duration=number_at(data, "video.duration"), cost=cost)
    percent = number_at(data, "progress")
    return going(state, "running", answer, None if percent is None else percent / 100)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "request_id", "id"),
    look=lambda handle, place: Ask(method="GET", path=f"/videos/{handle}"),
    read=_read,
    fault=no_fault,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
