"""Pictures of Gemini models (in a conversation of one turn) and of Imagen (as predictions), at Google and on Vertex."""

from __future__ import annotations

from typing import Any

from llmkit.dialects import gemini as conversation
from llmkit.dialects.gemini.errors import error
from llmkit.dialects.images.answer import LARGEST, Made, body_of, inline, linked, objects, reply_of, text, variant_of
from llmkit.dialects.images.given import base64_of, bytes_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.shapes import by_ratio
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.parts import Image, Provenance, Text
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "gemini_images"
_RATIOS = ("1:1", "3:4", "4:3", "9:16", "16:9")
_MORE_RATIOS = (*_RATIOS, "2:3", "3:2", "4:5", "5:4", "21:9")
# Fields: google-genai 3.4, read 2026-11-23. Values: ai.google.dev/gemini-api/docs, as of 2026; of the newest models sources differ: no
# rule.
_RULES: Rules = (
    ("imagen-*", {"n": (1, 4), "aspect_ratio": _RATIOS, "resolution": ("1K", "2K"), "format": ("png", "jpeg")}),
    ("gemini-2.5-*", {"aspect_ratio": _MORE_RATIOS, "resolution": ("1K",)}),
)
_PREDICTED: Spelling = {
    "n": "sampleCount",
    "aspect_ratio": "aspectRatio",
    "resolution": "sampleImageSize",
    "seed": "seed",
    "negative_prompt": "negativePrompt",
    "guidance": "guidanceScale",
    "format": lambda value: {"outputOptions": {"mimeType": f"image/{value}"}},
}
_SAID: Spelling = {"aspect_ratio": "aspectRatio", "resolution": "imageSize"}


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    warnings: list[Warning] = []
    request = by_ratio(request, warnings)
    check(request, place, _RULES)
    if "imagen" in place.model:
        answer = yield _predicting(request, place, warnings)
        return _predicted(answer, request)
    answer = yield _talking(request, place, warnings)
    return _said(answer, place)


def _predicting(request: ImageRequest, place: Place, warnings: list[Warning]) -> Ask:
    refuse(request, place, images=4, mask=True)
    settings = said(request.replace(compression=None), place, _PREDICTED, warnings)
    if request.compression is not None:
        settings.setdefault("outputOptions", {"mimeType": "image/jpeg"})["compressionQuality"] = request.compression
    instance: dict[str, Any] = {"prompt": request.prompt}
    if request.images:
        instance["referenceImages"] = _references(request, place)
        settings["editMode"] = "EDIT_MODE_DEFAULT" if request.mask is None else "EDIT_MODE_INPAINT_INSERTION"
    return Ask(path=place.path, body={"instances": [instance], "parameters": settings}, limit=LARGEST, warnings=tuple(warnings))


def _references(request: ImageRequest, place: Place) -> list[dict[str, Any]]:
    given = [
        {"referenceType": "REFERENCE_TYPE_RAW", "referenceId": number, "referenceImage": _image(image, place)}
        for number, image in enumerate(request.images, 1)
    ]
    if request.mask is not None:
        mask = {"referenceType": "REFERENCE_TYPE_MASK", "referenceId": len(given) + 1, "referenceImage": _image(request.mask, place)}
        given.append({**mask, "maskImageConfig": {"maskMode": "MASK_MODE_USER_PROVIDED"}})
    return given


def _image(image: Image, place: Place) -> dict[str, str]:
    if image.url is not None and image.url.startswith("gs://"):
        return {"gcsUri": image.url}
    return {"bytesBase64Encoded": base64_of(image, place)}


def _predicted(answer: Answer, request: ImageRequest) -> ImageResponse:
    body = body_of(answer)
    made: list[Made] = []
    blocked: list[str] = []
    for item in objects(body.get("predictions")):
        kind, prompt = text(item.get("mimeType")), text(item.get("prompt"))
        if data := text(item.get("bytesBase64Encoded")):
            made.append(Made(image=inline(data, kind), prompt=prompt))
        elif url := text(item.get("gcsUri")):
            made.append(Made(image=linked(url, kind), prompt=prompt))
        elif why := text(item.get("raiFilteredReason")):
            blocked.append(why)
    return reply_of(made, answer, body=body, blocked=blocked, variant=variant_of(request))


def _talking(request: ImageRequest, place: Place, warnings: list[Warning]) -> Ask:
    refuse(request, place, images=14)
    config: dict[str, Any] = {"responseModalities": ["TEXT", "IMAGE"]}
    if request.seed is not None:
        config["seed"] = request.seed
    picture = said(request.replace(seed=None), place, _SAID, warnings)
    if picture:
        config["imageConfig"] = picture
    parts: list[dict[str, Any]] = [{"text": request.prompt}, *[_part(image, place) for image in request.images]]
    body = {"contents": [{"role": "user", "parts": parts}], "generationConfig": config}
    return Ask(path=place.path.replace(":predict", ":generateContent"), body=body, limit=LARGEST, warnings=tuple(warnings))


def _part(image: Image, place: Place) -> dict[str, Any]:
    if image.url is not None and not image.url.startswith("data:"):
        if not image.url.startswith("gs://") and "/files/" not in image.url:
            raise UnsupportedFeature("images by address", where=place.provider, hint="Fetch it first: kit.fetch(Image(url=...)).")
        return {"fileData": {"fileUri": image.url, **({"mimeType": image.media_type} if image.media_type else {})}}
    return {"inlineData": {"mimeType": bytes_of(image, place)[1], "data": base64_of(image, place)}}


def _said(answer: Answer, place: Place) -> ImageResponse:
    told = conversation.decode(answer.body, origin=Provenance(provider=place.provider, dialect=conversation.NAME, model=place.model))
    made = [Made(image=part) for part in told.content if isinstance(part, Image)]
    words = "".join([part.text for part in told.content if isinstance(part, Text)])
    refused = told.finish.unified in ("content_filter", "refusal")
    blocked = (f"{told.finish.raw}: {words}" if words else str(told.finish.raw),) if not made and (refused or words) else ()
    return reply_of(made, answer, blocked=blocked, id=told.id, model=told.model, usage=told.usage, text=words, extra=told.extra)
