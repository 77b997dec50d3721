"""Pictures as predictions: the model's own input, and its output as addresses."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

from llmkit.dialects.images.answer import Made, body_of, linked, reply_of, text, whole
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.job import JobState, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "replicate_images"
# Recorded predictions; fields by the schemas of its official models, as of 2025; others have names of their own: say these in
# extra_body={"input": {...}}.
WORDS: Spelling = {
    "n": "num_outputs",
    "size": "width,height",
    "aspect_ratio": "aspect_ratio",
    "resolution": "resolution",
    "quality": "quality",
    "style": "style",
    "background": "background",
    "format": lambda value: {"output_format": "jpg" if value == "jpeg" else value},
    "compression": "output_quality",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "guidance": "guidance",
    "steps": "num_inference_steps",
    "strength": "prompt_strength",
}
_GIVEN = (
    ("*kontext*", "input_image", False),
    ("*nano-banana*", "image_input", True),
    ("*seedream-*", "image_input", True),
    ("*gpt-image*", "input_images", True),
    ("*flux-2*", "input_images", True),
    ("*", "image", False),
)
"""By model: the field of given pictures, and whether it is a list."""


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the pictures."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the prediction."""
    name, several = next((name, several) for glob, name, several in _GIVEN if fnmatchcase(place.model, glob))
    refuse(request, place, images=10 if several else 1, mask=True, prompt=False)
    check(request, place)
    warnings: list[Warning] = []
    fields: dict[str, Any] = {"prompt": request.prompt} if request.prompt else {}
    fields |= said(request, place, WORDS, warnings)
    given = [address_of(image, place) for image in request.images]
    if given:
        fields[name] = given if several else given[0]
    if request.mask is not None:
        fields["mask"] = address_of(request.mask, place)
    path, version = where(place)
    body = {**version, "input": fields}
    answer = yield from begun(Ask(path=path, body=body, warnings=tuple(warnings)))
    return _standing(answer, place)


def where(place: Place) -> tuple[str, dict[str, str]]:
    """Return where the model is asked: an official one by its name, others by their version."""
    name, _, version = place.model.partition(":")
    if version or "/" not in name:
        return place.path, {"version": version or name}
    return f"/models/{quote(name, safe='/')}{place.path}", {}


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}", method="GET")
    return _standing(answer, place)


def cancel(state: JobState, place: Place, /) -> JobSteps:
    """End it early."""
    answer = yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}/cancel", body={})
    return _standing(answer, place)


def _standing(answer: Answer, place: Place) -> JobState:
    body = body_of(answer)
    status = status_of(body.get("status"))
    reply = decoded(answer, body) if status == "succeeded" else None
    return standing(handle_of(body.get("id")), status, place, reply=reply, why=body.get("error"))


def decoded(answer: Answer, body: dict[str, Any]) -> ImageResponse:
    """Return the pictures of the output: one address, or a list of them."""
    output = body.get("output")
    listed = output if isinstance(output, list) else [output]
    given = body.get("input") if isinstance(body.get("input"), dict) else {}
    seed = whole((given or {}).get("seed"))
    made = [Made(image=linked(url), seed=seed if len(listed) == 1 else None) for item in listed if (url := text(item))]
    return reply_of(made, answer, body=body, id=text(body.get("id")), model=text(body.get("model")) or "")
