"""Make pictures: read what is asked, choose between making and changing, and go through the layers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from llmkit.errors import InvalidRequest
from llmkit.operations.image_sources import picture, pictures
from llmkit.operations.reading import models_of, read, whole, words
from llmkit.types.image import ImageRequest, ImageResponse

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.jobs import JobCore
    from llmkit.stream import StreamCore
    from llmkit.types.operation import Operation

_RATIO = re.compile(r"\d{1,4}(\.\d+)?:\d{1,4}(\.\d+)?|auto")
_BACKGROUNDS = ("transparent", "opaque", "auto")


async def image(core: Core, model: Any, prompt: Any, options: Mapping[str, Any]) -> ImageResponse:
    """Return the pictures."""
    operation, request, names = asked(core, model, prompt, options)
    reply: ImageResponse = await core.operate(operation, request, names)
    return reply


async def start_image(core: Core, model: Any, prompt: Any, options: Mapping[str, Any]) -> JobCore:
    """Begin to make the pictures, where the provider does it in its own time."""
    operation, request, names = asked(core, model, prompt, options)
    return await core.start(operation, request, names)


async def stream_image(core: Core, model: Any, prompt: Any, options: Mapping[str, Any]) -> StreamCore:
    """Return the pictures while they are drawn."""
    operation, request, names = asked(core, model, prompt, options)
    return await core.stream_operation(operation, request, names)


def asked(core: Core, model: Any, prompt: Any, options: Mapping[str, Any]) -> tuple[Operation, ImageRequest, tuple[str, ...]]:
    """Return which operation it is, the checked request, and the models to try. Raises `InvalidRequest`."""
    models = (model,) if isinstance(model, str | ImageRequest) else tuple(model)
    given = {} if isinstance(model, ImageRequest) else {"prompt": _prompt(prompt)}
    request = read(ImageRequest, models[0], given, options, _CONVERT)
    if not request.prompt and not request.images:
        raise InvalidRequest("There is nothing to draw.", parameter="prompt", hint="Pass a prompt, or images=[...] to vary one.")
    if request.mask is not None and not request.images:
        raise InvalidRequest("A mask needs the picture that it belongs to.", parameter="mask", hint="Pass it as images=[...].")
    operation: Operation = "image_edit" if request.images else "image"
    return operation, request, models_of(core, model, operation)


def _prompt(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or (value and not value.strip()):
        raise InvalidRequest(f"prompt must be text, not {value!r}.", parameter="prompt")
    return value


def _ratio(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _RATIO.fullmatch(value):
        raise InvalidRequest(f"{name} must be like '16:9', not {value!r}.", parameter=name)
    return value


def _between(low: float, high: float) -> Callable[[str, Any], float]:
    def convert(name: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise InvalidRequest(f"{name} must be a number from {low:g} to {high:g}, not {value!r}.", parameter=name)
        return value

    return convert


_CONVERT: dict[str, Callable[[str, Any], Any]] = {
    "aspect_ratio": _ratio,
    "background": lambda name, value: words(name, value, _BACKGROUNDS),
    "compression": lambda name, value: whole(name, value, 0, 100),
    "guidance": _between(0, 1000),
    "images": pictures,
    "mask": picture,
    "n": lambda name, value: whole(name, value, 1, 1000),
    "partial_images": lambda name, value: whole(name, value, 0, 3),
    "steps": lambda name, value: whole(name, value, 1, 10_000),
    "strength": _between(0, 1),
}
