"""A form with files (RFC 7578): as bytes, or piece by piece where a file is too large for memory."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from llmkit.errors import InvalidRequest
from llmkit.types.asking import Form, FormFile
from llmkit.types.http import Upload

_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
Piece = bytes | Upload


class FormUpload:
    """The body of a form that holds a file on disk."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self.size = sum(len(piece) if isinstance(piece, bytes) else piece.size for piece in pieces)

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes from the start."""
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from piece.pieces()


def form_body(form: Form, extra: Mapping[str, Any] | None = None) -> tuple[str, bytes | FormUpload]:
    """Return the media type with its boundary, and the body. Raises `InvalidRequest` for an extra field that a form cannot hold."""
    fields = [*form.fields, *[(name, _text(name, value)) for name, value in (extra or {}).items()]]
    boundary = _boundary(fields)
    pieces: list[Piece] = []
    for name, value in fields:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name.translate(_QUOTED)}"'
        if isinstance(value, FormFile):
            head += f'; filename="{value.filename.translate(_QUOTED)}"\r\nContent-Type: {value.media_type}'
        pieces += (f"{head}\r\n\r\n".encode(), value.data if isinstance(value, FormFile) else value.encode(), b"\r\n")
    pieces.append(f"--{boundary}--\r\n".encode())
    known = [piece for piece in pieces if isinstance(piece, bytes)]
    return f"multipart/form-data; boundary={boundary}", b"".join(known) if len(known) == len(pieces) else FormUpload(pieces)


def _boundary(fields: list[tuple[str, str | FormFile]]) -> str:
    """Return a boundary that stands in none of the values: the same form has the same bytes, whatever it holds.

    Where a file is on disk it is made by chance instead: nobody could know it when the file was written.
    """
    digest = hashlib.sha256()
    for name, value in fields:
        digest.update(name.encode())
        data = value.data if isinstance(value, FormFile) else value.encode()
        if not isinstance(data, bytes):
            return f"llmkit-{secrets.token_hex(20)}"
        digest.update(data)
    return f"llmkit-{digest.hexdigest()[:40]}"


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | dict):
        return json.dumps(value)
    raise InvalidRequest(f"extra_body.{name} is a {type(value).__name__}, which a form cannot hold.", parameter=f"extra_body.{name}")
