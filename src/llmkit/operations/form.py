"""A form with files as bytes (RFC 7578)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from llmkit.errors import InvalidRequest
from llmkit.types.asking import Form, FormFile

_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def form_bytes(form: Form, extra: Mapping[str, Any] | None = None) -> tuple[str, bytes]:
    """Return the media type with its boundary, and the body. Raises `InvalidRequest` for an extra field that a form cannot hold."""
    fields = [*form.fields, *[(name, _text(name, value)) for name, value in (extra or {}).items()]]
    boundary = _boundary(fields)
    pieces: list[bytes] = []
    for name, value in fields:
        pieces.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name.translate(_QUOTED)}"'.encode())
        if isinstance(value, FormFile):
            pieces.append(f'; filename="{value.filename.translate(_QUOTED)}"\r\nContent-Type: {value.media_type}\r\n\r\n'.encode())
            pieces.append(value.data)
        else:
            pieces.append(b"\r\n\r\n" + value.encode())
        pieces.append(b"\r\n")
    pieces.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(pieces)


def _boundary(fields: list[tuple[str, str | FormFile]]) -> str:
    """Return a boundary that stands in none of the values: the same form has the same bytes, whatever it holds."""
    digest = hashlib.sha256()
    for name, value in fields:
        digest.update(name.encode())
        digest.update(value.data if isinstance(value, FormFile) else value.encode())
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
