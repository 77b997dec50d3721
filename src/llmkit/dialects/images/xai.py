"""Pictures as xAI takes them: changed ones in JSON, and the cost in the answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.dialects.images import openai
from llmkit.dialects.images.answer import LARGEST, at, body_of, whole
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.shapes import by_ratio
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.usage import Cost
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "xai_images"
WORDS: Spelling = {"n": "n", "aspect_ratio": "aspect_ratio", "resolution": "resolution", "quality": "quality", "user": "user"}
# Recorded requests of 2026; the values as several clients of 2026 list them, read 2026-11-23.
_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "2:1", "1:2", "19.5:9", "9:19.5", "20:9", "9:20", "auto")
_RULES: Rules = (("grok-imagine-*", {"n": (1, 10), "aspect_ratio": _RATIOS, "resolution": ("1k", "2k")}),)
TICK = Decimal("1e-10")
"""US dollars: what a recorded answer of 2026 counts, 200,000,000 for a picture of 2 cents."""


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    refuse(request, place, images=5)
    warnings: list[Warning] = []
    if request.resolution is not None:
        request = request.replace(resolution=request.resolution.lower())
    request = by_ratio(request, warnings)
    check(request, place, _RULES)
    body: dict[str, Any] = {"model": place.model, "prompt": request.prompt, **said(request, place, WORDS, warnings)}
    given = [{"type": "image_url", "url": address_of(image, place)} for image in request.images]
    if len(given) == 1:
        body["image"] = given[0]
    elif given:
        body["images"] = given
    answer = yield Ask(path=place.path, body=body, limit=LARGEST, warnings=tuple(warnings))
    ticks = whole(at(body_of(answer), "usage", "cost_in_usd_ticks"))
    cost = None if ticks is None else Cost(amount=(ticks * TICK).normalize(), basis="provider")
    return openai.decoded(answer, request, cost=cost)
