"""Files as Gemini keeps them: sent by the resumable protocol, then processed, and gone after two days.

A row's option `upload` is the path below the host that files are sent to.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import urlencode

import msgspec

from llmkit.dialects.files.answers import decoded, done, in_path, moment
from llmkit.dialects.gemini.errors import error
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.files import FilePage, FileStatus, Into, StoredFile, UploadRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "content", "delete", "error", "get", "page", "steps", "upload"]

NAME = "gemini_files"
UPLOAD = "/upload/v1beta/files"
RESUMED = 3
"""How often sending goes on where it broke off."""
PAGE = 100
"""The most files of a page (ai.google.dev/api/files, read 2026-11-23)."""
STATUSES: dict[str, FileStatus] = {"PROCESSING": "processing", "ACTIVE": "ready", "FAILED": "failed"}


class _File(msgspec.Struct):
    name: str
    uri: str | None = None
    displayName: str | None = None
    mimeType: str | None = None
    sizeBytes: int | str | None = None
    createTime: Any = None
    expirationTime: Any = None
    state: str | None = None
    source: str | None = None
    error: Any = None


class _Sent(msgspec.Struct):
    file: msgspec.Raw


class _Page(msgspec.Struct):
    files: list[msgspec.Raw] = []
    nextPageToken: str | None = None


_file = msgspec.json.Decoder(_File)
_sent = msgspec.json.Decoder(_Sent)
_page = msgspec.json.Decoder(_Page)


def upload(request: UploadRequest, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
    """Say what comes, get an address for it, and send it there; where that breaks off, ask how much arrived and send the rest."""
    warnings = [
        Warning(kind="dropped", parameter=name, detail=detail)
        for name, value, detail in (
            ("purpose", request.purpose, "Files have no purpose here."),
            ("expires", request.expires, "Files live for two days here; delete them to end that early."),
        )
        if value is not None
    ]
    size = request.content.size
    headers = {
        "X-Goog-Upload-Protocol": "resumable",
        "X-Goog-Upload-Command": "start",
        "X-Goog-Upload-Header-Content-Length": str(size),
        "X-Goog-Upload-Header-Content-Type": request.media_type,
    }
    about = {"display_name": request.name, "mime_type": request.media_type, "size_bytes": str(size)}
    begun = yield Ask(url=place.options.get("upload", UPLOAD), headers=headers, body={"file": about}, warnings=tuple(warnings))
    address = begun.headers.get("x-goog-upload-url")
    if not address:
        raise ProtocolError("The answer holds no address to send the file to.")
    answer = yield from _sending(request, address)
    return stored(bytes(decoded(_sent, answer, error).file), answer)


steps = upload


def _sending(request: UploadRequest, address: str) -> Generator[Ask, Answer, Answer]:
    offset = 0
    for left in reversed(range(RESUMED + 1)):
        headers = {
            "X-Goog-Upload-Command": "upload, finalize",
            "X-Goog-Upload-Offset": str(offset),
            "Content-Type": "application/octet-stream",
        }
        try:
            return (yield Ask(url=address, headers=headers, upload=request.content.after(offset)))
        except LLMKitError as failure:
            if not left or not failure.retryable:
                raise
        asked = yield Ask(url=address, headers={"X-Goog-Upload-Command": "query"}, again=True)
        received = asked.headers.get("x-goog-upload-size-received", "")
        if asked.headers.get("x-goog-upload-status") == "final":
            return asked
        offset = int(received) if received.isdecimal() and len(received) < 20 and int(received) <= request.content.size else 0
    raise AssertionError("the last try returns or raises")


def get(id: str, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
    """Return what is known of a file, by its name `files/...` or what comes behind that."""
    answer = yield Ask(method="GET", path=_path(id, place), again=True)
    return stored(answer.body, answer)


def delete(id: str, place: Place, /) -> Generator[Ask, Answer, None]:
    """Delete a file."""
    answer = yield Ask(method="DELETE", path=_path(id, place))
    done(answer, error)


def content(id: str, into: Into, most: int, place: Place, /) -> Generator[Ask, Answer, None]:
    """Give the bytes of a file that a model made to `into`; the answer may point to another path of the same host."""
    ask = Ask(method="GET", path=f"{_path(id, place)}:download?alt=media", accepts=(302,), into=into, limit=most)
    answer = yield ask
    if answer.status == 302:
        yield Ask(method="GET", url=answer.headers.get("location", ""), into=into, limit=most)


def page(cursor: str, purpose: str | None, place: Place, /) -> Generator[Ask, Answer, FilePage]:
    """Return the files from `cursor` on."""
    query = {"pageSize": str(PAGE), **({"pageToken": cursor} if cursor else {})}
    warnings = (Warning(kind="dropped", parameter="purpose", detail="Files have no purpose here."),) if purpose is not None else ()
    answer = yield Ask(method="GET", path=f"{place.path}?{urlencode(query)}", again=True, warnings=warnings)
    return paged(answer)


def paged(answer: Answer) -> FilePage:
    """Return the page that an answer holds; an empty object is an empty page."""
    body = decoded(_page, answer, error, "list of files")
    if not body.files:
        done(answer, error)
    return FilePage(files=tuple([stored(bytes(item), answer) for item in body.files]), next=body.nextPageToken or "")


def stored(body: bytes, answer: Answer) -> StoredFile:
    """Return the file that `body` describes."""
    told = decoded(_file, Answer(status=answer.status, headers=answer.headers, body=body), error)
    size = told.sizeBytes
    words = told.error.get("message") if isinstance(told.error, dict) else None
    return StoredFile(
        id=told.name,
        uri=told.uri,
        name=told.displayName,
        size=int(size) if isinstance(size, int) or (isinstance(size, str) and size.isdecimal() and len(size) < 20) else None,
        media_type=told.mimeType,
        status=STATUSES.get(told.state or ""),
        created=moment(told.createTime),
        expires=moment(told.expirationTime),
        downloadable=None if told.source is None else told.source == "GENERATED",
        failure=words if isinstance(words, str) else None,
        raw=msgspec.Raw(body),
    )


def _path(id: str, place: Place) -> str:
    return f"{place.path}/{in_path(id.rpartition('/')[2] if isinstance(id, str) else id)}"
