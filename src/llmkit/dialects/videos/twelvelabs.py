"""Questions about films as TwelveLabs answers them: at once, or as a task where the film is long.

Fields: docs.twelvelabs.io and its own package, read 2026-11-23; nothing of it is recorded.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.jobs import begun, uncertain
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import encoded
from llmkit.dialects.videos.reading import at, failed, going, number_at, object_in, text_at
from llmkit.dialects.videos.said import sparse
from llmkit.errors import InvalidRequest, ProtocolError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.parts import Video
from llmkit.types.usage import Usage
from llmkit.types.video import UnderstandingRequest, UnderstandingResponse

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "twelvelabs_analysis"
_STATUS: dict[str, JobStatus] = {"queued": "queued", "pending": "queued", "processing": "running"}


def steps(request: UnderstandingRequest, place: Place, /) -> Steps:
    """Ask and wait for the answer: films up to an hour."""
    answer = yield Ask(path=place.path, body={**_body(request, place), "stream": False})
    return _reply(object_in(answer), answer.body)


def start(request: UnderstandingRequest, place: Place, /) -> JobSteps:
    """Begin a task: films up to two hours."""
    answer = yield from begun(Ask(path=f"{place.path}/tasks", body=_body(request, place)))
    name = text_at(object_in(answer), "task_id")
    if name is None:
        raise uncertain(ProtocolError("The answer names no job."))
    return JobState(handle=name, status="queued", delay=float(place.options.get("delay", 5.0)))


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Look how it stands."""
    if not state.handle.isalnum():
        raise InvalidRequest(f"{state.handle!r} is no id of a job.", parameter="job")
    answer = yield Ask(method="GET", path=f"{place.path}/tasks/{state.handle}")
    data = object_in(answer)
    status = text_at(data, "status") or ""
    if status == "failed":
        return failed(state, "failed", text_at(data, "error.message"))
    if status == "ready":
        result = at(data, "result")
        reply = _reply(result if isinstance(result, dict) else {}, answer.body)
        return msgspec.structs.replace(state, status="succeeded", progress=1.0, reply=reply)
    return going(state, _STATUS.get(status, "running"), answer)


def _body(request: UnderstandingRequest, place: Place) -> dict[str, Any]:
    body = {
        "model_name": place.model,
        "video": _film(request.video, place),
        "prompt": request.prompt,
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "response_format": None if request.schema is None else {"type": "json_schema", "json_schema": request.schema},
    }
    return sparse(body)


def _film(film: Video, place: Place) -> dict[str, str]:
    if film.file_id is not None:
        return {"type": "asset_id", "asset_id": film.file_id}
    if film.url is not None:
        return {"type": "url", "url": film.url}
    return {"type": "base64_string", "base64_string": encoded(film, place)}


def _reply(data: dict[str, Any], raw: bytes) -> UnderstandingResponse:
    text = data.get("data")
    if not isinstance(text, str):
        raise ProtocolError("The answer holds no text.")
    given, made = number_at(data, "usage.input_tokens"), number_at(data, "usage.output_tokens")
    return UnderstandingResponse(
        id=text_at(data, "id", "generation_id"),
        text=text,
        finish=text_at(data, "finish_reason"),
        usage=None if made is None else Usage(uncached=int(given or 0), output_text=int(made)),
        raw=msgspec.Raw(raw),
    )
