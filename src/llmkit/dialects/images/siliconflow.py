"""Pictures of SiliconFlow: near to OpenAI's, with words of its own."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images.answer import Made, body_of, linked, objects, reply_of, text, variant_of, whole
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.shapes import by_size
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "siliconflow_images"
# docs.siliconflow.com/en/api-reference/images, as of 2025; no recorded answer to check it by.
WORDS: Spelling = {
    "n": "batch_size",
    "size": "image_size",
    "format": "output_format",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "guidance": "guidance_scale",
    "steps": "num_inference_steps",
}
MOST = 3


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    refuse(request, place, images=MOST)
    warnings: list[Warning] = []
    request = by_size(request, warnings)
    check(request, place)
    body: dict[str, Any] = {"model": place.model, "prompt": request.prompt, **said(request, place, WORDS, warnings)}
    for number, image in enumerate(request.images, 1):
        body["image" if number == 1 else f"image{number}"] = address_of(image, place)
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    told = body_of(answer)
    items = objects(told.get("images")) or objects(told.get("data"))
    seed = whole(told.get("seed"))
    made = [Made(image=linked(url), seed=seed if len(items) == 1 else None) for item in items if (url := text(item.get("url")))]
    return reply_of(made, answer, body=told, variant=variant_of(request), extra={"timings": told["timings"]} if "timings" in told else {})
