"""Pictures of Fireworks: most models answer with the file itself, those that change pictures with a job."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images.answer import LARGEST, Made, at, body_of, linked, reply_of, text, whole_picture
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.shapes import by_ratio
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "fireworks_images"
# docs.fireworks.ai/api-reference, as of 2025, and hand-made requests and answers of 2026.
_AT_ONCE: Spelling = {"aspect_ratio": "aspect_ratio", "seed": "seed", "guidance": "guidance_scale", "steps": "num_inference_steps"}
_QUEUED: Spelling = {"aspect_ratio": "aspect_ratio", "seed": "seed", "format": "output_format"}
_STATES: dict[str, JobStatus] = {
    "content moderated": "failed",
    "request moderated": "failed",
    "task not found": "expired",
}


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the picture."""
    if _queued(place):
        return (yield from finished(start, poll, request, place))
    refuse(request, place)
    warnings: list[Warning] = []
    check(request, place)
    fields = said(by_ratio(request, warnings).replace(format=None), place, _AT_ONCE, warnings)
    kind = f"image/{request.format or 'jpeg'}"
    answer = yield Ask(
        path=place.path, body={"prompt": request.prompt, **fields}, headers={"Accept": kind}, limit=LARGEST, warnings=tuple(warnings)
    )
    if not answer.media_type.startswith("image/"):
        return reply_of([], answer, body=body_of(answer))
    return reply_of([Made(image=whole_picture(answer.body, answer.media_type))], answer)


def _queued(place: Place) -> bool:
    return "kontext" in place.model


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the job. Raises `UnsupportedFeature` for a model that answers at once."""
    if not _queued(place):
        raise UnsupportedFeature("jobs", where=place.model, hint="Its answer comes at once: wait for it.")
    refuse(request, place, images=1)
    warnings: list[Warning] = []
    check(request, place)
    body: dict[str, Any] = {"prompt": request.prompt, **said(by_ratio(request, warnings), place, _QUEUED, warnings)}
    if request.images:
        body["input_image"] = address_of(request.images[0], place)
    answer = yield from begun(Ask(path=_workflow(place), body=body, warnings=tuple(warnings)))
    return standing(handle_of(body_of(answer).get("request_id")), "queued", place)


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{_workflow(place)}/get_result", body={"id": state.handle}, again=True)
    body = body_of(answer)
    status = status_of(body.get("status"), _STATES)
    reply = None
    if status == "succeeded":
        sample = text(at(body, "result", "sample"))
        reply = reply_of([] if sample is None else [Made(image=linked(sample))], answer, body=body, id=state.handle)
    return standing(state.handle, status, place, reply=reply, why=text(body.get("status")))


def _workflow(place: Place) -> str:
    return place.path.removesuffix("/text_to_image")
