"""Write down what is said: read the recording and the arguments, and ask through the layers."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.operations import codec
from llmkit.errors import InvalidRequest
from llmkit.operations.media import ENDINGS, fetched
from llmkit.operations.reading import models_of, read, whole, words
from llmkit.types.parts import Audio, Video
from llmkit.types.request import Request
from llmkit.types.transcription import TIMESTAMPS, TranscriptionRequest, TranscriptionResponse

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.jobs import JobCore
    from llmkit.stream import StreamCore

LARGEST = 2**30
"""Bytes of a recording; longer ones go by their address."""
_KINDS = {ending: kind for kind, ending in ENDINGS.items() if kind.startswith(("audio/", "video/"))} | {
    ".oga": "audio/ogg",
    ".mpga": "audio/mpeg",
}
_CONVERT: dict[str, Callable[[str, Any], Any]] = {
    "timestamps": lambda name, value: words(name, value, TIMESTAMPS),
    "speakers": lambda name, value: whole(name, value, 1, 100),
}


async def transcribe(core: Core, model: Any, audio: Any, options: Mapping[str, Any]) -> TranscriptionResponse:
    """Return what is said in `audio`."""
    request, names = await _asked(core, model, audio, options)
    reply: TranscriptionResponse = await core.operate("transcribe", request, names)
    return reply


async def start_transcription(core: Core, model: Any, audio: Any, options: Mapping[str, Any]) -> JobCore:
    """Begin to write down what is said in `audio`."""
    request, names = await _asked(core, model, audio, options)
    return await core.start("transcribe", request, names)


async def stream_transcription(core: Core, model: Any, audio: Any, options: Mapping[str, Any]) -> StreamCore:
    """Return what is said in `audio` while it is heard."""
    request, names = await _asked(core, model, audio, options)
    return await core.stream_operation("transcribe", request, names)


async def _asked(core: Core, model: Any, audio: Any, options: Mapping[str, Any]) -> tuple[TranscriptionRequest, tuple[str, ...]]:
    first = model if isinstance(model, str | Request) else next(iter(model), None)
    given = {} if isinstance(first, TranscriptionRequest) else {"audio": audio_of(audio)}
    request = read(TranscriptionRequest, first, given, options, _CONVERT)
    names = models_of(core, model, "transcribe")
    if request.audio.data is None and request.audio.url is not None and not _take_addresses(core, names, request.audio.url):
        request = request.replace(audio=await fetched(core.fetcher(), request.audio))
    return request, names


def _take_addresses(core: Core, names: tuple[str, ...], url: str) -> bool:
    """Tell whether every one of the models can be given the address; one is enough where it is no web address."""
    for name in names:
        way = None if name in core.routes else core.providers.resolve(name)[0].operations.get("transcribe")
        spoken = None if way is None else codec(way.dialect)
        if way is not None and spoken is not None and not url.startswith(way.options.get("addresses", getattr(spoken, "ADDRESSES", ()))):
            return False
    return True


def audio_of(audio: Any) -> Audio | Video:
    """Return a recording: a part, bytes, the path of a file, or an address. Raises `InvalidRequest` for anything else."""
    if isinstance(audio, Audio | Video):
        return audio if audio.data is None or audio.media_type else _of_bytes(audio.data)
    if isinstance(audio, bytes | bytearray | memoryview):
        return _of_bytes(bytes(audio))
    if isinstance(audio, str) and (audio[:5].lower() == "data:" or "://" in audio[:12]):
        return Audio(url=audio)
    if isinstance(audio, str | os.PathLike):
        return _of_file(Path(audio))
    raise InvalidRequest(f"audio must be a file, bytes, an address or an Audio, not {type(audio).__name__}.", parameter="audio")


def _of_file(path: Path) -> Audio:
    if not path.is_file():
        raise InvalidRequest(f"There is no file {path}.", parameter="audio")
    size = path.stat().st_size
    if size > LARGEST:
        raise InvalidRequest(f"{path} has {size:,} bytes; the most is {LARGEST:,}.", parameter="audio", hint="Pass its address instead.")
    return _of_bytes(path.read_bytes(), _KINDS.get(path.suffix.lower()))


def _of_bytes(data: bytes, named: str | None = None) -> Audio:
    if not data:
        raise InvalidRequest("The recording is empty.", parameter="audio")
    kind = media_type_of(data) or named
    if kind is not None and kind.startswith(("image/", "application/")):
        raise InvalidRequest(f"A recording is wanted, and this is {kind}.", parameter="audio")
    return Audio(data=data, media_type=kind)
