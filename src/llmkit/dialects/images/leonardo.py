"""Pictures of Leonardo: its own models by their ids in version 1, those of others by their names in version 2; jobs both."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from llmkit.dialects.images.answer import Made, at, body_of, linked, objects, reply_of, text, whole
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.limits import check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.shapes import by_size
from llmkit.dialects.images.words import Spelling, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "leonardo_images"
_ID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
# docs.leonardo.ai: the reference of version 1 as of 2025, a guide of version 2 of 2026-07; no recorded answer to check it by.
_FIRST: Spelling = {
    "n": "num_images",
    "size": "width,height",
    "style": "presetStyle",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "guidance": "guidance_scale",
    "steps": "num_inference_steps",
}
_SECOND: Spelling = {"n": "quantity", "size": "width,height", "quality": lambda value: {"quality": value.upper()}, "seed": "seed"}


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the pictures."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the job."""
    refuse(request, place)
    check(request, place)
    warnings: list[Warning] = []
    request = by_size(request, warnings)
    if _ID.fullmatch(place.model):
        body: dict[str, Any] = {"prompt": request.prompt, "modelId": place.model, **said(request, place, _FIRST, warnings)}
        ask = Ask(path=place.path, body=body, warnings=tuple(warnings))
    else:
        parameters = {"prompt": request.prompt, **said(request, place, _SECOND, warnings)}
        body = {"model": place.model, "parameters": parameters, "public": False}
        ask = Ask(url=str(place.options.get("named", "/api/rest/v2/generations")), body=body, warnings=tuple(warnings))
    answer = yield from begun(ask)
    told = body_of(answer)
    handle = at(told, "sdGenerationJob", "generationId") or at(told, "generate", "generationId")
    return standing(handle_of(handle), "queued", place)


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{quote(state.handle, safe='')}", method="GET")
    job = at(body_of(answer), "generations_by_pk")
    status = status_of(at(job, "status"))
    reply = None
    if status == "succeeded":
        items, seed = objects(at(job, "generated_images")), whole(at(job, "seed"))
        made = [Made(image=linked(url), seed=seed if len(items) == 1 else None) for item in items if (url := text(item.get("url")))]
        reply = reply_of(made, answer, body=job, id=state.handle)
    return standing(state.handle, status, place, reply=reply)
