"""Speak a text, make a sound or music from words: read the arguments, and ask through the layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from llmkit.errors import InvalidRequest
from llmkit.operations.reading import models_of, read, whole, words
from llmkit.types.request import Request
from llmkit.types.speech import SOUND_FORMATS, SoundRequest, SpeechRequest, SpeechResponse

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.stream import StreamCore

Asked = TypeVar("Asked", bound=Request)


def real(name: str, value: Any, low: float, high: float) -> float:
    """Return `value`, a number above `low` and up to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low < value <= high:
        raise InvalidRequest(f"{name} must be a number above {low:g} and up to {high:g}, not {value!r}.", parameter=name)
    return float(value)


_CONVERT: dict[str, Callable[[str, Any], Any]] = {
    "format": lambda name, value: words(name, value, SOUND_FORMATS),
    "speed": lambda name, value: real(name, value, 0, 10),
    "sample_rate": lambda name, value: whole(name, value, 4_000, 192_000),
    "seconds": lambda name, value: real(name, value, 0, 3600),
}


async def speech(core: Core, model: Any, text: Any, options: Mapping[str, Any]) -> SpeechResponse:
    """Return `text` spoken."""
    request = asked(SpeechRequest, model, text, options)
    reply: SpeechResponse = await core.operate("speech", request, models_of(core, model, "speech"))
    return reply


async def stream_speech(core: Core, model: Any, text: Any, options: Mapping[str, Any]) -> StreamCore:
    """Return `text` while it is spoken."""
    request = asked(SpeechRequest, model, text, options)
    return await core.stream_operation("speech", request, models_of(core, model, "speech"))


async def sound(core: Core, operation: str, model: Any, text: Any, options: Mapping[str, Any]) -> SpeechResponse:
    """Return the sound or (`operation`) the music that `text` tells of."""
    request = asked(SoundRequest, model, text, options)
    reply: SpeechResponse = await core.operate(operation, request, models_of(core, model, operation))
    return reply


def asked(kind: type[Asked], model: Any, text: Any, options: Mapping[str, Any]) -> Asked:
    """Return the request. Raises `InvalidRequest` for what is no text, or an empty one."""
    first = model if isinstance(model, str | Request) else next(iter(model), None)
    if isinstance(first, kind):
        return read(kind, first, {}, options, _CONVERT)
    if not isinstance(text, str) or not text.strip():
        raise InvalidRequest("There is nothing to be heard: text must be words.", parameter="text")
    return read(kind, first, {"text": text}, options, _CONVERT)
