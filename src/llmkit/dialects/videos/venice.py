"""Films through Venice: the look answers with the film itself when it is done. Fields: docs.venice.ai, read 2026-11-23."""

from __future__ import annotations

from llmkit.dialects.jobs import whole_job
from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import address
from llmkit.dialects.videos.reading import LARGEST, failed, films_at, going, made, object_in, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.task import Task
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.job import JobState, JobSteps
from llmkit.types.parts import Video
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "venice_videos"
_SAYS = ("image", "last_image", "images", "video", "duration", "aspect_ratio", "resolution", "audio", "negative_prompt")


def _begin(request: VideoRequest, place: Place) -> Ask:
    warnings = unsaid(request, place, _SAYS, prompt=True)
    media = {"image_url": request.image, "end_image_url": request.last_image, "video_url": request.video}
    body = {
        "model": place.model,
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "duration": None if request.duration is None else f"{seconds(request)}s",
        "aspect_ratio": request.aspect_ratio,
        "resolution": request.resolution,
        "audio": request.audio,
        **{name: None if part is None else address(part, place) for name, part in media.items()},
        "reference_image_urls": [address(part, place) for part in request.images] or None,
    }
    return Ask(path=place.path, body=sparse(body), warnings=warnings)


def _look(handle: str, place: Place) -> Ask:
    limit = int(place.options.get("largest", LARGEST))
    body = {"model": place.model, "queue_id": handle}
    return Ask(path=f"{place.path.rpartition('/')[0]}/retrieve", body=body, headers={"Accept": "*/*"}, limit=limit, again=True)


_TASK = Task(begin=_begin, handle=lambda data: text_at(data, "queue_id"), look=_look)
start = _TASK.start


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Look how it stands."""
    answer = yield _look(_TASK.named(state), place)
    kind = media_type_of(answer.body) or answer.media_type
    if kind.startswith("video/"):
        return made(state, [Video(data=answer.body, media_type=kind)], b"")
    data = object_in(answer)
    status = (text_at(data, "status") or "").upper()
    if status == "FAILED":
        return failed(state, "failed", text_at(data, "error", "message"))
    if status == "COMPLETED":
        return made(state, films_at(data.get("download_url")), answer.body)
    return going(state, "running", answer)


def steps(request: VideoRequest, place: Place, /) -> Steps:
    """Make the film."""
    return whole_job(start, poll, request, place)
