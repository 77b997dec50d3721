"""Pictures of Luma's newer service: one address for making and changing, a job."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.images.answer import Made, body_of, linked, objects, reply_of, text
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import base64_of, bytes_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.shapes import by_ratio
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState, JobSteps
from llmkit.types.parts import Image
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "luma_agents_images"
# docs.agents.lumalabs.ai/guides/image-generation, as of 2026-04.
WORDS: Spelling = {"aspect_ratio": "aspect_ratio", "style": "style", "format": "output_format"}
_RATIOS = ("3:1", "2:1", "16:9", "3:2", "1:1", "2:3", "9:16", "1:2", "1:3")
_RULES: Rules = (("uni-1*", {"aspect_ratio": _RATIOS, "style": ("auto", "manga"), "format": ("png", "jpeg")}),)
MOST = 9


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the picture."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the job."""
    refuse(request, place, images=MOST)
    warnings: list[Warning] = []
    request = by_ratio(request, warnings)
    check(request, place, _RULES)
    body: dict[str, Any] = {"model": place.model, "prompt": request.prompt, **said(request, place, WORDS, warnings)}
    if request.images:
        first, *others = [_given(image, place) for image in request.images]
        body |= {"type": "image_edit", "source": first, **({"image_ref": others} if others else {})}
    answer = yield from begun(Ask(path=place.path, body=body, accepts=(201,), warnings=tuple(warnings)))
    return _standing(answer, place)


def _given(image: Image, place: Place) -> dict[str, str]:
    if image.url is not None and not image.url.startswith("data:"):
        return {"url": image.url}
    return {"data": base64_of(image, place), "media_type": bytes_of(image, place)[1]}


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}", method="GET")
    return _standing(answer, place)


def _standing(answer: Answer, place: Place) -> JobState:
    body = body_of(answer)
    status = status_of(body.get("state"))
    reply = None
    if status == "succeeded":
        made = [Made(image=linked(url)) for item in objects(body.get("output")) if (url := text(item.get("url")))]
        reply = reply_of(made, answer, body=body, id=text(body.get("id")), model=text(body.get("model")) or "")
    words = [word for word in (text(body.get("failure_code")), text(body.get("failure_reason"))) if word]
    return standing(handle_of(body.get("id")), status, place, reply=reply, why=": ".join(words))
