"""Films as Prodia makes them: no job, the film is the answer. Fields: docs.prodia.com and fixtures, read 2026-11-23."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.jobs import begun
from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.videos.material import upload
from llmkit.dialects.videos.reading import LARGEST
from llmkit.dialects.videos.said import seconds, sparse, unsaid
from llmkit.dialects.videos.shape import resolution_of, variant_of
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.parts import Video
from llmkit.types.video import VideoRequest, VideoResponse

__all__ = ["NAME", "error", "steps"]

NAME = "prodia_videos"


def steps(request: VideoRequest, place: Place, /) -> Steps:
    """Make the film in one request. Its model is the type of the job, such as `inference.wan2-2.lightning.txt2vid.v0`."""
    says = ("image", "duration", "aspect_ratio", "resolution", "seed", "negative_prompt")
    warnings = unsaid(request, place, says)
    config = {
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "duration": seconds(request),
        "aspect_ratio": request.aspect_ratio,
        "resolution": resolution_of(request),
        "seed": request.seed,
    }
    job: dict[str, Any] = {"type": place.model, "config": sparse(config)}
    body: Any = job
    if request.image is not None:
        document = FormFile(data=msgspec.json.encode(job), media_type="application/json", filename="job.json")
        body = Form(fields=(("job", document), ("input", upload(request.image, place))))
    limit = int(place.options.get("largest", LARGEST))
    answer = yield from begun(Ask(path=place.path, body=body, headers={"Accept": "video/mp4"}, limit=limit, warnings=warnings))
    kind = media_type_of(answer.body) or answer.media_type
    if not kind.startswith("video/"):
        raise ProtocolError(f"The answer is {kind or 'of no type'} and no film.")
    units = {"video": 1.0, **({} if request.duration is None else {"second": request.duration})}
    return VideoResponse(videos=(Video(data=answer.body, media_type=kind),), units=units, variant=variant_of(request))
