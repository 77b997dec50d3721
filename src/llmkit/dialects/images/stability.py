"""Pictures as Stability takes them: forms, one address for each model and for each kind of change."""

from __future__ import annotations

from urllib.parse import quote

from llmkit.dialects.images.answer import LARGEST, Made, body_of, inline, reply_of, text, whole
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import file_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.shapes import by_ratio
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "stability_images"
# platform.stability.ai/docs/api-reference (v2beta), as of 2025, and types of two clients, read 2026-11-23; no recorded answer to check it
# by.
WORDS: Spelling = {
    "aspect_ratio": "aspect_ratio",
    "style": "style_preset",
    "format": "output_format",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "guidance": "cfg_scale",
    "strength": "strength",
}
_RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
_COMMON = {"aspect_ratio": _RATIOS, "seed": (0, 4294967294)}
_RULES: Rules = (
    ("*sd3*", {**_COMMON, "format": ("jpeg", "png"), "guidance": (1, 10)}),
    ("*", {**_COMMON, "format": ("jpeg", "png", "webp")}),
)
_MAKERS = ("core", "ultra", "sd3")


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the picture."""
    warnings: list[Warning] = []
    refuse(request, place, images=1, mask=True, prompt=False)
    request = by_ratio(request, warnings)
    check(request, place, _RULES)
    path, name = _where(request, place)
    if name == "core" and request.images:
        raise UnsupportedFeature("given images", where=place.model, hint="ultra and sd3 take one, and the kinds of change: inpaint ...")
    fields: list[tuple[str, str | FormFile]] = [("prompt", request.prompt)] if request.prompt else []
    fields += [(word, str(value)) for word, value in said(request, place, WORDS, warnings).items()]
    if name == "sd3":
        fields.append(("model", place.model.removeprefix("stable-image-")))
        if request.images:
            fields.append(("mode", "image-to-image"))
    if request.images:
        fields.append(("image", file_of(request.images[0], place)))
    if request.mask is not None:
        fields.append(("mask", file_of(request.mask, place, "mask")))
    answer = yield Ask(
        path=path, body=Form(fields=tuple(fields)), headers={"Accept": "application/json"}, limit=LARGEST, warnings=tuple(warnings)
    )
    body = body_of(answer)
    data, reason = text(body.get("image")), text(body.get("finish_reason")) or ""
    blocked = (reason,) if reason not in ("", "SUCCESS") else ()
    made = [Made(image=inline(data), seed=whole(body.get("seed")))] if data and not blocked else []
    return reply_of(made, answer, body=body, blocked=blocked)


def _where(request: ImageRequest, place: Place) -> tuple[str, str]:
    """Return the path and its last word: makers that are given a picture change it at their own address."""
    name = place.model.removeprefix("stable-image-")
    name = "sd3" if name.startswith("sd3") else name
    kind = "generate" if name in _MAKERS else "edit"
    root = place.path.partition("/stable-image/")[0]
    return f"{root}/stable-image/{kind}/{quote(name, safe='')}", name
