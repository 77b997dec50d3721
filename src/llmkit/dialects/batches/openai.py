"""Batches as OpenAI and its relatives take them: a file of requests, a batch that names it, files of results.

A row's options say where a host differs: `url_prefix` of the addresses in the lines (`/v1`), `upload` (the path of uploads), `purpose`
of the file, `form` (further fields of the upload), `windows` (the only periods it takes) and `bare` (its lines name no address).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.batches.beginning import begun_batch
from llmkit.dialects.batches.pieces import form_upload
from llmkit.dialects.batches.reading import checked_id, count, decoded, in_path, moment, status_of, texts, value_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.batch import BatchCounts, BatchPage, BatchRequest, BatchState, BatchStatus, BatchSteps, RawResult, ResultStatus, Source
from llmkit.types.dialect import Encoded
from llmkit.types.warnings import Warning

__all__ = ["LARGEST", "MOST", "NAME", "PARTIAL", "WIRES", "cancel", "create", "error", "line", "listed", "refresh", "results", "sources"]

NAME = "openai_batch"
WIRES = ("openai_chat", "openai_responses", "openai_embeddings", "mistral")
MOST = 50_000
"""API reference, read 2026-11-23."""
LARGEST = 200 * 1000 * 1000
PARTIAL = False
STATUS: dict[str, BatchStatus] = {
    "validating": "queued",
    "queued": "queued",
    "in_progress": "running",
    "running": "running",
    "finalizing": "running",
    "cancelling": "cancelling",
    "cancellation_requested": "cancelling",
    "completed": "ended",
    "success": "ended",
    "failed": "failed",
    "expired": "expired",
    "timeout_exceeded": "expired",
    "cancelled": "cancelled",
}
"""The words of OpenAI, Together (the same in capitals) and Mistral."""
ADDRESSES: dict[str, str] = {
    "/chat/completions": "openai_chat",
    "/responses": "openai_responses",
    "/embeddings": "openai_embeddings",
    "/messages": "anthropic",
}
_ENDS = ("completed_at", "failed_at", "cancelled_at", "expired_at")
_ID = re.compile(r".{1,512}", re.DOTALL)
_UNDONE: dict[str, ResultStatus] = {"batch_expired": "expired", "batch_cancelled": "cancelled"}


class _File(msgspec.Struct):
    id: str


class _Counts(msgspec.Struct):
    total: int | None = None
    completed: int | None = None
    failed: int | None = None


class _Batch(msgspec.Struct):
    """A batch of OpenAI's, Together's (`job`, `model_id`, `error`) and the many between."""

    id: str
    status: str
    endpoint: str | None = None
    model: str | None = None
    model_id: str | None = None
    errors: msgspec.Raw = msgspec.Raw(b"null")
    error: msgspec.Raw = msgspec.Raw(b"null")
    output_file_id: str | None = None
    error_file_id: str | None = None
    created_at: Any = None
    completed_at: Any = None
    failed_at: Any = None
    cancelled_at: Any = None
    expired_at: Any = None
    expires_at: Any = None
    request_counts: _Counts | None = None
    metadata: Any = None
    usage: Any = None


class _Created(msgspec.Struct):
    job: msgspec.Raw = msgspec.Raw()


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    has_more: bool = False
    last_id: str | None = None


class _Response(msgspec.Struct):
    status_code: Any = None
    body: msgspec.Raw = msgspec.Raw()


class _Line(msgspec.Struct):
    custom_id: str
    response: _Response | None = None
    error: msgspec.Raw = msgspec.Raw(b"null")
    body: msgspec.Raw = msgspec.Raw()


_file = msgspec.json.Decoder(_File)
_batch = msgspec.json.Decoder(_Batch)
_created = msgspec.json.Decoder(_Created)
_page = msgspec.json.Decoder(_Page | list[msgspec.Raw])
_line = msgspec.json.Decoder(_Line)


def line(id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
    """Return the line for one request."""
    checked_id(id, _ID, "up to 512 characters")
    if place.options.get("bare"):
        return {"custom_id": id, "body": encoded.body}
    return {"custom_id": id, "method": "POST", "url": _url(encoded.path, place), "body": encoded.body}


def create(request: BatchRequest, place: Place, /) -> BatchSteps:
    """Upload the file, and begin."""
    uploaded = yield from upload(request, place)
    warnings: list[Warning] = []
    body: dict[str, Any] = {"input_file_id": uploaded, "endpoint": _url(request.file.address, place)}
    if window := _window(request.window, place, warnings):
        body["completion_window"] = window
    if request.metadata or request.name:
        body["metadata"] = {**({"name": request.name} if request.name else {}), **request.metadata}
    return (yield from begun_batch(Ask(path=place.path, body=body, warnings=tuple(warnings)), batch_state))


def upload(request: BatchRequest, place: Place, /) -> Generator[Ask, Answer, str]:
    """Upload the file and return its id."""
    options, name = place.options, f"{request.name or 'batch'}.jsonl"
    fields = {"purpose": options.get("purpose", "batch"), **dict.fromkeys(options.get("form", ()), name)}
    kind, body = form_upload(request.file, name, fields)
    answer = yield Ask(path=options.get("upload", "/files"), upload=body, headers={"Content-Type": kind})
    return decoded(_file, answer.body, "uploaded file").id


def refresh(handle: str, place: Place, /) -> BatchSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}", method="GET", again=True)
    return batch_state(answer.body)


def cancel(handle: str, place: Place, /) -> BatchSteps:
    """End it early."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}/cancel")
    return batch_state(answer.body)


def listed(page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
    """Ask for a page of the batches."""
    query = "?limit=100" + (f"&after={quote(page, safe='')}" if page else "")
    answer = yield Ask(path=place.path + query, method="GET", again=True)
    found = decoded(_page, answer.body, "list of batches")
    if not isinstance(found, _Page):
        return BatchPage(states=tuple([batch_state(bytes(item)) for item in found]))
    states = tuple([batch_state(bytes(item)) for item in found.data])
    return BatchPage(states=states, next=(found.last_id or states[-1].handle) if found.has_more and states else None)


def sources(state: BatchState, place: Place, /) -> tuple[Source, ...]:
    """Return the files of answers and of errors."""
    path = place.options.get("files", "/files")
    return tuple([Source(ask=Ask(path=f"{path}/{in_path(file)}/content", method="GET", again=True)) for file in state.sources])


def results(data: bytes, state: BatchState, place: Place, /) -> tuple[tuple[RawResult, ...], Source | None]:
    """Read a line of a file of results."""
    found = decoded(_line, data, "result of a batch")
    if found.response is None or not found.response.body:
        return (_undone(found),), None
    told = count(found.response.status_code)
    status = 200 if told is None else told
    outcome: ResultStatus = "succeeded" if status < 300 and not _is_error(found.error) else "failed"
    return (RawResult(id=found.custom_id, body=bytes(found.response.body), status=status, outcome=outcome),), None


def batch_state(data: bytes) -> BatchState:
    """Return the batch in `data`."""
    whole = decoded(_created, data, "batch")
    found = decoded(_batch, bytes(whole.job) or data, "batch")
    status = status_of(found.status, STATUS)
    counts = found.request_counts or _Counts()
    return BatchState(
        handle=found.id,
        status=status,
        raw_status=found.status,
        model=found.model or found.model_id or "",
        counts=BatchCounts(total=counts.total, succeeded=counts.completed, failed=counts.failed),
        created=moment(found.created_at),
        ended=next((told for at in _ENDS if (told := moment(getattr(found, at)))), None),
        expires=moment(found.expires_at),
        metadata=texts(found.metadata),
        name=texts(found.metadata).get("name", ""),
        wire=wire_of(found.endpoint or ""),
        sources=tuple([file for file in (found.output_file_id, found.error_file_id) if file]),
        failure=failure(bytes(found.errors), bytes(found.error)) if status == "failed" else None,
        extra={"usage": found.usage} if found.usage else {},
    )


def wire_of(endpoint: str) -> str:
    """Return the wire format of requests to an endpoint."""
    return next((wire for address, wire in ADDRESSES.items() if endpoint.endswith(address)), "")


def failure(*told: bytes) -> ProviderError:
    """Return why a batch as a whole was refused, in the first words that say it."""
    for data in told:
        words = _words(value_of(data))
        if words:
            return ProviderError(f"The batch was refused: {words}"[:1000])
    return ProviderError("The batch has failed.")


def _words(value: Any) -> str:
    match value:
        case str():
            return value
        case {"message": str(message), **rest}:
            line = rest.get("line")
            return f"line {line}: {message}" if isinstance(line, int) else message
        case {"data": value}:
            return _words(value)
        case [*items]:
            return "; ".join([words for item in items[:5] if (words := _words(item))])
    return ""


def _undone(found: _Line) -> RawResult:
    """Return the result of a request that nobody answered. Mistral writes only an error there; others have the answer beside the id."""
    if found.body:
        return RawResult(id=found.custom_id, body=bytes(found.body))
    if not _is_error(found.error):
        raise ProtocolError("A result of the batch holds neither an answer nor an error.")
    said = value_of(found.error)
    code = said.get("code") if isinstance(said, dict) else None
    outcome = _UNDONE.get(code, "failed") if isinstance(code, str) else "failed"
    body = b'{"error":' + bytes(found.error) + b"}"
    return RawResult(id=found.custom_id, body=body, status=400 if outcome == "failed" else 0, outcome=outcome)


def _is_error(raw: msgspec.Raw) -> bool:
    return bytes(raw) not in (b"", b"null", b'""', b"{}")


def _url(path: str, place: Place) -> str:
    prefix: str = place.options.get("url_prefix", "/v1")
    return prefix + path.partition("?")[0]


def _window(wanted: str | None, place: Place, warnings: Any) -> str:
    known: Mapping[str, Any] = place.options
    windows = known.get("windows", ("24h",))
    if wanted is None or wanted in windows or not windows:
        return wanted or (windows[0] if windows else "")
    warnings.append(Warning(kind="dropped", parameter="window", detail=f"here it is one of {', '.join(windows)}"))
    return str(windows[0])
