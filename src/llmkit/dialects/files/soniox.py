"""Sound that Soniox keeps until it is written down (soniox.com/docs/stt/api-reference, files, read 2026-11-23)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import urlencode

import msgspec

from llmkit.dialects.files.answers import decoded, done, in_path, moment
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Answer, Ask, Form, FormFile, Place
from llmkit.types.files import FilePage, Into, StoredFile, UploadRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "content", "delete", "error", "get", "page", "steps", "upload"]

NAME = "soniox_files"


class _File(msgspec.Struct):
    id: str
    filename: str | None = None
    size: int | None = None
    created_at: Any = None
    client_reference_id: str | None = None


class _Page(msgspec.Struct):
    files: list[msgspec.Raw]
    next_page_cursor: str | None = None


_file = msgspec.json.Decoder(_File)
_page = msgspec.json.Decoder(_Page)


def upload(request: UploadRequest, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
    """Send the file as a form; `purpose` and `expires` are not known here."""
    warnings = tuple(
        [
            Warning(kind="dropped", parameter=name, detail=f"Files have no {name} here.")
            for name in ("purpose", "expires")
            if getattr(request, name) is not None
        ]
    )
    file = FormFile(data=request.content, media_type=request.media_type, filename=request.name)
    answer = yield Ask(path=place.path, body=Form(fields=(("file", file),)), warnings=warnings)
    return stored(answer.body, answer)


steps = upload


def get(id: str, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
    """Return what is known of a file."""
    answer = yield Ask(method="GET", path=f"{place.path}/{in_path(id)}", again=True)
    return stored(answer.body, answer)


def delete(id: str, place: Place, /) -> Generator[Ask, Answer, None]:
    """Delete a file."""
    answer = yield Ask(method="DELETE", path=f"{place.path}/{in_path(id)}", accepts=(204,))
    done(answer, error)


def content(id: str, into: Into, most: int, place: Place, /) -> Generator[Ask, Answer, None]:
    """Refuse: what was uploaded is not given back."""
    raise UnsupportedFeature("fetching uploaded files", where=place.provider)
    yield Ask()  # a generator, as all formats are


def page(cursor: str, purpose: str | None, place: Place, /) -> Generator[Ask, Answer, FilePage]:
    """Return the files from `cursor` on."""
    path = place.path + (f"?{urlencode({'cursor': cursor})}" if cursor else "")
    answer = yield Ask(method="GET", path=path, again=True)
    body = decoded(_page, answer, error, "list of files")
    return FilePage(files=tuple([stored(bytes(item), answer) for item in body.files]), next=body.next_page_cursor or "")


def stored(body: bytes, answer: Answer) -> StoredFile:
    """Return the file that `body` describes."""
    told = decoded(_file, Answer(status=answer.status, headers=answer.headers, body=body), error)
    extra = {} if told.client_reference_id is None else {"client_reference_id": told.client_reference_id}
    created = moment(told.created_at)
    return StoredFile(id=told.id, name=told.filename, size=told.size, created=created, extra=extra, raw=msgspec.Raw(body))
