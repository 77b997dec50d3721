"""Files as OpenAI and its many relatives keep them.

A row's options say how its host differs: `purpose` (the usual one), `purposes` (all it knows), `upload` (where files are sent, below the
path), `named` (a field with the file's name, beside it in the form), `expires` (`after`: the two fields of OpenAI; `hours`: one field
`expiry`; empty: no lifetimes), `lifetime` (the least and the most seconds), `pages` (`after`, `number`, `token` or empty), `size`
(files of a page), `deleted` (where a POST deletes, behind the id).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import urlencode

import msgspec

from llmkit.dialects.files.answers import decoded, done, in_path, moment
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import InvalidRequest
from llmkit.types.asking import Answer, Ask, Form, FormFile, Place
from llmkit.types.files import FilePage, FileStatus, Into, StoredFile, UploadRequest
from llmkit.types.model import NO_NATIVE
from llmkit.types.warnings import Warning

__all__ = ["NAME", "content", "delete", "error", "get", "page", "steps", "upload"]

NAME = "openai_files"
PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
"""What OpenAI takes (openai 3.54.0, read 2026-11-23)."""
LIFETIME = (3600, 2_592_000)
"""Seconds: an hour to thirty days (openai 3.54.0, read 2026-11-23)."""
STATUSES: dict[str, FileStatus] = {
    "uploaded": "ready",
    "processed": "ready",
    "ok": "ready",
    "ready": "ready",
    "active": "ready",
    "pending": "processing",
    "running": "processing",
    "processing": "processing",
    "deleting": "failed",
    "deleted": "failed",
    "error": "failed",
    "failed": "failed",
    "parse_failed": "failed",
}


class _File(msgspec.Struct):
    id: str
    bytes: int | None = None
    size_bytes: int | None = None  # Mistral's name in its own types; on its wire it is `bytes`
    filename: str | None = None
    path: str | None = None  # of a container
    purpose: str | None = None
    status: str | None = None
    status_details: Any = None
    mimetype: str | None = None
    created_at: Any = None
    expires_at: Any = None


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    has_more: bool = False
    total: int | None = None
    pagination_token: str | None = None


_file = msgspec.json.Decoder(_File)
_page = msgspec.json.Decoder(_Page)


def upload(request: UploadRequest, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
    """Send the file as a form, its purpose first: some hosts read no field that comes after the file."""
    options = place.options
    warnings: list[Warning] = []
    fields: list[tuple[str, str | FormFile]] = []
    if purpose := _purpose(request, place):
        fields.append(("purpose", purpose))
    fields += _lifetime(request, place, warnings)
    if named := options.get("named"):
        fields.append((named, request.name))
    fields.append(("file", FormFile(data=request.content, media_type=request.media_type, filename=request.name)))
    path = place.path + options.get("upload", "")
    answer = yield Ask(path=path, body=Form(fields=tuple(fields)), warnings=tuple(warnings))
    return stored(answer.body, answer)


steps = upload


def get(id: str, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
    """Return what is known of a file."""
    answer = yield Ask(method="GET", path=f"{place.path}/{in_path(id)}", again=True)
    return stored(answer.body, answer)


def delete(id: str, place: Place, /) -> Generator[Ask, Answer, None]:
    """Delete a file."""
    ending = place.options.get("deleted", "")
    answer = yield Ask(method="POST" if ending else "DELETE", path=f"{place.path}/{in_path(id)}{ending}", accepts=(204,))
    done(answer, error)


def content(id: str, into: Into, most: int, place: Place, /) -> Generator[Ask, Answer, None]:
    """Give the bytes of a file to `into`."""
    yield Ask(method="GET", path=f"{place.path}/{in_path(id)}/content", into=into, limit=most)


def page(cursor: str, purpose: str | None, place: Place, /) -> Generator[Ask, Answer, FilePage]:
    """Return the files from `cursor` on: after a file's id, by a page's number, or by a token, as the host counts."""
    kind = place.options.get("pages", "after")
    query: dict[str, Any] = {} if purpose is None else {"purpose": purpose}
    if size := place.options.get("size"):
        query["page_size" if kind == "number" else "limit"] = size
    if cursor:
        query[{"number": "page", "token": "pagination_token"}.get(kind, "after")] = cursor
    answer = yield Ask(method="GET", path=place.path + (f"?{urlencode(query)}" if query else ""), again=True)
    return paged(answer, cursor, kind, query.get("page_size"))


def paged(answer: Answer, cursor: str = "", kind: str = "after", size: int | None = None) -> FilePage:
    """Return the page that an answer holds."""
    body = decoded(_page, answer, error, "list of files")
    files = tuple([stored(bytes(item), answer) for item in body.data])
    match kind:
        case "number":
            number = int(cursor or 0)
            more = bool(files) and body.total is not None and size is not None and (number + 1) * size < body.total
            return FilePage(files=files, next=str(number + 1) if more else "")
        case "token":
            return FilePage(files=files, next=body.pagination_token or "")
        case "after":
            return FilePage(files=files, next=files[-1].id if body.has_more and files else "")
    return FilePage(files=files)


def stored(body: bytes, answer: Answer) -> StoredFile:
    """Return the file that `body` describes."""
    told = decoded(_file, Answer(status=answer.status, headers=answer.headers, body=body), error)
    status = None if told.status is None else STATUSES.get(told.status.lower())
    details = told.status_details
    return StoredFile(
        id=told.id,
        name=told.filename or (told.path or "").rpartition("/")[2] or None,
        size=told.size_bytes if told.bytes is None else told.bytes,
        media_type=told.mimetype,
        purpose=told.purpose,
        status=status,
        created=moment(told.created_at),
        expires=moment(told.expires_at),
        failure=details if isinstance(details, str) and status == "failed" else None,
        raw=msgspec.Raw(body) if body else NO_NATIVE,
    )


def _purpose(request: UploadRequest, place: Place) -> str:
    purposes = tuple(place.options.get("purposes", PURPOSES))
    purpose = request.purpose or str(place.options.get("purpose", "user_data"))
    if purposes and purpose not in purposes:
        raise InvalidRequest(f"purpose must be one of {', '.join(purposes)}, not {purpose!r}.", parameter="purpose")
    return purpose


def _lifetime(request: UploadRequest, place: Place, warnings: list[Warning]) -> list[tuple[str, str | FormFile]]:
    if request.expires is None:
        return []
    kind = place.options.get("expires", "after")
    if not kind:
        warnings.append(Warning(kind="dropped", parameter="expires", detail="Files have no lifetime here: delete them."))
        return []
    least, most = place.options.get("lifetime", LIFETIME)
    if not least <= request.expires <= most:
        raise InvalidRequest(f"expires must be from {least:,} to {most:,} seconds, not {request.expires:,g}.", parameter="expires")
    if kind == "hours":
        return [("expiry", str(-int(-request.expires // 3600)))]
    return [("expires_after[anchor]", "created_at"), ("expires_after[seconds]", str(int(request.expires)))]
