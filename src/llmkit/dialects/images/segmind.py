"""Pictures of Segmind (version 1): one address for each model, the answer is the file."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images.answer import LARGEST, Made, body_of, inline, linked, reply_of, text, whole_picture
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.words import Spelling, dimensions, refuse, said
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "segmind_images"
# docs.segmind.com and the pages of its models, as of 2025; no recorded answer to check it by; what a model does not know of these it
# passes over.
WORDS: Spelling = {
    "n": "samples",
    "size": lambda value: dimensions(value, "img_width", "img_height"),
    "aspect_ratio": "aspect_ratio",
    "quality": "quality",
    "style": "style",
    "format": "output_format",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "guidance": "guidance_scale",
    "steps": "num_inference_steps",
    "strength": "strength",
}


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the picture."""
    refuse(request, place, images=10, mask=True, prompt=False)
    check(request, place)
    warnings: list[Warning] = []
    body: dict[str, Any] = {"prompt": request.prompt} if request.prompt else {}
    body |= said(request, place, WORDS, warnings)
    given = [address_of(image, place) for image in request.images]
    if given:
        body["image" if len(given) == 1 else "image_urls"] = given[0] if len(given) == 1 else given
    if request.mask is not None:
        body["mask"] = address_of(request.mask, place)
    answer = yield Ask(path=place.path, body=body, limit=LARGEST, warnings=tuple(warnings))
    if answer.media_type.startswith("image/"):
        return reply_of([Made(image=whole_picture(answer.body, answer.media_type))], answer)
    told = body_of(answer)
    item = told.get("image") or told.get("image_url") or told.get("url")
    listed = item if isinstance(item, list) else [item]
    made = [Made(image=linked(word) if word.startswith("http") else inline(word)) for one in listed if (word := text(one))]
    return reply_of(made, answer, body=told)
