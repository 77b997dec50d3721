"""Changed pictures as Recraft takes them: a picture made into another, or a part of it painted anew."""

from __future__ import annotations

from llmkit.dialects.images import openai
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import file_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.errors import InvalidRequest
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "recraft_images"
# recraft.ai/docs/api-reference/endpoints, as of 2026; no recorded answer to check it by.
WORDS: Spelling = {
    "n": "n",
    "style": "style",
    "format": "image_format",
    "seed": "random_seed",
    "negative_prompt": "negative_prompt",
    "strength": "strength",
}


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the changed picture."""
    refuse(request, place, images=1, mask=True)
    check(request, place)
    if request.mask is None and request.strength is None:
        raise InvalidRequest("strength is needed here: how far to go from the picture, from 0 to 1.", parameter="strength")
    warnings: list[Warning] = []
    fields: list[tuple[str, str | FormFile]] = [("model", place.model), ("prompt", request.prompt)]
    fields += [(word, str(value)) for word, value in said(request, place, WORDS, warnings).items()]
    fields.append(("image", file_of(request.images[0], place)))
    path = place.path
    if request.mask is not None:
        path = path.replace("/imageToImage", "/inpaint")
        fields.append(("mask", file_of(request.mask, place, "mask")))
    answer = yield Ask(path=path, body=Form(fields=tuple(fields)), warnings=tuple(warnings))
    return openai.decoded(answer, request)
