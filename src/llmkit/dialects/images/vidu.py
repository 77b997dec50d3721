"""Pictures of Vidu: a task, from words and from pictures to go by."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.images.answer import Made, body_of, linked, objects, reply_of, text
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.shapes import by_ratio
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "vidu_images"
# platform.vidu.com/docs/reference-to-image, as other clients of 2026 use it; no recorded answer to check it by.
WORDS: Spelling = {"aspect_ratio": "aspect_ratio", "resolution": "resolution", "seed": "seed"}
_RULES: Rules = (("viduq2*", {"resolution": ("1080p", "2K", "4K")}),)
MOST = 7


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the picture."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the task."""
    refuse(request, place, images=MOST)
    warnings: list[Warning] = []
    request = by_ratio(request, warnings)
    check(request, place, _RULES)
    body: dict[str, Any] = {"model": place.model, "prompt": request.prompt, **said(request, place, WORDS, warnings)}
    if request.images:
        body["images"] = [address_of(image, place) for image in request.images]
    answer = yield from begun(Ask(path=place.path, body=body, warnings=tuple(warnings)))
    told = body_of(answer)
    return standing(handle_of(told.get("task_id")), status_of(told.get("state") or "created"), place, why=text(told.get("err_code")))


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"/tasks/{quote(state.handle, safe='')}/creations", method="GET")
    body = body_of(answer)
    status = status_of(body.get("state"))
    reply = None
    if status == "succeeded":
        made = [Made(image=linked(url)) for item in objects(body.get("creations")) if (url := text(item.get("url")))]
        reply = reply_of(made, answer, body=body, id=state.handle)
    return standing(state.handle, status, place, reply=reply, why=text(body.get("err_code")))
