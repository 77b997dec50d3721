"""Gemini's batches: a few requests inside the question, many as a file; results inside the answer, or as a file.

A row's options say where files go: `upload` and `download`, paths from the root of the provider's address.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.batches.beginning import begun_batch
from llmkit.dialects.batches.reading import count, decoded, in_path, moment, status_of, value_of
from llmkit.dialects.gemini.errors import error
from llmkit.errors import InvalidRequest, ProtocolError, ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.batch import BatchCounts, BatchPage, BatchRequest, BatchState, BatchStatus, BatchSteps, RawResult, RequestFile, Source
from llmkit.types.dialect import Encoded
from llmkit.types.warnings import Warning

__all__ = ["LARGEST", "MOST", "NAME", "PARTIAL", "WIRES", "cancel", "create", "error", "line", "listed", "refresh", "results", "sources"]

NAME = "gemini_batch"
EMBEDDINGS = "gemini_embeddings"
WIRES = ("gemini", EMBEDDINGS)
MOST = 1_000_000
LARGEST = 2_000_000_000
"""Of a file; requests inside the question may have 20 MB together (docs, read 2026-11-23)."""
INLINE = 10_000_000
INLINE_ANSWER = 256 * 1024 * 1024
PARTIAL = False
UPLOAD, DOWNLOAD = "/upload/v1beta/files", "/download/v1beta"
_TYPE = "application/jsonl"
_STATUS: dict[str, BatchStatus] = {
    "pending": "queued",
    "queued": "queued",
    "running": "running",
    "succeeded": "ended",
    "failed": "failed",
    "cancelling": "cancelling",
    "cancelled": "cancelled",
    "expired": "expired",
}


class _Inline(msgspec.Struct):
    inlinedResponses: list[msgspec.Raw] = []


class _Output(msgspec.Struct):
    inlinedResponses: _Inline | None = None
    inlinedEmbedContentResponses: _Inline | None = None
    responsesFile: str | None = None


class _Stats(msgspec.Struct):
    requestCount: Any = None
    successfulRequestCount: Any = None
    failedRequestCount: Any = None


class _About(msgspec.Struct):
    state: str = ""
    model: str = ""
    displayName: str = ""
    createTime: Any = None
    endTime: Any = None
    batchStats: _Stats | None = None
    output: _Output | None = None


class _Batch(msgspec.Struct):
    name: str
    metadata: _About | None = None
    done: bool = False
    response: _Output | None = None
    error: msgspec.Raw = msgspec.Raw()


class _Page(msgspec.Struct):
    operations: list[_Batch] = []
    nextPageToken: str | None = None


class _Line(msgspec.Struct):
    key: str | None = None
    metadata: dict[str, Any] | None = None
    response: msgspec.Raw = msgspec.Raw()
    error: msgspec.Raw = msgspec.Raw()


class _Embedded(msgspec.Struct):
    embedding: msgspec.Raw = msgspec.Raw()
    tokenCount: Any = None
    usageMetadata: msgspec.Raw = msgspec.Raw()


class _Sent(msgspec.Struct):
    key: str
    request: msgspec.Raw


class _File(msgspec.Struct):
    name: str


class _Uploaded(msgspec.Struct):
    file: _File


_batch = msgspec.json.Decoder(_Batch)
_page = msgspec.json.Decoder(_Page)
_line = msgspec.json.Decoder(_Line)
_embedded = msgspec.json.Decoder(_Embedded)
_sent = msgspec.json.Decoder(_Sent)
_uploaded = msgspec.json.Decoder(_Uploaded)


def line(id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
    """Return the line for one request. Raises `InvalidRequest` for one with several things to embed."""
    body = encoded.body
    if wire == EMBEDDINGS:
        if len(body["requests"]) != 1:
            raise InvalidRequest("A request of this batch embeds one thing.", parameter="inputs", hint="Make a request of each.")
        body = body["requests"][0]
    return {"key": id, "request": body}


def create(request: BatchRequest, place: Place, /) -> BatchSteps:
    """Begin, with the requests themselves where they are few, else with a file that is uploaded before."""
    warnings = tuple(
        [
            Warning(kind="dropped", parameter=name, detail="this format has no field for it")
            for name in ("window", "metadata")
            if getattr(request, name)
        ]
    )
    if request.file.size <= place.options.get("inline", INLINE):
        config: dict[str, Any] = {"requests": {"requests": _inlined(request.file)}}
    else:
        config = {"fileName": (yield from _upload(request, place))}
    body = {"batch": {"displayName": request.name or "llmkit", "inputConfig": config}}
    path = place.path
    if request.file.wire == EMBEDDINGS:  # beside it (google-genai 3.4)
        path = f"{path.rpartition(':')[0]}:asyncBatchEmbedContent"
    return (yield from begun_batch(Ask(path=path, body=body, warnings=warnings), _read))


def refresh(handle: str, place: Place, /) -> BatchSteps:
    """Ask how it stands; where its results are inside, they come along."""
    answer = yield _ask(handle)
    return _read(answer.body)


def cancel(handle: str, place: Place, /) -> BatchSteps:
    """End it early."""
    yield Ask(path=f"/{in_path(handle)}:cancel", body={})
    return (yield from refresh(handle, place))


def listed(page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
    """Ask for a page of the batches."""
    query = "?pageSize=100" + (f"&pageToken={quote(page, safe='')}" if page else "")
    answer = yield Ask(path=f"/batches{query}", method="GET", again=True, limit=INLINE_ANSWER)
    found = decoded(_page, answer.body, "list of batches")
    return BatchPage(states=tuple([_state(item) for item in found.operations]), next=found.nextPageToken or None)


def sources(state: BatchState, place: Place, /) -> tuple[Source, ...]:
    """Return the file of results, or the batch itself, which has them inside."""
    if not state.sources:
        return (Source(ask=_ask(state.handle), lines=False),)
    root = place.options.get("download", DOWNLOAD)
    return tuple([Source(ask=Ask(url=f"{root}/{in_path(file)}:download?alt=media", method="GET", again=True)) for file in state.sources])


def results(data: bytes, state: BatchState, place: Place, /) -> tuple[tuple[RawResult, ...], Source | None]:
    """Read a line of the file, or the whole batch. Results without an id have the places of their requests."""
    if state.sources:
        return (_result(decoded(_line, data, "result of a batch"), ""),), None
    found = decoded(_batch, data, "batch")
    output = found.response or (found.metadata and found.metadata.output) or _Output()
    inlined = output.inlinedResponses or output.inlinedEmbedContentResponses
    inside = inlined.inlinedResponses if inlined is not None else []
    items = [_result(decoded(_line, bytes(raw), "result of a batch"), str(place)) for place, raw in enumerate(inside)]
    return tuple(items), None


def _result(found: _Line, place: str) -> RawResult:
    told = found.metadata or {}
    id = found.key or told.get("key") or told.get("custom_id") or place
    if not isinstance(id, str) or not id:
        raise ProtocolError("A result of the batch does not say which request it belongs to.")
    if found.response:
        vector = decoded(_embedded, bytes(found.response), "result of a batch")
        if vector.embedding:
            return RawResult(id=id, body=_vector(vector), wire=EMBEDDINGS)
        return RawResult(id=id, body=bytes(found.response), wire="gemini")
    said = value_of(found.error)
    if not isinstance(said, dict):
        raise ProtocolError("A result of the batch holds neither an answer nor an error.")
    return RawResult(id=id, body=b'{"error":' + bytes(found.error) + b"}", status=_http(said.get("code")), outcome="failed")


def _vector(found: _Embedded) -> bytes:
    """Return an answer as it is given to one request: a batch tells the tokens elsewhere."""
    usage = found.usageMetadata or msgspec.Raw(msgspec.json.encode({"promptTokenCount": count(found.tokenCount)}))
    return msgspec.json.encode({"embedding": found.embedding, "usageMetadata": usage})


def _http(code: object) -> int:
    """Return the HTTP status of an error, which may be one of gRPC's codes."""
    known = {3: 400, 5: 404, 7: 403, 8: 429, 13: 500, 14: 503, 16: 401}
    number = count(code) or 400
    return known.get(number, 400) if number < 100 else number


def _ask(handle: str) -> Ask:
    return Ask(path=f"/{in_path(handle)}", method="GET", again=True, limit=INLINE_ANSWER)


def _inlined(file: RequestFile) -> Any:
    found = []
    for data in file.lines():
        sent = _sent.decode(data)
        found.append({"request": sent.request, "metadata": {"key": sent.key}})
    return found


def _upload(request: BatchRequest, place: Place) -> Generator[Ask, Answer, str]:
    """Upload in one piece, the way that takes large files: first its size, then its bytes to the address that is given."""
    size = str(request.file.size)
    headers = {
        "X-Goog-Upload-Protocol": "resumable",
        "X-Goog-Upload-Command": "start",
        "X-Goog-Upload-Header-Content-Length": size,
        "X-Goog-Upload-Header-Content-Type": _TYPE,
    }
    body = {"file": {"displayName": request.name or "llmkit", "mimeType": _TYPE}}
    answer = yield Ask(url=place.options.get("upload", UPLOAD), body=body, headers=headers)
    address = answer.headers.get("x-goog-upload-url", "")
    if not address:
        raise ProtocolError("The answer does not say where to upload the file.")
    headers = {"X-Goog-Upload-Offset": "0", "X-Goog-Upload-Command": "upload, finalize", "Content-Type": _TYPE}
    answer = yield Ask(url=address, upload=request.file, headers=headers)
    return decoded(_uploaded, answer.body, "uploaded file").file.name


def _read(data: bytes) -> BatchState:
    return _state(decoded(_batch, data, "batch"))


def _state(found: _Batch) -> BatchState:
    about = found.metadata or _About()
    stats = about.batchStats or _Stats()
    word = about.state.removeprefix("BATCH_STATE_").removeprefix("JOB_STATE_")
    output = found.response or about.output or _Output()
    said = value_of(found.error)
    status = "failed" if isinstance(said, dict) and not word else status_of(word, _STATUS)
    return BatchState(
        handle=found.name,
        status=status,
        raw_status=about.state,
        model=about.model.removeprefix("models/"),
        counts=BatchCounts(
            total=count(stats.requestCount), succeeded=count(stats.successfulRequestCount), failed=count(stats.failedRequestCount)
        ),
        created=moment(about.createTime),
        ended=moment(about.endTime),
        name=about.displayName,
        wire="gemini",
        sources=(output.responsesFile,) if output.responsesFile else (),
        failure=_failure(said) if status == "failed" else None,
    )


def _failure(said: Any) -> ProviderError:
    words = said.get("message") if isinstance(said, dict) else None
    return ProviderError(f"The batch has failed: {words}"[:1000] if isinstance(words, str) else "The batch has failed.")
