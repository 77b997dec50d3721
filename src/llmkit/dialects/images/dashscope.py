"""Pictures of Alibaba's models: a conversation of one turn, with settings beside it."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images.answer import Made, at, body_of, linked, objects, reply_of, text, variant_of
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.shapes import by_size, needs_pixels
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "dashscope_images"


def _size(value: str) -> dict[str, str]:
    width, height = needs_pixels(value)
    return {"size": f"{width}*{height}"}


# Requests of other clients of 2026 to qwen-image models; no recorded answer to check it by.
WORDS: Spelling = {"n": "n", "size": _size, "seed": "seed", "negative_prompt": "negative_prompt"}
_RULES: Rules = (("*", {"n": (1, 6), "seed": (0, 2147483647)}),)
MOST = 9


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    refuse(request, place, images=MOST)
    warnings: list[Warning] = []
    request = by_size(request, warnings, 16)
    check(request, place, _RULES)
    content: list[dict[str, str]] = [{"image": address_of(image, place)} for image in request.images]
    content.append({"text": request.prompt})
    body: dict[str, Any] = {"model": place.model, "input": {"messages": [{"role": "user", "content": content}]}}
    if settings := said(request, place, WORDS, warnings):
        body["parameters"] = settings
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    return _decoded(answer, request)


def _decoded(answer: Answer, request: ImageRequest) -> ImageResponse:
    body = body_of(answer)
    made: list[Made] = []
    words = ""
    for choice in objects(at(body, "output", "choices")):
        for part in objects(at(choice, "message", "content")):
            if url := text(part.get("image")):
                made.append(Made(image=linked(url)))
            words += text(part.get("text")) or ""
    return reply_of(made, answer, body=body, id=text(body.get("request_id")), text=words, variant=variant_of(request))
