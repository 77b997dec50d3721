"""Make films: at once with waiting, or as a job that is looked at later."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from llmkit.errors import InvalidRequest
from llmkit.operations.image_sources import picture, pictures
from llmkit.operations.reading import models_of, read, whole
from llmkit.operations.video_sources import film
from llmkit.types.video import VideoRequest, VideoResponse

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.jobs import JobCore

_LONGEST = 3600
_RATIO = re.compile(r"\d{1,3}(\.\d+)?:\d{1,3}(\.\d+)?|adaptive|auto")
_SIZE = re.compile(r"[1-9]\d{1,4}x[1-9]\d{1,4}")
_RESOLUTION = re.compile(r"[1-9]\d{2,3}p|[1-9][kK]")


async def video(core: Core, model: Any, prompt: Any, options: Mapping[str, Any]) -> VideoResponse:
    """Return the films, however long it takes."""
    left = dict(options)
    progress = left.pop("progress", None)
    request, names = asked(core, model, prompt, left)
    if progress is None:
        whole_reply: VideoResponse = await core.operate("video", request, names)
        return whole_reply
    job = await core.start("video", request, names)
    timeouts = request.timeout or core.timeouts
    return cast("VideoResponse", await job.wait(timeouts.total, progress))


async def start_video(core: Core, model: Any, prompt: Any, options: Mapping[str, Any]) -> JobCore:
    """Begin to make the films."""
    request, names = asked(core, model, prompt, dict(options))
    return await core.start("video", request, names)


def asked(core: Core, model: Any, prompt: Any, options: Mapping[str, Any]) -> tuple[VideoRequest, tuple[str, ...]]:
    """Return the checked request and the models to try. Raises `InvalidRequest`."""
    models = (model,) if isinstance(model, str | VideoRequest) else tuple(model)
    given = {} if isinstance(model, VideoRequest) else {"prompt": _prompt(prompt)}
    request = read(VideoRequest, models[0], given, options, _CONVERT)
    if not (request.prompt or request.image or request.video or request.images):
        raise InvalidRequest("There is nothing to make a film of.", parameter="prompt", hint="Pass a prompt, image= or video=.")
    if request.last_image is not None and request.image is None and request.video is None:
        raise InvalidRequest("A last picture needs a first one.", parameter="last_image", hint="Pass image= too.")
    if request.size is not None and (request.aspect_ratio is not None or request.resolution is not None):
        other = "aspect_ratio" if request.aspect_ratio is not None else "resolution"
        raise InvalidRequest(f"size says {other} already.", parameter=other, hint="Pass size, or aspect_ratio and resolution.")
    return request, models_of(core, model, "video")


def _prompt(prompt: Any) -> str | None:
    if prompt is None or isinstance(prompt, str):
        return prompt or None
    raise InvalidRequest(f"prompt must be text, not a {type(prompt).__name__}.", parameter="prompt")


def _seconds(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST:
        raise InvalidRequest(f"{name} must be seconds above 0 and up to {_LONGEST:,}, not {value!r}.", parameter=name)
    return value


def _like(pattern: re.Pattern[str], example: str) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        raise InvalidRequest(f"{name} must be written like {example}, not {value!r}.", parameter=name)

    return check


_CONVERT: dict[str, Callable[[str, Any], Any]] = {
    "image": picture,
    "last_image": picture,
    "images": pictures,
    "video": film,
    "duration": _seconds,
    "size": _like(_SIZE, "1280x720"),
    "aspect_ratio": _like(_RATIO, "16:9"),
    "resolution": _like(_RESOLUTION, "720p, 1080p or 4k"),
    "fps": lambda name, value: whole(name, value, 1, 240),
    "seed": lambda name, value: whole(name, value, -1, 2**63 - 1),
    "n": lambda name, value: whole(name, value, 1, 16),
}
