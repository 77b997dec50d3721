"""What is uploaded, as content that is read piece by piece: bytes, a file on disk, a part of a message."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from llmkit.dialects.media_types import media_type_of
from llmkit.errors import InvalidRequest
from llmkit.operations.media import ENDINGS
from llmkit.types.files import Content
from llmkit.types.parts import Document, MediaFields

PIECE = 64 * 1024
_HEAD = 512
_TYPE = re.compile(r"[\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127}(; ?[\w!#$&^.+=\"-]{1,127})*")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]")
_BY_ENDING = {ending: kind for kind, ending in ENDINGS.items()} | {
    ".csv": "text/csv",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".py": "text/x-python",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".xml": "application/xml",
}
"""What no file says of itself by its first bytes."""


class BytesContent:
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self.size = len(data)

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes from the start."""
        for begin in range(0, self.size, PIECE):
            yield bytes(self._data[begin : begin + PIECE])

    def after(self, offset: int) -> BytesContent:
        """Return what comes after the first `offset` bytes."""
        return BytesContent(bytes(self._data[offset:]))


class FileContent:
    """A file on disk, opened for each try; it is never in memory as a whole."""

    def __init__(self, path: Path, size: int, offset: int = 0) -> None:
        self._path, self._offset, self._end = path, offset, size
        self.size = size - offset

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes from the start. Raises `InvalidRequest` where the file cannot be read any more."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                while piece := file.read(PIECE):
                    yield piece
        except OSError as error:
            raise InvalidRequest(f"{self._path} cannot be read: {error.strerror}.", parameter="content") from None

    def after(self, offset: int) -> FileContent:
        """Return what comes after the first `offset` bytes."""
        return FileContent(self._path, self._end, self._offset + offset)


class WatchedContent:
    """Content that tells how much of it has been read."""

    def __init__(self, inner: Content, progress: Callable[[int, int], object], offset: int = 0) -> None:
        self._inner, self._progress, self._offset = inner, progress, offset
        self.size = inner.size

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes from the start."""
        sent, whole = self._offset, self._offset + self.size
        for piece in self._inner.pieces():
            yield piece
            sent += len(piece)
            self._progress(sent, whole)

    def after(self, offset: int) -> WatchedContent:
        """Return what comes after the first `offset` bytes."""
        return WatchedContent(self._inner.after(offset), self._progress, self._offset + offset)


def content_of(given: Any, name: str | None, media_type: str | None) -> tuple[Content, str, str]:
    """Return what is to be uploaded, its name and its media type: told, or by its first bytes, or by the end of its name.

    Raises `InvalidRequest` for what is missing, empty, or nothing that can be uploaded.
    """
    content, own_name, own_type = _source(given)
    head = next(content.pieces(), b"")[:_HEAD]
    kind = media_type or own_type or media_type_of(head) or _BY_ENDING.get(Path(name or own_name).suffix.lower())
    kind = kind or "application/octet-stream"
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        raise InvalidRequest(f"{kind!r} is no media type.", parameter="media_type", hint="Write it like 'application/pdf'.")
    return content, safe_name(name or own_name or f"file{ENDINGS.get(kind, '')}"), kind


def safe_name(name: Any) -> str:
    """Return the last component of a name. Raises `InvalidRequest` for one with control characters or slashes, or of more than 255."""
    if not isinstance(name, str) or not name or len(name) > 255 or _UNSAFE.search(name) or name in (".", ".."):
        raise InvalidRequest(f"{name!r} is no name of a file.", parameter="name", hint="Pass a plain name such as 'report.pdf'.")
    return name


def _source(given: Any) -> tuple[Content, str, str | None]:
    if isinstance(given, bytes | bytearray | memoryview):
        return _of_bytes(bytes(given)), "", None
    if isinstance(given, MediaFields):
        return _of_part(given)
    if not isinstance(given, str | os.PathLike):
        raise InvalidRequest("content must be a path, bytes or a part with bytes.", parameter="content")
    path = Path(given)
    try:
        size = path.stat().st_size if path.is_file() else -1
    except (OSError, ValueError):
        size = -1
    if size < 0:
        raise InvalidRequest(f"There is no file {os.fspath(given)!r:.200}.", parameter="content")
    if not size:
        raise InvalidRequest(f"{path} is empty.", parameter="content")
    return FileContent(path, size), path.name, None


def _of_part(part: MediaFields) -> tuple[Content, str, str | None]:
    data = part.data
    if data is None and isinstance(part, Document) and part.text is not None:
        return _of_bytes(part.text.encode()), part.name or "", part.media_type or "text/plain"
    if data is None:
        raise InvalidRequest("The part has no bytes.", parameter="content", hint="kit.fetch(part) gets those at an address.")
    return _of_bytes(data), part.name or "", part.media_type


def _of_bytes(data: bytes) -> BytesContent:
    if not data:
        raise InvalidRequest("There is nothing to upload.", parameter="content")
    return BytesContent(data)
