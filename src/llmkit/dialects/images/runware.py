"""Pictures of Runware: a list of tasks to one address, the price in the answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from llmkit.dialects.images.answer import LARGEST, Made, body_of, inline, linked, objects, reply_of, text, variant_of, whole
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import address_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.shapes import by_size
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.parts import Image
from llmkit.types.usage import Cost
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "runware_images"


def _format(value: str) -> dict[str, str]:
    return {"outputFormat": "JPG" if value == "jpeg" else value.upper()}


# runware.ai/docs/image-inference, read in part 2026-11-23; no recorded answer to check it by.
WORDS: Spelling = {
    "n": "numberResults",
    "size": "width,height",
    "format": _format,
    "compression": "outputQuality",
    "seed": "seed",
    "negative_prompt": "negativePrompt",
    "guidance": "CFGScale",
    "steps": "steps",
    "strength": "strength",
}
_RULES: Rules = (("*", {"format": ("jpeg", "png", "webp")}),)


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Ask for the pictures."""
    refuse(request, place, images=1 if request.mask is not None else 9, mask=True)
    warnings: list[Warning] = []
    request = by_size(request, warnings)
    check(request, place, _RULES)
    # Each task has an id of ours, a new one every time: it answers a known one with what it made then.
    task: dict[str, Any] = {"taskType": "imageInference", "taskUUID": str(uuid4()), "model": place.model}
    task |= {"positivePrompt": request.prompt, "includeCost": True, **said(request, place, WORDS, warnings)}
    given = [address_of(image, place) for image in request.images]
    if request.mask is not None:
        task |= {"seedImage": given[0], "maskImage": address_of(request.mask, place)}
    elif request.strength is not None and len(given) == 1:
        task["seedImage"] = given[0]
    elif given:
        task["referenceImages"] = given
    answer = yield Ask(path=place.path, body=[task], limit=LARGEST, warnings=tuple(warnings))
    return _decoded(answer, request)


def _decoded(answer: Answer, request: ImageRequest) -> ImageResponse:
    body = body_of(answer)
    items = objects(body.get("data"))
    made = [Made(image=image, seed=whole(item.get("seed"))) for item in items if (image := _picture(item)) is not None]
    told = [item.get("cost") for item in items]
    amounts = [Decimal(repr(cost)) for cost in told if isinstance(cost, int | float) and not isinstance(cost, bool)]
    cost = Cost(amount=sum(amounts, Decimal(0)), basis="provider") if made and len(amounts) == len(items) else None
    listed = objects(body.get("errors"))
    failed = {"error": listed[0]} if listed else body
    return reply_of(made, answer, body=failed, cost=cost, variant=variant_of(request))


def _picture(item: dict[str, Any]) -> Image | None:
    if url := text(item.get("imageURL")) or text(item.get("imageDataURI")):
        return linked(url)
    data = text(item.get("imageBase64Data"))
    return None if data is None else inline(data)
