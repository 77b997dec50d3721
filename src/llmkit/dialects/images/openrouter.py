"""Pictures of a router of many models: one address for making and changing, and the cost in the answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.dialects.images import openai
from llmkit.dialects.images.answer import LARGEST, at, body_of
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.usage import Cost
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "openrouter_images"
# openrouter.ai/blog/tutorials/image-generation, read 2026-11-23, and recorded requests; what a model does not know of these it passes over.
WORDS: Spelling = {
    "n": "n",
    "size": "size",
    "aspect_ratio": "aspect_ratio",
    "resolution": "resolution",
    "quality": "quality",
    "background": "background",
    "format": "output_format",
    "compression": "output_compression",
    "seed": "seed",
}
MOST = 16


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    refuse(request, place, images=MOST)
    check(request, place)
    warnings: list[Warning] = []
    body: dict[str, Any] = {"model": place.model, "prompt": request.prompt, **said(request, place, WORDS, warnings)}
    if request.images:
        body["input_references"] = [{"type": "image_url", "image_url": {"url": address_of(image, place)}} for image in request.images]
    answer = yield Ask(path=place.path, body=body, limit=LARGEST, warnings=tuple(warnings))
    told = at(body_of(answer), "usage", "cost")
    exact = isinstance(told, int | float) and not isinstance(told, bool)
    return openai.decoded(answer, request, cost=Cost(amount=Decimal(repr(told)), basis="provider") if exact else None)
