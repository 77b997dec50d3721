"""Pictures of Venice in its own format: several at once as base64, changed ones as a file."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images.answer import LARGEST, Made, at, body_of, inline, reply_of, text, variant_of, whole, whole_picture
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import base64_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "venice_images"
# A recorded request of 2026; the rest by docs.venice.ai/api-reference, as of 2025.
WORDS: Spelling = {
    "n": "variants",
    "size": "width,height",
    "aspect_ratio": "aspect_ratio",
    "resolution": "resolution",
    "quality": "quality",
    "style": "style_preset",
    "format": "format",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "guidance": "cfg_scale",
    "steps": "steps",
}
_RULES: Rules = (("*", {"n": (1, 4), "format": ("jpeg", "png", "webp")}),)


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    refuse(request, place, images=1)
    check(request, place, _RULES)
    warnings: list[Warning] = []
    if request.images:
        body: dict[str, Any] = {"model": place.model, "prompt": request.prompt, "image": base64_of(request.images[0], place)}
        body |= said(request, place, {"aspect_ratio": "aspect_ratio"}, warnings)
        answer = yield Ask(path=place.path, body=body, limit=LARGEST, warnings=tuple(warnings))
        if answer.media_type.startswith("image/"):
            return reply_of([Made(image=whole_picture(answer.body, answer.media_type))], answer)
        return reply_of([], answer, body=body_of(answer))
    body = {"model": place.model, "prompt": request.prompt, **said(request, place, WORDS, warnings)}
    answer = yield Ask(path=place.path, body=body, limit=LARGEST, warnings=tuple(warnings))
    told = body_of(answer)
    listed = told.get("images")
    seed = whole(at(told, "request", "data", "seed"))
    files = [data for item in (listed if isinstance(listed, list) else []) if (data := text(item))]
    made = [Made(image=inline(data), seed=seed if len(files) == 1 else None) for data in files]
    return reply_of(made, answer, body=told, id=text(told.get("id")), variant=variant_of(request))
