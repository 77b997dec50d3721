"""Pictures of Ideogram (version 2 of its API): the model in the address, the answer at once."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images.answer import Made, body_of, linked, objects, reply_of, text, variant_of, whole
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import file_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.types.asking import Answer, Ask, Form, FormFile, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "ideogram_images"


def _ratio(value: str) -> dict[str, Any]:
    return {"aspect_ratio": value.replace(":", "x")}


# developer.ideogram.ai/api-reference (v2), as of 2026-10.
_COMMON: Spelling = {"n": "num_images", "seed": "seed"}
_FIFTH: Spelling = {**_COMMON, "size": "size", "quality": "quality"}
_FOURTH: Spelling = {**_COMMON, "size": "resolution", "quality": "rendering_speed"}
_THIRD: Spelling = {**_FOURTH, "aspect_ratio": _ratio, "negative_prompt": "negative_prompt", "style": "style_type"}
_RULES: Rules = (
    ("ideogram-4-5", {"n": (1, 8), "quality": ("very_low", "low", "medium", "high")}),
    ("ideogram-*", {"n": (1, 8)}),
)
MOST = 5
"""The picture to change and four to go by."""


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    refuse(request, place, images=MOST, mask=True)
    warnings: list[Warning] = []
    check(request, place, _RULES)
    if not request.images:
        body = {"prompt": request.prompt, **said(request, place, _spelling(place.model), warnings)}
        answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
        return _decoded(answer, request)
    fields: list[tuple[str, str | FormFile]] = [("prompt", request.prompt)]
    fields += [(word, str(value)) for word, value in said(request, place, {**_COMMON, "quality": "quality"}, warnings).items()]
    for number, image in enumerate(request.images, 1):
        fields.append(("image" if number == 1 else "reference_images", file_of(image, place, f"image-{number}")))
    if request.mask is not None:
        fields.append(("mask", file_of(request.mask, place, "mask")))
    answer = yield Ask(path=place.path, body=Form(fields=tuple(fields)), warnings=tuple(warnings))
    return _decoded(answer, request)


def _spelling(model: str) -> Spelling:
    if model.startswith("ideogram-4-5"):
        return _FIFTH
    return _FOURTH if model.startswith("ideogram-4") else _THIRD


def _decoded(answer: Answer, request: ImageRequest) -> ImageResponse:
    body = body_of(answer)
    made: list[Made] = []
    blocked: list[str] = []
    for item in objects(body.get("data")):
        url = text(item.get("url"))
        if url is None or item.get("is_image_safe") is False:
            blocked.append("the picture was judged unsafe")
        else:
            made.append(Made(image=linked(url), prompt=text(item.get("prompt")), seed=whole(item.get("seed"))))
    return reply_of(made, answer, body=body, blocked=blocked, id=text(body.get("generation_id")), variant=variant_of(request))
