"""Films of Black Forest Labs: the answer names where to ask. Fields: fixtures of answers; docs.bfl.ai as remembered (2026-11-23)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import encoded
from llmkit.dialects.videos.reading import at, failed, films_at, going, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.parts import Image
from llmkit.types.usage import Cost
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "bfl_videos"
_CREDIT = Decimal("0.01")
"""US dollars (docs.bfl.ai as it is remembered, 2026-11-23)."""


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, ("image", "duration", "aspect_ratio", "resolution", "seed"))
    body = {
        "prompt": request.prompt,
        "input_image": None if request.image is None else _picture(request.image, place),
        "duration": seconds(request),
        "aspect_ratio": request.aspect_ratio,
        "resolution": request.resolution,
        "seed": request.seed,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _picture(part: Image, place: Place) -> str:
    return part.url if part.url is not None else encoded(part, place)


def _look(handle: str, place: Place) -> Ask:
    return Ask(method="GET", url=handle) if "://" in handle else Ask(method="GET", path=f"/get_result?id={handle}")


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = (text_at(data, "status", "state") or "").lower()
    if status == "ready":
        credits = number_at(data, "cost")
        cost = None if credits is None else Cost(amount=(Decimal(repr(round(credits, 6))) * _CREDIT).normalize())
        films, told = films_at(at(data, "result.sample")), at(data, "result")
        return made(state, films, answer.body, duration=number_at(told, "duration"), seed=number_at(told, "seed"), cost=cost)
    if "moderated" in status or status in ("error", "failed"):
        return failed(state, "failed", text_at(data, "details", "details.message") or status, status)
    if status == "task not found":
        return failed(state, "expired", "The job is not known any more.")
    return going(state, "queued" if status == "pending" else "running", answer, number_at(data, "progress"))


_TASK = Task(begin=_begin, handle=lambda data: text_at(data, "polling_url", "id"), look=_look, read=_read, addressed=True, fault=no_fault)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
