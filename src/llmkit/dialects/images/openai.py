"""Pictures as OpenAI and its many relatives take them: made, changed and varied."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from llmkit.dialects.images.answer import LARGEST, Made, at, body_of, inline, linked, objects, reply_of, text, variant_of, whole
from llmkit.dialects.images.given import address_of, file_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.openai_stream import decoder, fold, usage_of
from llmkit.dialects.images.shapes import by_size, pixels
from llmkit.dialects.images.words import Spelling, said
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.asking import Answer, Ask, Form, FormFile, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.parts import Image
from llmkit.types.warnings import Warning

__all__ = ["NAME", "ask_stream", "decoded", "decoder", "error", "fold", "steps"]

NAME = "openai_images"
WORDS: Spelling = {
    "n": "n",
    "size": "size",
    "quality": "quality",
    "style": "style",
    "background": "background",
    "format": "output_format",
    "compression": "output_compression",
    "user": "user",
}
_SIZES = ("auto", "1024x1024", "1536x1024", "1024x1536")
_KINDS = ("png", "webp", "jpeg")
# Types of the openai package 3.x (`ImageGenerateParams`, `ImageEditParams`), read 2026-11-23.
_RULES: Rules = (
    ("gpt-image-1*", {"n": (1, 10), "size": _SIZES, "quality": ("auto", "low", "medium", "high"), "format": _KINDS}),
    (
        "gpt-image-*",
        {"n": (1, 10), "quality": ("auto", "low", "medium", "high", "xhigh", "max"), "format": (*_KINDS, "gif", "svg")},
    ),
    ("chatgpt-image-*", {"n": (1, 10), "format": _KINDS}),
    ("dall-e-3", {"n": (1, 1), "size": ("1024x1024", "1792x1024", "1024x1792"), "quality": ("standard", "hd")}),
    ("dall-e-2", {"n": (1, 10), "size": ("256x256", "512x512", "1024x1024"), "quality": ("standard",)}),
)
_STEP, _WIDEST = 16, 3.0
_FREE = ("gpt-image-2",)


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    answer = yield asked(request, place)
    reply = decoded(answer, request)
    return reply.replace(units=billed(reply, request, place))


def ask_stream(request: ImageRequest, place: Place, /) -> Ask:
    """Return the request whose answer shows the pictures while they are drawn: GPT image models do, and hosts whose row says so."""
    if not place.options.get("streams", "gpt-image" in place.model) or not request.prompt:
        raise UnsupportedFeature("streams of images", where=place.provider, hint="Ask for the whole: kit.image(...).")
    more: dict[str, Any] = {"stream": True}
    if request.partial_images is not None:
        more["partial_images"] = request.partial_images
    return asked(request, place, more)


def asked(request: ImageRequest, place: Place, more: Mapping[str, Any] | None = None) -> Ask:
    """Return the request on the wire."""
    warnings: list[Warning] = []
    request = by_size(request, warnings, _STEP)
    check(request, place, _RULES)
    _check_size(request, place)
    fields = {"model": place.model, **said(request, place, WORDS, warnings), **(more or {})}
    if request.prompt:
        fields = {"model": place.model, "prompt": request.prompt, **fields}
    if not request.images:
        return Ask(path=place.path, body=fields, limit=LARGEST, warnings=tuple(warnings))
    path = place.path if request.prompt else place.path.replace("/edits", "/variations")
    if not request.prompt and (len(request.images) > 1 or request.mask is not None):
        raise InvalidRequest("A variation is of one image, without a mask.", parameter="images", hint="Pass a prompt to edit.")
    if "given" in place.options:
        return Ask(path=path, body={**fields, **_beside(request, place)}, limit=LARGEST, warnings=tuple(warnings))
    if any(image.data is None for image in request.images):
        return Ask(path=path, body={**fields, **_elsewhere(request, place)}, limit=LARGEST, warnings=tuple(warnings))
    return Ask(path=path, body=_form(fields, request, place), limit=LARGEST, warnings=tuple(warnings))


def billed(reply: ImageResponse, request: ImageRequest, place: Place) -> dict[str, float]:
    """Return what is paid for: pictures, or their pixels where `Serving.options["megapixels"]` names the model."""
    known = None if request.size is None else pixels(request.size)
    if known is None or not any(fnmatchcase(place.model, glob) for glob in place.options.get("megapixels", ())):
        return reply.units
    return {"megapixel": len(reply.images) * known[0] * known[1] / 1e6}


def _check_size(request: ImageRequest, place: Place) -> None:
    """Refuse what no model of the free sizes draws: sides of a multiple of 16, at most three times as wide as high."""
    if not place.model.startswith(_FREE) or request.size is None or (found := pixels(request.size)) is None:
        return
    width, height = found
    if width % _STEP or height % _STEP or max(found) > _WIDEST * min(found):
        raise InvalidRequest(
            f"size of {place.model} has sides that are multiples of {_STEP}, in a ratio from 1:3 to 3:1, not {request.size!r}.",
            parameter="size",
        )


def _form(fields: Mapping[str, Any], request: ImageRequest, place: Place) -> Form:
    """Return the form of an edit: several pictures are a list by the name of the field."""
    entries: list[tuple[str, str | FormFile]] = [(name, _said(value)) for name, value in fields.items()]
    name = "image" if len(request.images) == 1 else "image[]"
    entries += [(name, file_of(image, place, f"image-{number}")) for number, image in enumerate(request.images, 1)]
    if request.mask is not None:
        entries.append(("mask", file_of(request.mask, place, "mask")))
    return Form(fields=tuple(entries))


def _said(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _elsewhere(request: ImageRequest, place: Place) -> dict[str, Any]:
    """Return the pictures by address or by id: then the body is JSON."""
    fields: dict[str, Any] = {"images": [_reference(image, place) for image in request.images]}
    if request.mask is not None:
        fields["mask"] = _reference(request.mask, place)
    return fields


def _beside(request: ImageRequest, place: Place) -> dict[str, Any]:
    """Return the pictures in the fields that a host has for one and for several of them (`Serving.options["given"]`)."""
    if request.mask is not None:
        raise UnsupportedFeature("masks", where=place.model)
    one, several = place.options["given"]
    given = [address_of(image, place) for image in request.images]
    return {one: given[0]} if len(given) == 1 else {several: given}


def _reference(image: Image, place: Place) -> dict[str, str]:
    return {"file_id": image.file_id} if image.file_id is not None else {"image_url": address_of(image, place)}


def decoded(answer: Answer, request: ImageRequest, **more: Any) -> ImageResponse:
    """Return the reply in `answer`; what a relative says beside it is read too."""
    body = body_of(answer)
    made: list[Made] = []
    blocked: list[str] = []
    for item in objects(body.get("data")):
        image = picture_of(item, body)
        if image is not None:
            made.append(Made(image=image, prompt=text(item.get("revised_prompt")), seed=whole(item.get("seed"))))
        else:
            blocked.append(_why(item))
    told: dict[str, Any] = {"id": text(body.get("id")), "model": text(body.get("model")) or "", "usage": usage_of(body.get("usage"))}
    variant = "/".join([word for word in (text(body.get("quality")), text(body.get("size"))) if word])
    extra = {name: body[name] for name in ("background", "output_format", "timings") if name in body}
    return reply_of(made, answer, body=body, blocked=blocked, variant=variant or variant_of(request), extra=extra, **(told | more))


def picture_of(item: dict[str, Any], body: dict[str, Any]) -> Image | None:
    """Return the picture of one item, None where it holds none."""
    kind = text(item.get("mime_type")) or text(item.get("media_type")) or _kind(body)
    if data := text(item.get("b64_json")):
        return inline(data, kind)
    url = text(item.get("url"))
    return None if url is None else linked(url, kind)


def _kind(body: dict[str, Any]) -> str | None:
    name = text(body.get("output_format"))
    return None if name is None else "image/svg+xml" if name == "svg" else f"image/{name}"


def _why(item: dict[str, Any]) -> str:
    said = at(item, "error", "message") or item.get("content_filter_results") or item.get("finish_reason") or "its filter"
    return said if isinstance(said, str) else msgspec.json.encode(said).decode()
