"""Pictures of Prodia: the model is a kind of job, the answer is the file."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.images.answer import LARGEST, Made, body_of, reply_of, whole_picture
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import file_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.shapes import by_size
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "prodia_images"
# Hand-made requests of 2026; given pictures by docs.prodia.com, as of 2025; no recorded answer to check it by.
WORDS: Spelling = {
    "size": "width,height",
    "style": "style_preset",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "guidance": "guidance_scale",
    "steps": "steps",
    "strength": "strength",
}
_RULES: Rules = (("*", {"format": ("png", "jpeg", "webp")}),)


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the picture."""
    refuse(request, place, images=4, mask=True)
    warnings: list[Warning] = []
    request = by_size(request, warnings)
    check(request, place, _RULES)
    settings = said(request.replace(format=None), place, WORDS, warnings)
    job: dict[str, Any] = {"type": place.model, "config": {"prompt": request.prompt, **settings}}
    headers = {"Accept": f"image/{request.format or 'png'}"}
    body: dict[str, Any] | Form = _form(job, request, place) if request.images else job
    answer = yield Ask(path=place.path, body=body, headers=headers, limit=LARGEST, warnings=tuple(warnings))
    if not answer.media_type.startswith("image/"):
        return reply_of([], answer, body=body_of(answer))
    return reply_of([Made(image=whole_picture(answer.body, answer.media_type))], answer)


def _form(job: dict[str, Any], request: ImageRequest, place: Place) -> Form:
    """Return the job and its inputs, in order; a mask is the last input."""
    fields: list[tuple[str, str | FormFile]] = [
        ("job", FormFile(data=msgspec.json.encode(job), media_type="application/json", filename="job.json"))
    ]
    given = [*request.images, *([] if request.mask is None else [request.mask])]
    fields += [("input", file_of(image, place, f"input-{number}")) for number, image in enumerate(given, 1)]
    return Form(fields=tuple(fields))
