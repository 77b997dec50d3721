"""Films as OpenAI's Videos API took them, which gateways and servers took over.

Fields and paths: OpenAI's own package, read 2026-11-23. OpenAI itself ended the service on 2026-09-24; hosts of the same shape go on.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address, upload
from llmkit.dialects.videos.reading import LARGEST, failed, going, made, number_at, text_at
from llmkit.dialects.videos.said import seconds, unsaid
from llmkit.dialects.videos.shape import pixels_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.types.asking import Answer, Ask, Form, Place
from llmkit.types.job import JobState, JobStatus, JobSteps
from llmkit.types.parts import Image, Video
from llmkit.types.video import VideoRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "openai_videos"
_STATUS: dict[str, JobStatus] = {"queued": "queued", "in_progress": "running", "processing": "running", "pending": "queued"}
_OVER: dict[str, JobStatus] = {"failed": "failed", "cancelled": "cancelled", "canceled": "cancelled", "expired": "expired"}


def _begin(request: VideoRequest, place: Place) -> Ask:
    told = unsaid(request, place, ("image", "video", "duration", "size", "aspect_ratio", "resolution"), prompt=True)
    warnings = (*told, *_ended(place))
    if request.video is not None:
        fields = {"prompt": request.prompt or ""}
        return Ask(path=f"{place.path}/edits", body=_body(fields, "video", request.video, place), warnings=warnings)
    size = pixels_of(request, "720p")
    fields = {"prompt": request.prompt or "", "model": place.model}
    if request.duration is not None:
        fields["seconds"] = str(seconds(request))
    if size is not None:
        fields["size"] = f"{size[0]}x{size[1]}"
    return Ask(path=place.path, body=_body(fields, "input_reference", request.image, place), warnings=warnings)


def _body(fields: dict[str, str], name: str, part: Image | Video | None, place: Place) -> Form | dict[str, Any]:
    """Return a form, as the vendor's package always sends it; what is only pointed to is an object, which JSON has and a form has not.

    Hosts that read no form say so in their rows (`json`).
    """
    json = bool(place.options.get("json"))
    if part is None:
        return dict(fields) if json else Form(fields=tuple(fields.items()))
    if part.file_id is not None:
        return {**fields, name: {"id" if name == "video" else "file_id": part.file_id}}
    if part.url is not None or json:
        return {**fields, name: {"url" if name == "video" else "image_url": address(part, place)}}
    return Form(fields=(*fields.items(), (name, upload(part, place))))


def _ended(place: Place) -> tuple[Warning, ...]:
    """A row says since when its service is shut down; another address under its name may still answer."""
    since = place.options.get("ended")
    return (Warning(kind="deprecated", parameter="model", detail=f"this service was shut down on {since}"),) if since else ()


def _look(handle: str, place: Place) -> Ask:
    return Ask(method="GET", path=f"{place.path}/{handle}")


def _read(state: JobState, data: dict[str, Any], answer: Answer) -> JobState:
    status = text_at(data, "status") or ""
    if status in _OVER:
        return failed(state, _OVER[status], text_at(data, "error.message", "error"), text_at(data, "error.code"))
    percent = number_at(data, "progress")
    return going(state, _STATUS.get(status, "running"), answer, None if percent is None else percent / 100)


def _fetch(state: JobState, data: dict[str, Any], answer: Answer, place: Place) -> JobSteps:
    """Fetch the film itself, which needs the key."""
    if text_at(data, "status") not in ("completed", "succeeded"):
        return _read(state, data, answer)
    limit = int(place.options.get("largest", LARGEST))
    found = yield Ask(method="GET", path=f"{place.path}/{state.handle}/content", headers={"Accept": "*/*"}, limit=limit, again=True)
    kind = media_type_of(found.body) or found.media_type
    return made(
        state,
        [Video(data=found.body, media_type=kind if kind.startswith("video/") else "video/mp4")],
        answer.body,
        id=text_at(data, "id"),
        model=text_at(data, "model"),
        duration=number_at(data, "seconds", "duration"),
        variant=text_at(data, "size"),
    )


_TASK = Task(begin=_begin, handle=lambda data: text_at(data, "id"), look=_look, fetch=_fetch, fault=no_fault)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
