"""Files as Anthropic keeps them: a beta of the API version that we speak."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import urlencode

import msgspec

from llmkit.dialects.anthropic.betas import FILES_BETA
from llmkit.dialects.anthropic.errors import error
from llmkit.dialects.files.answers import decoded, done, in_path, moment
from llmkit.errors import InvalidRequest
from llmkit.types.asking import Answer, Ask, Form, FormFile, Place
from llmkit.types.files import FilePage, Into, StoredFile, UploadRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "content", "delete", "error", "get", "page", "steps", "upload"]

NAME = "anthropic_files"
HEADERS = {"anthropic-version": "2023-06-01", "anthropic-beta": FILES_BETA}
LIFETIME = (3600, 7_776_000)
"""Seconds: an hour to ninety days (anthropic 2.12.0, read 2026-11-23)."""


class _File(msgspec.Struct):
    id: str
    filename: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = None
    created_at: Any = None
    expires_at: Any = None
    downloadable: bool | None = None


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    has_more: bool = False
    last_id: str | None = None
    next_page: str | None = None


_file = msgspec.json.Decoder(_File)
_page = msgspec.json.Decoder(_Page)


def upload(request: UploadRequest, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
    """Send the file as a form. There are no purposes."""
    warnings = []
    fields: list[tuple[str, str | FormFile]] = []
    if request.purpose is not None:
        warnings.append(Warning(kind="dropped", parameter="purpose", detail="Files have no purpose here."))
    if request.expires is not None:
        least, most = LIFETIME
        if not least <= request.expires <= most:
            raise InvalidRequest(f"expires must be from {least:,} to {most:,} seconds, not {request.expires:,g}.", parameter="expires")
        fields.append(("expires_in_seconds", str(int(request.expires))))
    fields.append(("file", FormFile(data=request.content, media_type=request.media_type, filename=request.name)))
    answer = yield Ask(path=place.path, headers=HEADERS, body=Form(fields=tuple(fields)), warnings=tuple(warnings))
    return stored(answer.body, answer)


steps = upload


def get(id: str, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
    """Return what is known of a file."""
    answer = yield Ask(method="GET", path=f"{place.path}/{in_path(id)}", headers=HEADERS, again=True)
    return stored(answer.body, answer)


def delete(id: str, place: Place, /) -> Generator[Ask, Answer, None]:
    """Delete a file."""
    answer = yield Ask(method="DELETE", path=f"{place.path}/{in_path(id)}", headers=HEADERS)
    done(answer, error)


def content(id: str, into: Into, most: int, place: Place, /) -> Generator[Ask, Answer, None]:
    """Give the bytes of a file that a tool made to `into`; one that was uploaded is not given back (`downloadable`)."""
    yield Ask(method="GET", path=f"{place.path}/{in_path(id)}/content", headers=HEADERS, into=into, limit=most)


def page(cursor: str, purpose: str | None, place: Place, /) -> Generator[Ask, Answer, FilePage]:
    """Return the files from `cursor` on: an id, or a page's name (`page_...`) where the API version has these."""
    query = {} if not cursor else {"page" if cursor.startswith("page_") else "after_id": cursor}
    warnings = (Warning(kind="dropped", parameter="purpose", detail="Files have no purpose here."),) if purpose is not None else ()
    path = place.path + (f"?{urlencode(query)}" if query else "")
    answer = yield Ask(method="GET", path=path, headers=HEADERS, again=True, warnings=warnings)
    return paged(answer)


def paged(answer: Answer) -> FilePage:
    """Return the page that an answer holds."""
    body = decoded(_page, answer, error, "list of files")
    files = tuple([stored(bytes(item), answer) for item in body.data])
    return FilePage(files=files, next=body.next_page or (body.last_id if body.has_more and body.last_id else ""))


def stored(body: bytes, answer: Answer) -> StoredFile:
    """Return the file that `body` describes."""
    told = decoded(_file, Answer(status=answer.status, headers=answer.headers, body=body), error)
    return StoredFile(
        id=told.id,
        name=told.filename,
        size=told.size_bytes,
        media_type=told.mime_type,
        created=moment(told.created_at),
        expires=moment(told.expires_at),
        downloadable=told.downloadable,
        raw=msgspec.Raw(body),
    )
