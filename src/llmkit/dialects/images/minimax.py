"""Pictures of MiniMax: a given picture is the person to draw."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images.answer import LARGEST, Made, at, body_of, inline, linked, reply_of, text, whole
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "minimax_images"
# platform.minimax.io/docs/api-reference (image generation), as of 2025; no recorded answer to check it by.
WORDS: Spelling = {"aspect_ratio": "aspect_ratio", "size": "width,height", "n": "n", "seed": "seed"}
_RATIOS = ("1:1", "16:9", "4:3", "3:2", "2:3", "3:4", "9:16", "21:9")
_MOST = 9
_RULES: Rules = (("image-01*", {"n": (1, 9), "aspect_ratio": _RATIOS}),)


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    refuse(request, place, images=1)
    check(request, place, _RULES)
    warnings: list[Warning] = []
    body: dict[str, Any] = {"model": place.model, "prompt": request.prompt, **said(request, place, WORDS, warnings)}
    if request.images:
        body["subject_reference"] = [{"type": "character", "image_file": address_of(request.images[0], place)}]
    answer = yield Ask(path=place.path, body=body, limit=LARGEST, warnings=tuple(warnings))
    return _decoded(answer)


def _decoded(answer: Answer) -> ImageResponse:
    body = body_of(answer)
    links, files = at(body, "data", "image_urls"), at(body, "data", "image_base64")
    made = [Made(image=linked(url)) for item in (links if isinstance(links, list) else []) if (url := text(item))]
    made += [Made(image=inline(data)) for item in (files if isinstance(files, list) else []) if (data := text(item))]
    failed = min(whole(at(body, "metadata", "failed_count")) or 0, _MOST)
    blocked = ("the content was judged unsafe",) * failed if whole(at(body, "base_resp", "status_code")) in (0, None) else ()
    return reply_of(made, answer, body=body, blocked=blocked, id=text(body.get("id")))
