"""Pictures of Kling: a task."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.images.answer import Made, at, body_of, linked, objects, reply_of, text
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import base64_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.shapes import by_ratio
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.errors import ProviderError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "kling_images"
# app.klingai.com/global/dev/document-api (image generation), as of 2025; no recorded answer to check it by.
WORDS: Spelling = {
    "n": "n",
    "aspect_ratio": "aspect_ratio",
    "resolution": lambda value: {"resolution": value.lower()},
    "negative_prompt": "negative_prompt",
    "strength": lambda value: {"image_fidelity": round(1.0 - value, 6)},  # theirs says how near to stay
}


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the pictures."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the task."""
    refuse(request, place, images=1)
    warnings: list[Warning] = []
    request = by_ratio(request, warnings)
    check(request, place)
    body: dict[str, Any] = {"model_name": place.model, "prompt": request.prompt, **said(request, place, WORDS, warnings)}
    for image in request.images:
        body["image"] = image.url or base64_of(image, place)
    answer = yield from begun(Ask(path=place.path, body=body, warnings=tuple(warnings)))
    return _standing(answer, place)


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}", method="GET")
    return _standing(answer, place)


def _standing(answer: Answer, place: Place) -> JobState:
    body = body_of(answer)
    if body.get("code"):  # a failure with status 200
        raise ProviderError(text(body.get("message")) or "The task was refused.", status=answer.status, code=str(body["code"]))
    status = status_of(at(body, "data", "task_status"))
    handle = handle_of(at(body, "data", "task_id"))
    reply = None
    if status == "succeeded":
        items = objects(at(body, "data", "task_result", "images"))
        made = [Made(image=linked(url)) for item in items if (url := text(item.get("url")))]
        reply = reply_of(made, answer, body=body, id=handle)
    return standing(handle, status, place, reply=reply, why=at(body, "data", "task_status_msg"))
