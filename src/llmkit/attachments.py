"""From a file to a part of a message, by its content."""

from __future__ import annotations

import os
from pathlib import Path

from llmkit.conversation import LARGEST_ATTACHMENT
from llmkit.dialects.media_types import media_type_of
from llmkit.errors import InvalidRequest
from llmkit.types.parts import Audio, Document, Image, Part, Text, Video


def attach(path: str | os.PathLike[str]) -> Part:
    """Return the file at `path` as an image, sound, film, document or text.

    Raises `InvalidRequest` for a file that is missing, empty, larger than 100 MiB, or of a kind no model reads.
    """
    file = Path(path)
    if not file.is_file():
        raise InvalidRequest(f"There is no file {file}.", parameter="attachment")
    size = file.stat().st_size
    if size > LARGEST_ATTACHMENT:
        raise InvalidRequest(f"{file} has {size:,} bytes; the most is {LARGEST_ATTACHMENT:,}.", parameter="attachment")
    with file.open("rb") as stream:
        data = stream.read(LARGEST_ATTACHMENT + 1)
    return part_of(data, file.name)


def part_of(data: bytes, name: str) -> Part:
    """Return `data` as the part that its content says it is."""
    if not data:
        raise InvalidRequest(f"{name} is empty.", parameter="attachment")
    media_type = media_type_of(data)
    if media_type is not None:
        match media_type.partition("/")[0]:
            case "image":
                return Image(data=data, media_type=media_type, name=name)
            case "audio":
                return Audio(data=data, media_type=media_type, name=name)
            case "video":
                return Video(data=data, media_type=media_type, name=name)
            case _:
                return Document(data=data, media_type=media_type, name=name)
    try:
        if b"\0" not in data:
            return Text(text=f"{name}:\n{data.decode()}")
    except UnicodeDecodeError:
        pass
    raise InvalidRequest(f"{name} is neither an image, sound, film, PDF nor UTF-8 text.", parameter="attachment")
