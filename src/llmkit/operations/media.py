"""Pictures, sounds and films of an answer: fetch those it only points to, and save them under names of our own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmkit.dialects.media_types import media_type_of
from llmkit.errors import InvalidRequest
from llmkit.fetching import claimed
from llmkit.folders import private_folder
from llmkit.types.parts import Audio, Image, MediaFields, Video
from llmkit.unfinished import UnfinishedFile, save_failed

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


WANTED: dict[type[MediaFields], tuple[str, ...]] = {
    Image: ("image/",),
    Audio: ("audio/", "video/", "application/ogg"),  # containers that hold either
    Video: ("video/", "image/gif", "image/webp"),
}
"""How the media type of each kind of part begins; a page that says what went wrong is none of these."""


async def fetched(fetcher: Fetcher, part: MediaFields) -> MediaFields:
    """Return `part` with its bytes. Raises `InvalidRequest` for one that is neither here nor at an address."""
    if part.data is not None:
        return part
    data, kind = await fetcher.whole(_address(part), WANTED.get(type(part), ()))
    return part.replace(data=data, url=None, media_type=kind)


async def save(fetcher: Fetcher, what: Any, place: str | os.PathLike[str], progress: Callable[[int], object] | None = None) -> list[Path]:
    """Write what `what` (a reply or a part) holds, and return the files.

    `place` is a file for one part, or a folder, which is made where it is not there: the files in it are named by kind and number.
    A name is never taken from the answer, and a file stands under its name only when it is whole. Only the owner can read what is
    made. Raises `SaveFailed` where a file cannot be written: those before it are there.
    """
    parts = list(media_of(what))
    if not parts:
        raise InvalidRequest("There is nothing to save.", parameter="what")
    target = Path(place)
    folder = target.is_dir() or len(parts) > 1 or os.fspath(place).endswith(os.sep)
    if folder:
        try:
            private_folder(target)
        except OSError as error:
            raise save_failed(target, error) from None
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
    if part.data is None and (url := _address(part))[:5].lower() != "data:":
        wanted = WANTED.get(type(part), ())
        if folder:
            return await fetcher.save_in(url, target, partial(_name, target, part), wanted, progress)
        return await fetcher.save(url, target, wanted, progress)
    whole = await fetched(fetcher, part)
    assert whole.data is not None
    kind = media_type_of(whole.data) or (whole.media_type or "").partition(";")[0]
    with UnfinishedFile(target / "part" if folder else target) as file:
        file.write(whole.data)
        if progress is not None:
            progress(len(whole.data))
        if folder:
            return claimed(file, partial(_name, target, part), kind)
        file.keep()
    return target


def _address(part: MediaFields) -> str:
    if part.url is None:
        raise InvalidRequest(
            "The part has neither bytes nor an address.", parameter="part", hint="Files of a provider: kit.files.content()."
        )
    return part.url


def _name(folder: Path, part: MediaFields, kind: str, taken: int) -> Path:
    """Return the next name to try in `folder`: by kind and number, with the ending of its type."""
    return folder / f"{type(part).__name__.lower()}-{taken + 1}{ENDINGS.get(kind, '.bin')}"
