"""Pictures that a caller gives: as parts, bytes, files or addresses; what they are their content says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import InvalidRequest
from llmkit.types.parts import Image

LARGEST = 100 << 20
"""Bytes of a picture."""
_ELSEWHERE = ("https://", "http://", "gs://", "runway://")


def pictures(name: str, value: Any) -> tuple[Image, ...]:
    """Return the pictures that are given: one, or any number of them."""
    several = value if isinstance(value, list | tuple) else (value,)
    return tuple([picture(f"{name}[{place}]" if several is value else name, item) for place, item in enumerate(several)])


def picture(name: str, value: Any) -> Image:
    """Return one picture, of its bytes, its file, its address or as a part. Raises `InvalidRequest` for anything else."""
    if isinstance(value, Image):
        return value
    if isinstance(value, str) and value.lower().startswith(_ELSEWHERE):
        return Image(url=value)
    if isinstance(value, str) and value[:5].lower() == "data:":
        found = data_url(value)
        if found is None:
            raise InvalidRequest(f"{name} is no `data:` address that can be read.", parameter=name)
        return _image(name, found[1])
    if isinstance(value, str | os.PathLike):
        return _image(name, _read(name, Path(value)))
    if isinstance(value, bytes):
        return _image(name, value)
    raise InvalidRequest(f"{name} must be a picture: its bytes, a path, an address or an Image.", parameter=name)


def _read(name: str, file: Path) -> bytes:
    try:
        if not file.is_file():
            raise InvalidRequest(f"There is no file {file}.", parameter=name)
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the name
        problem = str(error)
    else:
        if len(data) <= LARGEST:
            return data
        problem = f"it has more than {LARGEST:,} bytes"
    raise InvalidRequest(f"{file} cannot be read: {problem}.", parameter=name)


def _image(name: str, data: bytes) -> Image:
    kind = media_type_of(data)
    if kind is None or not kind.startswith("image/"):
        raise InvalidRequest(f"{name} is no picture but {kind or ('empty' if not data else 'of an unknown kind')}.", parameter=name)
    return Image(data=data, media_type=kind)
