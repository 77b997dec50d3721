"""Read back the last calls of a trace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

__all__ = ["last"]

_MOST = 32 * 1024 * 1024
"""Bytes read of each file: whoever wrote it may have set another bound."""


def last(path: str | os.PathLike[str], count: int = 20) -> list[dict[str, Any]]:
    """Return the last `count` calls in the file, newest first; a damaged line is passed over. Raises `OSError` where there is no file."""
    found: list[dict[str, Any]] = []
    number, file = 0, Path(path)
    while len(found) < count:
        found += [call for line in reversed(_lines(file)) if (call := _call(line)) is not None]
        number += 1
        file = Path(f"{os.fspath(path)}.{number}")
        if not file.is_file():
            break
    return found[:count]


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _MOST))
        data = file.read(_MOST)
    return data.split(b"\n")


def _call(line: bytes) -> dict[str, Any] | None:
    try:
        call = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return call if isinstance(call, dict) and "at" in call and "operation" in call else None
