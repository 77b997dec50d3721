"""Recorded files: what was uploaded, listed, fetched and deleted."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from llmkit.dialects.files import anthropic, gemini, openai
from llmkit.types.asking import Ask, Form, FormFile
from llmkit.types.files import FilePage, StoredFile, UploadRequest
from tests.recordings.recorded import Reader, Recorded, first, place, told

_FORMATS = {"openai": openai, "mistral": openai, "anthropic": anthropic, "google": gemini}


def _kind(recorded: Recorded) -> str:
    """Return which question it was, by method and path."""
    path = recorded.path
    if recorded.method == "DELETE":
        return "delete"
    if path.endswith("/content") or ":download" in path:
        return "content"
    if recorded.method in ("POST", "PUT"):
        return "upload"
    return "page" if path.endswith("/files") else "get"


def _decoded(recorded: Recorded) -> Any:
    codec: Any = _FORMATS[recorded.provider]
    where = place("", "/files", recorded.provider)
    match _kind(recorded):
        case "page":
            page: FilePage = told(codec.page("", None, where), recorded.answer)
            return ([_facts(file) for file in page.files], page.next)
        case "delete":
            return told(codec.delete("x", where), recorded.answer) or "deleted"
        case "content":
            return "elsewhere" if recorded.status == 302 else _content(codec, where)
        case "upload" if codec is gemini:
            return _facts(gemini.stored(bytes(gemini._sent.decode(recorded.raw).file), recorded.answer))
        case "upload":
            return _facts(told(codec.upload(_request(), where), recorded.answer))
        case _:
            return _facts(told(codec.get("x", where), recorded.answer))


def _content(codec: Any, where: Any) -> str:
    ask = first(codec.content("x", lambda piece: None, 10, where))
    return "poured" if ask.into is not None and ask.limit == 10 else "whole"


def _facts(file: StoredFile) -> Any:
    return (
        file.id,
        file.uri,
        file.name,
        file.size,
        file.media_type,
        file.purpose,
        file.status,
        file.downloadable,
        _stamp(file.created),
        _stamp(file.expires),
    )


def _stamp(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _expected(recorded: Recorded) -> Any:
    match _kind(recorded):
        case "page":
            body = recorded.json
            items = body.get("data", body.get("files", []))
            more = body.get("nextPageToken") or body.get("next_page") or (items[-1]["id"] if body.get("has_more") else "")
            return ([_read(recorded.provider, item) for item in items], more)
        case "delete":
            return "refused" if recorded.json.get("deleted", True) is False else "deleted"
        case "content":
            return "elsewhere" if recorded.status == 302 else "poured"
        case "upload" if recorded.provider == "google":
            return _read("google", recorded.json["file"])
        case _:
            return _read(recorded.provider, recorded.json)


def _read(provider: str, item: dict[str, Any]) -> Any:
    if provider == "google":
        state = {"ACTIVE": "ready", "PROCESSING": "processing", "FAILED": "failed"}[item["state"]]
        made = None if "source" not in item else item["source"] == "GENERATED"
        times = (_seconds(item["createTime"]), _seconds(item.get("expirationTime")))
        return (item["name"], item["uri"], item.get("displayName"), int(item["sizeBytes"]), item["mimeType"], None, state, made, *times)
    if provider == "anthropic":
        times = (_seconds(item["created_at"]), _seconds(item.get("expires_at")))
        return (item["id"], None, item["filename"], item["size_bytes"], item["mime_type"], None, None, item["downloadable"], *times)
    name = item["filename"] if "filename" in item else item["path"].rsplit("/", 1)[-1]
    status = {None: None, "uploaded": "ready", "processed": "ready", "error": "failed"}[item.get("status")]
    times = (item["created_at"] or None, item.get("expires_at") or None)
    return (item["id"], None, name, item["bytes"], item.get("mimetype"), item.get("purpose"), status, None, *times)


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    whole = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    return int(whole.timestamp())


def _request(name: str = "x", purpose: str | None = None, data: bytes = b"x", expires: float | None = None) -> UploadRequest:
    return UploadRequest(model="x", content=data, name=name, media_type="text/plain", purpose=purpose, expires=expires)


def _parts(recorded: Recorded) -> dict[str, Any] | None:
    body = recorded.sent
    if _kind(recorded) != "upload" or not isinstance(body, dict) or "multipart" not in body:
        return None
    return {part["name"]: part for part in body["multipart"]}


def _sent(recorded: Recorded) -> Any:
    parts = _parts(recorded)
    if parts is None or "file" not in parts:
        return None
    file = parts["file"]
    data = file["text"].encode() if "text" in file else base64.b64decode(file["base64"])
    fields = {name: part.get("text") for name, part in parts.items() if name != "file"}
    return ("POST", fields, file["filename"], data)


def _encoded(recorded: Recorded) -> Any:
    wanted = _sent(recorded)
    if wanted is None:
        return None
    _, fields, name, data = wanted
    lifetime = fields.get("expires_after[seconds]")
    request = _request(name, fields.get("purpose"), data, None if lifetime is None else float(lifetime))
    codec: Any = _FORMATS[recorded.provider]
    ask: Ask = first(codec.upload(request, place("", "/files", recorded.provider, purposes=())))
    assert isinstance(ask.body, Form)
    found = dict(ask.body.fields)
    file = found.pop("file")
    assert isinstance(file, FormFile)
    return (ask.method, found, file.filename, file.data)


def _reader(name: str, *providers: str) -> Reader:
    return Reader(
        codec=name,
        apis=("files",),
        takes=lambda recorded: recorded.provider in providers,
        decoded=_decoded,
        expected=_expected,
        encoded=_encoded,
        sent=_sent,
    )


READERS = [
    _reader("openai_files", "openai", "mistral"),
    _reader("anthropic_files", "anthropic"),
    _reader("gemini_files", "google"),
]
