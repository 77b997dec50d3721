"""Films through Runware: one address, a list of tasks, each under an id of ours. Fields: runware.ai/docs as it is remembered (2026-11-23).

The id is made anew for every task; the service refuses one that it has seen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from llmkit.dialects.openai_chat.errors import error, error_of
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import at, failed, films_at, going, list_at, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import pixels_of
from llmkit.dialects.videos.task import Task
from llmkit.errors import ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState
from llmkit.types.usage import Cost
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "runware_videos"
_SAYS = ("image", "last_image", "images", "duration", "size", "aspect_ratio", "resolution", "fps", "seed", "negative_prompt", "n")


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS)
    size = pixels_of(request, "720p")
    frames = [
        {"inputImage": address(part, place), "frame": name}
        for name, part in (("first", request.image), ("last", request.last_image))
        if part is not None
    ]
    task = {
        "taskType": "videoInference",
        "taskUUID": str(uuid4()),
        "model": place.model,
        "positivePrompt": request.prompt,
        "negativePrompt": request.negative_prompt,
        "duration": seconds(request),
        "width": size[0] if size else None,
        "height": size[1] if size else None,
        "fps": request.fps,
        "seed": request.seed,
        "numberResults": request.n,
        "frameImages": frames or None,
        "referenceImages": [address(part, place) for part in request.images] or None,
        "deliveryMethod": "async",
        "outputType": "URL",
        "includeCost": True,
    }
    return Ask(path=place.path, body=[sparse(task)], warnings=warnings)


def _look(handle: str, place: Place) -> Ask:
    return Ask(path=place.path, body=[{"taskType": "getResponse", "taskUUID": handle}], again=True)


def _fault(data: dict[str, Any]) -> ProviderError | None:
    told = at(data, "errors.0")
    return error_of(told, {"error": told}) if told and not data.get("data") and at(told, "status") != "error" else None


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    errors = list_at(data, "errors")
    tasks = [task for task in list_at(data, "data") if text_at(task, "taskUUID") in (state.handle, None)]
    if errors and not tasks:
        return failed(state, "failed", text_at(errors, "0.message"), text_at(errors, "0.code"))
    done = [task for task in tasks if text_at(task, "videoURL")]
    if not done or len(done) < len(tasks):
        return going(state, "running", answer)
    costs = [number_at(task, "cost") for task in done]
    told = sum([Decimal(repr(cost)) for cost in costs if cost is not None])
    cost = Cost(amount=Decimal(told)) if None not in costs else None
    return made(state, films_at([text_at(task, "videoURL") for task in done]), answer.body, seed=number_at(done, "0.seed"), cost=cost)


_TASK = Task(begin=_begin, handle=lambda data: text_at(data, "data.0.taskUUID"), look=_look, read=_read, fault=_fault)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
