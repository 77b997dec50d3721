"""Films in which a picture speaks, as D-ID makes them. Fields: docs.d-id.com as remembered (2026-11-23); nothing of it is recorded."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import public
from llmkit.dialects.videos.reading import failed, films_at, going, made, number_at, text_at
from llmkit.dialects.videos.said import sparse, unsaid
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.errors import InvalidRequest
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "cancel", "error", "poll", "start", "steps"]

NAME = "did_videos"
_STATUS: dict[str, JobStatus] = {"created": "queued", "started": "running"}


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, ("image", "voice"), prompt=True)
    if request.image is None:
        raise InvalidRequest("Somebody must speak.", parameter="image", hint="Pass image= with the address of a picture of a face.")
    provider = {"type": place.options.get("voices", "microsoft"), "voice_id": request.voice}
    script = {"type": "text", "input": request.prompt, "provider": provider if request.voice else None}
    return Ask(path=place.path, body={"source_url": public(request.image, place), "script": sparse(script)}, warnings=warnings)


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "status") or ""
    if status in ("error", "rejected"):
        return failed(state, "failed", text_at(data, "error.description", "error.message"), text_at(data, "error.kind") or status)
    if status == "done":
        return made(state, films_at(text_at(data, "result_url")), answer.body, duration=number_at(data, "duration"))
    return going(state, _STATUS.get(status, "running"), answer)


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "id"),
    look=lambda handle, place: Ask(method="GET", path=f"{place.path}/{handle}"),
    read=_read,
    end=lambda handle, place: Ask(method="DELETE", path=f"{place.path}/{handle}"),
    fault=no_fault,
)
start, poll, cancel, steps = _TASK.start, _TASK.poll, _TASK.cancel, _TASK.steps
