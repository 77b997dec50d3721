"""Pictures, sounds and films of an answer: fetch those it only points to, and save them under names of our own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmkit.dialects.media_types import media_type_of
from llmkit.errors import InvalidRequest
from llmkit.types.parts import MediaFields
from llmkit.unfinished import UnfinishedFile

if TYPE_CHECKING:
    from llmkit.fetching import Fetcher

ENDINGS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "audio/aac": ".aac",
    "audio/basic": ".au",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/opus": ".opus",
    "audio/pcm": ".pcm",
    "audio/wav": ".wav",
    "audio/webm": ".weba",
    "image/avif": ".avif",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
    "model/gltf-binary": ".glb",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
}
"""How files of each type end; whatever else is `.bin`."""


async def fetched(fetcher: Fetcher, part: MediaFields) -> MediaFields:
    """Return `part` with its bytes. Raises `InvalidRequest` for one that is neither here nor at an address."""
    if part.data is not None:
        return part
    if part.url is None:
        raise InvalidRequest(
            "The part has neither bytes nor an address.", parameter="part", hint="Files of a provider: kit.files.content()."
        )
    data, kind = await fetcher.whole(part.url)
    return part.replace(data=data, url=None, media_type=kind)


async def save(fetcher: Fetcher, what: Any, place: str | os.PathLike[str], progress: Callable[[int], object] | None = None) -> list[Path]:
    """Write what `what` (a reply or a part) holds, and return the files.

    `place` is a file for one part, or a folder, which is made where it is not there: the files in it are named by kind and number.
    A name is never taken from the answer, and a file stands under its name only when it is whole.
    """
    parts = list(media_of(what))
    if not parts:
        raise InvalidRequest("There is nothing to save.", parameter="what")
    target = Path(place)
    folder = target.is_dir() or len(parts) > 1 or os.fspath(place).endswith(os.sep)
    if folder:
        target.mkdir(parents=True, exist_ok=True)
    return [await _saved(fetcher, part, target, folder, progress) for part in parts]


def media_of(what: Any) -> Iterator[MediaFields]:
    """Give the media parts of a part, or of a reply and its fields."""
    if isinstance(what, MediaFields):
        yield what
        return
    for name in getattr(what, "__struct_fields__", ()):
        value = getattr(what, name)
        if isinstance(value, MediaFields):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, MediaFields))


async def _saved(fetcher: Fetcher, part: MediaFields, target: Path, folder: bool, progress: Callable[[int], object] | None) -> Path:
    if part.data is None and part.url is not None and not folder:
        return await fetcher.save(part.url, target, progress=progress)
    whole = await fetched(fetcher, part)
    assert whole.data is not None
    path = _free(target, whole, whole.data) if folder else target
    with UnfinishedFile(path) as file:
        file.write(whole.data)
        file.keep()
    return path


def _free(folder: Path, part: MediaFields, data: bytes) -> Path:
    """Return a path in `folder` that is not taken."""
    ending = ENDINGS.get(media_type_of(data) or (part.media_type or "").partition(";")[0], ".bin")
    kind = type(part).__name__.lower()
    number = 1
    while (path := folder / f"{kind}-{number}{ending}").exists():
        number += 1
    return path
