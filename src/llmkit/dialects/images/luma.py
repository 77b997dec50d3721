"""Pictures of Luma's older service: a job; pictures are given by address."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.images.answer import Made, at, body_of, linked, reply_of, text
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.shapes import by_ratio
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "luma_images"
# docs.lumalabs.ai/docs/image-generation, as of 2025; hand-made answers of 2026.
WORDS: Spelling = {"aspect_ratio": "aspect_ratio", "format": lambda value: {"format": "jpg" if value == "jpeg" else value}}
_RATIOS = ("1:1", "3:4", "4:3", "9:16", "16:9", "9:21", "21:9")
_RULES: Rules = (("*", {"aspect_ratio": _RATIOS, "format": ("jpeg", "png")}),)
_STATES: dict[str, JobStatus] = {"dreaming": "running"}


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the picture."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the job."""
    refuse(request, place, images=4)
    warnings: list[Warning] = []
    request = by_ratio(request, warnings)
    check(request, place, _RULES)
    settings = said(request.replace(strength=None) if request.images else request, place, WORDS, warnings)
    body: dict[str, Any] = {"prompt": request.prompt, "model": place.model, **settings, **_given(request, place)}
    answer = yield from begun(Ask(path=place.path, body=body, warnings=tuple(warnings)))
    return _standing(answer, place)


def _given(request: ImageRequest, place: Place) -> dict[str, Any]:
    """Return one picture as what is changed, several as what to go by."""
    for image in request.images:
        if image.url is None or image.url.startswith("data:"):
            raise UnsupportedFeature("images as bytes", where=place.provider, hint="Give their https: address: Image(url=...).")
    if len(request.images) == 1:
        weight = {} if request.strength is None else {"weight": round(1.0 - request.strength, 6)}  # theirs says how near to stay
        return {"modify_image_ref": {"url": request.images[0].url, **weight}}
    return {"image_ref": [{"url": image.url} for image in request.images]} if request.images else {}


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path.removesuffix('/image')}/{quote(state.handle, safe='')}", method="GET")
    return _standing(answer, place)


def _standing(answer: Answer, place: Place) -> JobState:
    body = body_of(answer)
    status = status_of(body.get("state"), _STATES)
    reply = None
    if status == "succeeded":
        url = text(at(body, "assets", "image"))
        made = [] if url is None else [Made(image=linked(url))]
        reply = reply_of(made, answer, body=body, id=text(body.get("id")), model=text(body.get("model")) or "")
    return standing(handle_of(body.get("id")), status, place, reply=reply, why=body.get("failure_reason"))
