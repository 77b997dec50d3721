"""Films that a caller gives: as parts, bytes, files or addresses; what they are their content says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import InvalidRequest
from llmkit.types.parts import Video

LARGEST = 100 << 20
"""Bytes of a film that is sent along; larger ones are given by an address."""
_ELSEWHERE = ("https://", "http://", "gs://", "s3://", "runway://")


def film(name: str, value: Any) -> Video:
    """Return a film of its bytes, its file, its address or as a part. Raises `InvalidRequest` for anything else."""
    if isinstance(value, Video):
        return value
    if isinstance(value, str) and value.lower().startswith(_ELSEWHERE):
        return Video(url=value)
    if isinstance(value, str) and value[:5].lower() == "data:":
        found = data_url(value)
        return _video(name, b"" if found is None else found[1])
    if isinstance(value, str | os.PathLike):
        return _video(name, _read(name, Path(value)))
    if isinstance(value, bytes):
        return _video(name, value)
    raise InvalidRequest(f"{name} must be a film: its bytes, a path, an address or a Video.", parameter=name)


def _read(name: str, file: Path) -> bytes:
    problem = "it has more than 100 MiB"
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) <= LARGEST:
            return data
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the name
        problem = getattr(error, "strerror", None) or str(error)
    raise InvalidRequest(f"{file} cannot be read: {problem}.", parameter=name)


def _video(name: str, data: bytes) -> Video:
    kind = media_type_of(data)
    if kind is None or not kind.startswith("video/"):
        told = kind or ("nothing" if not data else "of an unknown kind")
        raise InvalidRequest(f"{name} must be a film, and is {told}.", parameter=name)
    return Video(data=data, media_type=kind)
