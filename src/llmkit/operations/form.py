"""A form with files (RFC 7578): as bytes, or piece by piece where a file is too large for memory."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from llmkit.errors import InvalidRequest
from llmkit.types.asking import Form, FormFile
from llmkit.types.http import Upload

_MEDIA_TYPE = re.compile(r"[!-.0-~]+/[!-~](?:[ -~]*[!-~])?")
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
            head += f'; filename="{value.filename.translate(_QUOTED)}"\r\nContent-Type: {_media_type(value)}'
        pieces += (_encoded(name, f"{head}\r\n\r\n"), value.data if isinstance(value, FormFile) else _encoded(name, value), b"\r\n")
    pieces.append(f"--{boundary}--\r\n".encode())
    known = [piece for piece in pieces if isinstance(piece, bytes)]
    return f"multipart/form-data; boundary={boundary}", b"".join(known) if len(known) == len(pieces) else FormUpload(pieces)


def _boundary(fields: list[tuple[str, str | FormFile]]) -> str:
    """Return a boundary that stands in none of the values: the same form has the same bytes, whatever it holds.

    Where a file is on disk it is made by chance instead: nobody could know it when the file was written.
    """
    digest = hashlib.sha256()
    for name, value in fields:
        digest.update(_encoded(name, name))
        data = value.data if isinstance(value, FormFile) else _encoded(name, value)
        if not isinstance(data, bytes):
            return f"llmkit-{secrets.token_hex(20)}"
        digest.update(data)
    return f"llmkit-{digest.hexdigest()[:40]}"


def _encoded(name: str, text: str) -> bytes:
    """Return a text as bytes. Raises `InvalidRequest` for one that has none: half of a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    raise InvalidRequest(f"{name[:80]!r} holds a surrogate, which is no character.", parameter=name[:80])


def _media_type(file: FormFile) -> str:
    """Return the type that stands in the head of a file's part. Raises `InvalidRequest` for what could end that head."""
    if not _MEDIA_TYPE.fullmatch(file.media_type):
        raise InvalidRequest(f"{file.media_type[:80]!r} is no media type.", parameter="media_type", hint="Write it like 'audio/wav'.")
    return file.media_type


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
