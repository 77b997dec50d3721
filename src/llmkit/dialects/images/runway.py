"""Pictures of Runway: a task, in sizes of its own list."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.images.answer import Made, body_of, linked, reply_of, text
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.errors import InvalidRequest
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "runway_images"
# docs.dev.runwayml.com/api, as of 2025; the sizes of gen4_image also as a reseller lists them, read 2026-11-23; no recorded answer to
# check it by.
WORDS: Spelling = {"seed": "seed", "size": lambda value: {"ratio": value.replace("x", ":")}}
_SIZES = {
    "1:1": "1024x1024",
    "16:9": "1920x1080",
    "9:16": "1080x1920",
    "4:3": "1440x1080",
    "3:4": "1080x1440",
    "21:9": "1808x768",
}
_LISTED = (
    *_SIZES.values(),
    *("1360x768", "1080x1080", "1168x880", "2112x912"),
    *("1280x720", "720x1280", "720x720", "960x720", "720x960", "1680x720"),
)
_RULES: Rules = (("gen4_image*", {"size": _LISTED}),)
USUAL = "1:1"


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the picture."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the task."""
    refuse(request, place, images=3)
    warnings: list[Warning] = []
    request = _sized(request, warnings)
    check(request, place, _RULES)
    body: dict[str, Any] = {"model": place.model, "promptText": request.prompt, **said(request, place, WORDS, warnings)}
    if request.images:
        body["referenceImages"] = [{"uri": address_of(image, place)} for image in request.images]
    answer = yield from begun(Ask(path=place.path, body=body, warnings=tuple(warnings)))
    return standing(handle_of(body_of(answer).get("id")), "queued", place)


def _sized(request: ImageRequest, warnings: list[Warning]) -> ImageRequest:
    """Return the request with a size: this API wants one always."""
    if request.size is not None:
        return request
    if request.aspect_ratio is None:
        warnings.append(Warning(kind="emulated", parameter="size", detail=f"this API wants one: {_SIZES[USUAL]} is sent"))
    ratio = request.aspect_ratio or USUAL
    if ratio not in _SIZES:
        raise InvalidRequest(f"aspect_ratio is one of {', '.join(_SIZES)} here, not {ratio!r}.", parameter="aspect_ratio")
    return request.replace(aspect_ratio=None, size=_SIZES[ratio])


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"/tasks/{quote(state.handle, safe='')}", method="GET")
    body = body_of(answer)
    status = status_of(body.get("status"))
    reply = None
    if status == "succeeded":
        output = body.get("output")
        made = [Made(image=linked(url)) for item in (output if isinstance(output, list) else []) if (url := text(item))]
        reply = reply_of(made, answer, body=body, id=state.handle)
    progress = body.get("progress")
    why = text(body.get("failureCode")) or ""
    return standing(
        state.handle,
        status,
        place,
        progress=float(progress) if isinstance(progress, int | float) else None,
        reply=reply,
        why=": ".join([word for word in (why, text(body.get("failure")) or "") if word]),
    )


def cancel(state: JobState, place: Place, /) -> JobSteps:
    """End it early."""
    yield Ask(path=f"/tasks/{quote(state.handle, safe='')}", method="DELETE", accepts=(204,))
    return standing(state.handle, "cancelled", place)
