"""Pictures on Amazon Bedrock: the bodies of Nova Canvas and Titan, and those of Stability's models."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.bedrock_converse.errors import error
from llmkit.dialects.images.answer import LARGEST, Made, at, body_of, inline, reply_of, text, variant_of, whole
from llmkit.dialects.images.given import base64_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.shapes import by_ratio, by_size
from llmkit.dialects.images.words import Spelling, dimensions, refuse, said
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "bedrock_images"
# Amazon's user guides of Nova Canvas, Titan and Stability's models, as of 2025; no recorded answer to check it by.
_CONFIG: Spelling = {"n": "numberOfImages", "size": dimensions, "quality": "quality", "guidance": "cfgScale", "seed": "seed"}
_STABLE: Spelling = {
    "aspect_ratio": "aspect_ratio",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "format": "output_format",
    "strength": "strength",
    "style": "style_preset",
}
_RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
_RULES: Rules = (
    ("*stability.*", {"aspect_ratio": _RATIOS, "format": ("png", "jpeg", "webp")}),
    ("*nova-canvas*", {"n": (1, 5), "quality": ("standard", "premium"), "guidance": (1.1, 10)}),
    ("*titan-image*", {"n": (1, 5), "quality": ("standard", "premium"), "guidance": (1.1, 10)}),
)


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    warnings: list[Warning] = []
    stable = "stability." in place.model
    request = by_ratio(request, warnings) if stable else by_size(request, warnings)
    check(request, place, _RULES)
    body = _stable(request, place, warnings) if stable else _canvas(request, place, warnings)
    answer = yield Ask(path=place.path, body=body, limit=LARGEST, warnings=tuple(warnings))
    return _decoded(answer, request)


def _stable(request: ImageRequest, place: Place, warnings: list[Warning]) -> dict[str, Any]:
    refuse(request, place, images=1, mask=True, prompt=not request.images)
    body: dict[str, Any] = {"prompt": request.prompt} if request.prompt else {}
    body |= said(request, place, _STABLE, warnings)
    if request.images:
        body["image"] = base64_of(request.images[0], place)
        if "sd3" in place.model:
            body["mode"] = "image-to-image"
    if request.mask is not None:
        body["mask"] = base64_of(request.mask, place)
    return body


def _canvas(request: ImageRequest, place: Place, warnings: list[Warning]) -> dict[str, Any]:
    refuse(request, place, images=5, mask=True, prompt=not request.images)
    config = said(request.replace(negative_prompt=None, style=None, strength=None), place, _CONFIG, warnings)
    words = {"text": request.prompt} if request.prompt else {}
    if request.negative_prompt is not None:
        words["negativeText"] = request.negative_prompt
    kind, name, parameters = _task(request, place, words)
    if request.strength is not None:
        if name == "imageVariationParams":
            parameters["similarityStrength"] = round(1.0 - request.strength, 6)  # theirs says how near to stay
        else:
            warnings.append(Warning(kind="dropped", parameter="strength", detail="this task has no field for it"))
    return {"taskType": kind, name: parameters, **({"imageGenerationConfig": config} if config else {})}


def _task(request: ImageRequest, place: Place, words: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Return the kind of the task, the name of its parameters, and these."""
    if not request.images:
        return "TEXT_IMAGE", "textToImageParams", {**words, **({"style": request.style} if request.style else {})}
    if request.mask is not None:
        given = {"image": base64_of(request.images[0], place), "maskImage": base64_of(request.mask, place)}
        return "INPAINTING", "inPaintingParams", {**given, **words}
    return "IMAGE_VARIATION", "imageVariationParams", {"images": [base64_of(image, place) for image in request.images], **words}


def _decoded(answer: Answer, request: ImageRequest) -> ImageResponse:
    body = body_of(answer)
    listed, reasons = body.get("images"), body.get("finish_reasons")
    blocked = [reason for item in (reasons if isinstance(reasons, list) else []) if (reason := text(item))]
    if (why := text(body.get("error"))) is not None:
        blocked.append(why)
    made = [
        Made(image=inline(data), seed=whole(at(body.get("seeds"), number)))
        for number, item in enumerate(listed if isinstance(listed, list) else [])
        if (data := text(item))
    ]
    return reply_of(made, answer, body=body, blocked=blocked, variant=variant_of(request))
