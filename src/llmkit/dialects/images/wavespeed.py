"""Pictures of WaveSpeed: a job for each model's path."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.images.answer import Made, at, body_of, linked, reply_of, text
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.shapes import pixels
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "wavespeed_images"


def _size(value: str) -> dict[str, str]:
    found = pixels(value)
    return {"size": value if found is None else f"{found[0]}*{found[1]}"}


# wavespeed.ai/docs, as another client of 2025 uses it; no recorded answer to check it by; what a model does not know of these it passes
# over.
WORDS: Spelling = {
    "n": "num_images",
    "size": _size,
    "aspect_ratio": "aspect_ratio",
    "resolution": "resolution",
    "quality": "quality",
    "format": "output_format",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "guidance": "guidance_scale",
    "steps": "num_inference_steps",
    "strength": "strength",
}


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the pictures."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the job."""
    refuse(request, place, images=10, mask=True, prompt=False)
    check(request, place)
    warnings: list[Warning] = []
    body: dict[str, Any] = {"prompt": request.prompt} if request.prompt else {}
    body |= said(request, place, WORDS, warnings)
    given = [address_of(image, place) for image in request.images]
    if len(given) > 1 or (given and "/edit" in place.model):
        body["images"] = given
    elif given:
        body["image"] = given[0]
    if request.mask is not None:
        body["mask_image"] = address_of(request.mask, place)
    answer = yield from begun(Ask(path=place.path, body=body, warnings=tuple(warnings)))
    return _standing(answer, place)


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"/predictions/{quote(state.handle, safe='')}/result", method="GET")
    return _standing(answer, place)


def _standing(answer: Answer, place: Place) -> JobState:
    job = at(body_of(answer), "data")
    status = status_of(at(job, "status"))
    reply = None
    if status == "succeeded":
        output = at(job, "outputs")
        made = [Made(image=linked(url)) for item in (output if isinstance(output, list) else []) if (url := text(item))]
        reply = reply_of(made, answer, body=job, id=text(at(job, "id")), model=text(at(job, "model")) or "")
    return standing(handle_of(at(job, "id")), status, place, reply=reply, why=at(job, "error"))
