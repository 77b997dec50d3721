"""Pictures of Workers AI: one address for each model, the answer a file or its base64."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images.answer import LARGEST, Made, at, body_of, inline, reply_of, text, whole_picture
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import base64_of
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "cloudflare_images"
# developers.cloudflare.com/workers-ai/models (text-to-image), as of 2025; no recorded answer to check it by.
WORDS: Spelling = {
    "size": "width,height",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "guidance": "guidance",
    "steps": "num_steps",
    "strength": "strength",
}


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the picture."""
    refuse(request, place, images=1)
    check(request, place)
    warnings: list[Warning] = []
    words: Spelling = {**WORDS, "steps": "steps"} if "flux" in place.model else WORDS
    body: dict[str, Any] = {"prompt": request.prompt, **said(request, place, words, warnings)}
    if request.images:
        body["image_b64"] = base64_of(request.images[0], place)
    answer = yield Ask(path=place.path, body=body, limit=LARGEST, warnings=tuple(warnings))
    if answer.media_type.startswith("image/"):
        return reply_of([Made(image=whole_picture(answer.body, answer.media_type))], answer)
    told = body_of(answer)
    data = text(at(told, "result", "image")) or text(told.get("image"))
    listed = told.get("errors")
    failed = {"error": listed[0]} if isinstance(listed, list) and listed else told
    return reply_of([] if data is None else [Made(image=inline(data))], answer, body=failed)
