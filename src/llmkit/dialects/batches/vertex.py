"""Vertex AI's batch prediction jobs: requests and results lie in the user's Google Cloud Storage.

The job and the lines of both files: docs.cloud.google.com, "Batch inference from Cloud Storage" and "Batch predictions" for Claude,
read 2026-11-23; its fields as google-genai 3.4 has them.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.batches.beginning import begun_batch
from llmkit.dialects.batches.reading import count, decoded, in_path, moment, status_of, texts
from llmkit.dialects.batches.storage import checked_places, gcs_get, gcs_put
from llmkit.dialects.gemini.errors import error
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.batch import BatchCounts, BatchPage, BatchRequest, BatchState, BatchStatus, BatchSteps, RawResult, Source
from llmkit.types.dialect import Encoded
from llmkit.types.warnings import Warning

__all__ = ["LARGEST", "MOST", "NAME", "PARTIAL", "WIRES", "cancel", "create", "error", "line", "listed", "refresh", "results", "sources"]

NAME = "vertex_batch"
PUBLISHERS = {"gemini": "google", "anthropic": "anthropic"}
WIRES = tuple(PUBLISHERS)
MOST = 200_000
"""Requests of a job (docs, read 2026-11-23)."""
LARGEST = 1_000_000_000
PARTIAL = False
LABEL = "llmkit-request"
"""Tells whose answer it is, should the rest of a line not come back: the request does."""
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_STATUS: dict[str, BatchStatus] = {
    "pending": "queued",
    "queued": "queued",
    "running": "running",
    "updating": "running",
    "succeeded": "ended",
    "partially_succeeded": "ended",
    "failed": "failed",
    "cancelling": "cancelling",
    "cancelled": "cancelled",
    "expired": "expired",
}


class _Stats(msgspec.Struct):
    successfulCount: Any = None
    failedCount: Any = None
    incompleteCount: Any = None


class _Output(msgspec.Struct):
    gcsOutputDirectory: str | None = None


class _Job(msgspec.Struct):
    name: str
    state: str = ""
    displayName: str = ""
    model: str = ""
    createTime: Any = None
    endTime: Any = None
    labels: Any = None
    completionStats: _Stats | None = None
    outputInfo: _Output | None = None
    error: Any = None


class _Page(msgspec.Struct):
    batchPredictionJobs: list[_Job] = []
    nextPageToken: str | None = None


class _Asked(msgspec.Struct):
    labels: dict[str, str] = {}


class _Line(msgspec.Struct):
    key: str | None = None
    custom_id: str | None = None
    request: _Asked | None = None
    response: dict[str, msgspec.Raw] | None = None
    status: Any = None


_job = msgspec.json.Decoder(_Job)
_page = msgspec.json.Decoder(_Page)
_line = msgspec.json.Decoder(_Line)


def check(request: BatchRequest, place: Place, /) -> None:
    """Raise `InvalidRequest` unless the caller says where files lie."""
    checked_places(request, "gs")


def line(id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
    """Return the line for one request."""
    if wire == "anthropic":
        return {"custom_id": id, "request": {key: value for key, value in encoded.body.items() if key != "stream"}}
    body = encoded.body
    if _LABEL.fullmatch(id):
        body = {**body, "labels": {**body.get("labels", {}), LABEL: id}}
    return {"key": id, "request": body}


def store(request: BatchRequest, place: Place, /) -> Generator[Ask, Answer, None]:
    """Put the file where the job will read it; asked of Google Cloud Storage."""
    yield gcs_put(request.file, request.input_uri)


def create(request: BatchRequest, place: Place, /) -> BatchSteps:
    """Begin with the file that lies in storage."""
    dropped = [name for name in ("window", "role") if getattr(request, name)]
    model = place.model if "/" in place.model else f"publishers/{PUBLISHERS[request.file.wire]}/models/{place.model}"
    body: dict[str, Any] = {
        "displayName": request.name or "llmkit",
        "model": model,
        "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": [request.input_uri]}},
        "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": request.output_uri}},
    }
    if request.metadata:
        body["labels"] = request.metadata
    warnings = tuple([Warning(kind="dropped", parameter=name, detail="this format has no field for it") for name in dropped])
    return (yield from begun_batch(Ask(path=place.path, body=body, warnings=warnings), _read))


def refresh(handle: str, place: Place, /) -> BatchSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}", method="GET", again=True)
    return _read(answer.body)


def cancel(handle: str, place: Place, /) -> BatchSteps:
    """End it early."""
    yield Ask(path=f"{place.path}/{in_path(handle)}:cancel", body={})
    return (yield from refresh(handle, place))


def listed(page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
    """Ask for a page of the jobs."""
    query = "?pageSize=100" + (f"&pageToken={quote(page, safe='')}" if page else "")
    answer = yield Ask(path=place.path + query, method="GET", again=True)
    found = decoded(_page, answer.body, "list of batch jobs")
    return BatchPage(states=tuple([_state(job) for job in found.batchPredictionJobs]), next=found.nextPageToken or None)


def sources(state: BatchState, place: Place, /) -> tuple[Source, ...]:
    """Return the file of results in Google Cloud Storage."""
    return tuple([Source(ask=gcs_get(uri), stored=True) for uri in state.sources])


def results(data: bytes, state: BatchState, place: Place, /) -> tuple[tuple[RawResult, ...], Source | None]:
    """Read a line of the results: `status` is empty, or says why there is no answer."""
    found = decoded(_line, data, "result of a batch")
    id = found.key or found.custom_id or (found.request.labels.get(LABEL) if found.request else None)
    if not id:
        raise ProtocolError("A result of the batch does not say which request it belongs to.")
    if found.response and not found.status:
        return (RawResult(id=id, body=msgspec.json.encode(found.response)),), None
    words = found.status.get("message") if isinstance(found.status, dict) else found.status
    if not words:
        raise ProtocolError("A result of the batch holds neither an answer nor an error.")
    body = msgspec.json.encode({"error": {"message": str(words)}})
    return (RawResult(id=id, body=body, status=400, outcome="failed"),), None


def _read(data: bytes) -> BatchState:
    return _state(decoded(_job, data, "batch job"))


def _state(found: _Job) -> BatchState:
    status = status_of(found.state.removeprefix("JOB_STATE_"), _STATUS)
    stats = found.completionStats or _Stats()
    numbers = [number for name in stats.__struct_fields__ if (number := count(getattr(stats, name))) is not None and number >= 0]
    folder = found.outputInfo.gcsOutputDirectory if found.outputInfo else None
    publisher, _, model = found.model.rpartition("/models/")
    return BatchState(
        handle=found.name.rpartition("/")[2],
        status=status,
        raw_status=found.state,
        model=model,
        counts=BatchCounts(
            total=sum(numbers) if numbers else None, succeeded=count(stats.successfulCount), failed=count(stats.failedCount)
        ),
        created=moment(found.createTime),
        ended=moment(found.endTime),
        name=found.displayName,
        metadata=texts(found.labels),
        wire=next((wire for wire, name in PUBLISHERS.items() if publisher.endswith(f"publishers/{name}")), "gemini"),
        sources=(f"{folder.rstrip('/')}/predictions.jsonl",) if folder else (),
        failure=_failure(found.error) if status == "failed" else None,
    )


def _failure(said: Any) -> ProviderError:
    words = said.get("message") if isinstance(said, dict) else None
    return ProviderError(f"The batch has failed: {words}"[:1000] if isinstance(words, str) else "The batch has failed.")
