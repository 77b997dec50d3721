"""Films as Google makes them with Veo: a long-running operation, at the Gemini API and at Vertex AI.

Fields: Google's own package, recorded traffic of 2026-08-19, and ai.google.dev/gemini-api/docs/video, read 2026-11-23. The Gemini API is
asked for the operation by its name and points to the film, which needs the key; Vertex is asked by a method of the model
(the row's option `poll`) and puts the film in the answer or into a bucket.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

from llmkit.dialects.gemini.errors import error
from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.videos.material import encoded, kind_of
from llmkit.dialects.videos.reading import LARGEST, at, failed, going, list_at, made, text_at
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import ratio_of, resolution_of
from llmkit.dialects.videos.task import Task, no_fault
from llmkit.errors import ProtocolError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobSteps
from llmkit.types.parts import MediaFields, Video
from llmkit.types.video import VideoRequest

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "gemini_videos"
_SAYS = (
    *("image", "last_image", "images", "video", "duration", "size", "aspect_ratio", "resolution"),
    *("fps", "seed", "audio", "negative_prompt", "n"),
)
_ELSEWHERE = (302, 303, 307)


def _begin(request: VideoRequest, place: Place) -> Ask:
    says = set(_SAYS) if "poll" in place.options else set(_SAYS) - {"audio", "fps"}  # only Vertex has words for these
    warnings = unsaid(request, place, says)
    film: dict[str, Any] = {} if request.prompt is None else {"prompt": request.prompt}
    for name, part in (("image", request.image), ("video", request.video), ("lastFrame", request.last_image)):
        if part is not None:
            film[name] = _media(part, place)
    if request.images:
        kind = "ASSET" if "poll" in place.options else "asset"  # the package and the documentation spell it so
        film["referenceImages"] = [{"image": _media(part, place), "referenceType": kind} for part in request.images]
    parameters: dict[str, Any] = {
        "sampleCount": request.n,
        "fps": request.fps if "fps" in says else None,
        "durationSeconds": seconds(request),
        "seed": request.seed,
        "aspectRatio": ratio_of(request),
        "resolution": resolution_of(request),
        "negativePrompt": request.negative_prompt,
        "generateAudio": request.audio if "audio" in says else None,
    }
    body = sparse({"instances": [film], "parameters": sparse(parameters) or None})
    return Ask(path=place.path, body=body, warnings=warnings)


def _media(part: MediaFields, place: Place) -> dict[str, Any]:
    if part.url is not None and (part.url.startswith("gs://") or isinstance(part, Video)):
        return {"gcsUri": part.url, "mimeType": kind_of(part)} if part.url.startswith("gs://") else {"uri": part.url}
    return {"bytesBase64Encoded": encoded(part, place), "mimeType": kind_of(part)}


def _look(handle: str, place: Place) -> Ask:
    method = place.options.get("poll")
    if method is None:
        return Ask(method="GET", path=f"/{handle}")
    return Ask(path=f"{place.path.rpartition(':')[0]}:{method}", body={"operationName": handle}, again=True)


def _fetch(state: JobState, data: dict[str, Any], answer: Answer, place: Place) -> JobSteps:
    if data.get("done") is not True:
        return going(state, "running", answer)
    if at(data, "error") is not None:
        return failed(state, "failed", text_at(data, "error.message"), text_at(data, "error.status", "error.code"))
    told = at(data, "response.generateVideoResponse") or at(data, "response") or {}
    samples = list_at(told, "generatedSamples") or list_at(told, "generatedVideos") or list_at(told, "videos")
    films: list[Video] = []
    for sample in samples:
        film = yield from _film(at(sample, "video") or sample, place)
        films.append(film)
    reasons = list_at(told, "raiMediaFilteredReasons")
    if not films and (reasons or at(told, "raiMediaFilteredCount")):
        return failed(state, "failed", "; ".join(map(str, reasons)) or "The safety filter left no film.", "safety")
    return made(state, films, answer.body, extra={"filtered": reasons} if reasons else {})


def _film(sample: Any, place: Place) -> Any:
    """Return the film of a sample: its bytes, from the answer or fetched with the key, or where it is in a bucket."""
    kind = text_at(sample, "mimeType", "encoding")
    inline = text_at(sample, "bytesBase64Encoded", "encodedVideo")
    if inline is not None:
        try:
            return Video(data=b64decode(inline, validate=True), media_type=kind or "video/mp4")
        except (NotBase64, ValueError):
            pass
        raise ProtocolError("A film of the answer is no base64.")
    address = text_at(sample, "uri", "gcsUri")
    if address is None:
        raise ProtocolError("A film of the answer is nowhere.")
    if address.startswith("gs://"):
        return Video(url=address, media_type=kind)
    limit = int(place.options.get("largest", LARGEST))
    answer = yield Ask(method="GET", url=address, limit=limit, accepts=_ELSEWHERE, again=True)
    if answer.status in _ELSEWHERE:  # the public place that it really is at, which carries its own permission
        return Video(url=answer.headers.get("location"), media_type=kind)
    return Video(data=answer.body, media_type=media_type_of(answer.body) or kind or "video/mp4")


_TASK = Task(
    begin=_begin,
    handle=lambda data: text_at(data, "name"),
    look=_look,
    fetch=_fetch,
    fault=no_fault,
    delay=8.0,
)
start, poll, steps = _TASK.start, _TASK.poll, _TASK.steps
