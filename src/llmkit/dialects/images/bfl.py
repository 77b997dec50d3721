"""Pictures of Black Forest Labs: a job whose address the answer names, and its price in the first answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from llmkit.dialects.images.answer import Made, at, body_of, linked, reply_of, text, whole
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import base64_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.errors import AuthenticationError, PermissionDenied
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.usage import Cost
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "bfl_images"
# Recorded requests and answers of 2025 and 2026; given pictures and masks by docs.bfl.ai, as of 2025.
WORDS: Spelling = {
    "size": "width,height",
    "aspect_ratio": "aspect_ratio",
    "format": "output_format",
    "seed": "seed",
    "guidance": "guidance",
    "steps": "steps",
}
_RULES: Rules = (("*", {"format": ("jpeg", "png", "webp")}),)
_STATES: dict[str, JobStatus] = {
    "content moderated": "failed",
    "request moderated": "failed",
    "task not found": "expired",
}
CREDIT = Decimal("0.01")
"""US dollars (docs.bfl.ai, as of 2025)."""
MOST = 8


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the picture."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the job; the answer says where to ask for it."""
    refuse(request, place, images=1 if request.mask is not None else MOST, mask=True)
    check(request, place, _RULES)
    warnings: list[Warning] = []
    body: dict[str, Any] = {"prompt": request.prompt, **said(request, place, WORDS, warnings), **_given(request, place)}
    answer = yield from begun(Ask(path=place.path, body=body, warnings=tuple(warnings)))
    told = body_of(answer)
    handle = text(told.get("polling_url")) or f"{place.path.rpartition('/')[0]}/get_result?id={handle_of(told.get('id'))}"
    cost = told.get("cost")
    known = ImageResponse(cost=Cost(amount=_dollars(cost), basis="provider") if isinstance(cost, int | float) else None)
    return standing(handle, "queued", place, reply=known)


def _dollars(credits: int | float) -> Decimal:
    """Return the price without the dust of binary fractions (7.000000000000001)."""
    return (Decimal(repr(round(credits, 6))) * CREDIT).normalize()


def _given(request: ImageRequest, place: Place) -> dict[str, str]:
    images = [base64_of(image, place) if image.url is None else image.url for image in request.images]
    if request.mask is not None:
        return {"image": images[0], "mask": base64_of(request.mask, place)}
    return {f"input_image_{number}" if number > 1 else "input_image": image for number, image in enumerate(images, 1)}


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    own = state.handle.startswith("/")
    refused = False
    try:
        answer = yield Ask(path=state.handle if own else "", url="" if own else state.handle, method="GET")
    except (AuthenticationError, PermissionDenied):
        refused = True
    if refused:  # no key goes to another host: where that one wants it, the first is asked
        answer = yield Ask(path=f"/get_result?{urlsplit(state.handle).query}", method="GET")
    body = body_of(answer)
    status = status_of(body.get("status") or body.get("state"), _STATES)
    reply = None
    if status == "succeeded":
        sample = text(at(body, "result", "sample"))
        told = at(body, "result")
        made = [Made(image=linked(sample), prompt=text(at(told, "prompt")), seed=whole(at(told, "seed")))] if sample else []
        reply = reply_of(made, answer, body=body, id=text(body.get("id")))
    progress = body.get("progress")
    why = text(at(body, "details", "error")) or text(body.get("status"))
    return standing(state.handle, status, place, progress=progress if isinstance(progress, float) else None, reply=reply, why=why)
