"""Pictures of fal: a queue, with as many models as there are paths."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images.answer import Made, body_of, linked, objects, reply_of, text, whole
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.shapes import pixels
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.job import JobState, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "fal_images"


def _size(value: str) -> dict[str, Any]:
    """Return width and height, or the word (`landscape_16_9`) as it is."""
    found = pixels(value)
    return {"image_size": value if found is None else {"width": found[0], "height": found[1]}}


# fal.ai/docs (queue) and the pages of its models, as of 2025; a model passes over what it does not know.
WORDS: Spelling = {
    "n": "num_images",
    "size": _size,
    "aspect_ratio": "aspect_ratio",
    "resolution": "resolution",
    "quality": "quality",
    "style": "style",
    "background": "background",
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
    """Put the request into the queue; the answer says where its result will be."""
    refuse(request, place, images=16, mask=True, prompt=False)
    check(request, place)
    warnings: list[Warning] = []
    body: dict[str, Any] = {"prompt": request.prompt} if request.prompt else {}
    body |= said(request, place, WORDS, warnings)
    given = [address_of(image, place) for image in request.images]
    if len(given) > 1 or (given and "/edit" in place.model):
        body["image_urls"] = given
    elif given:
        body["image_url"] = given[0]
    if request.mask is not None:
        body["mask_url"] = address_of(request.mask, place)
    answer = yield from begun(Ask(path=place.path, body=body, warnings=tuple(warnings)))
    told = body_of(answer)
    return standing(handle_of(told.get("response_url")), "queued", place)


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands; when it is done, fetch what it made."""
    answer = yield Ask(url=f"{state.handle}/status", method="GET")
    status = status_of(body_of(answer).get("status"))
    if status != "succeeded":
        return standing(state.handle, status, place)
    made = yield Ask(url=state.handle, method="GET")
    return standing(state.handle, "succeeded", place, reply=decoded(made))


def cancel(state: JobState, place: Place, /) -> JobSteps:
    """Take it out of the queue."""
    yield Ask(url=f"{state.handle}/cancel", method="PUT", body={})
    return standing(state.handle, "cancelled", place)


def decoded(answer: Answer) -> ImageResponse:
    """Return the pictures of the result."""
    body = body_of(answer)
    items = objects(body.get("images")) or objects([body.get("image")])
    seed, prompt = whole(body.get("seed")), text(body.get("prompt"))
    made = [
        Made(image=linked(url, text(item.get("content_type"))), prompt=prompt, seed=seed)
        for item in items
        if (url := text(item.get("url")))
    ]
    extra = {name: body[name] for name in ("has_nsfw_concepts", "timings", "description") if body.get(name)}
    return reply_of(made, answer, body=body, extra=extra)
