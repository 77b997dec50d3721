"""Amazon Bedrock's batch inference jobs: requests and results lie in the user's S3, and a role of his lets Bedrock read and write there.

The operations and their fields: botocore 1.44; the lines of the files: user guide, read 2026-11-23.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.batches.beginning import begun_batch
from llmkit.dialects.batches.reading import count, decoded, in_path, moment, status_of
from llmkit.dialects.batches.storage import checked_places, s3_get, s3_put
from llmkit.dialects.bedrock_converse.errors import error
from llmkit.errors import InvalidRequest, ProtocolError, ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.batch import BatchCounts, BatchPage, BatchRequest, BatchState, BatchStatus, BatchSteps, RawResult, Source
from llmkit.types.dialect import Encoded
from llmkit.types.warnings import Warning

__all__ = ["LARGEST", "MOST", "NAME", "PARTIAL", "WIRES", "cancel", "create", "error", "line", "listed", "refresh", "results", "sources"]

NAME = "bedrock_batch"
KINDS = {"bedrock_converse": "Converse", "anthropic": "InvokeModel"}
"""How Bedrock calls a body of each wire format."""
WIRES = tuple(KINDS)
MOST = 50_000
"""Of a file; an account's quotas may say less, and most models want at least 100 (user guide, read 2026-11-23)."""
LARGEST = 128 * 1024 * 1024
"""Ours, for the file is in memory while it is signed; Bedrock takes up to 1 GB."""
PARTIAL = False
_ROLE = re.compile(r"arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+")
_HOURS = re.compile(r"([1-9]\d{1,2})h")
_NAME = re.compile(r"[^A-Za-z0-9+.-]+")
_STATUS: dict[str, BatchStatus] = {
    "submitted": "queued",
    "validating": "queued",
    "scheduled": "queued",
    "inprogress": "running",
    "completed": "ended",
    "partiallycompleted": "ended",
    "failed": "failed",
    "stopping": "cancelling",
    "stopped": "cancelled",
    "expired": "expired",
}


class _Input(msgspec.Struct):
    s3Uri: str = ""


class _In(msgspec.Struct):
    s3InputDataConfig: _Input | None = None


class _Out(msgspec.Struct):
    s3OutputDataConfig: _Input | None = None


class _Job(msgspec.Struct):
    jobArn: str
    status: str = ""
    jobName: str = ""
    modelId: str = ""
    message: str | None = None
    modelInvocationType: str = "InvokeModel"
    submitTime: Any = None
    endTime: Any = None
    jobExpirationTime: Any = None
    inputDataConfig: _In | None = None
    outputDataConfig: _Out | None = None
    totalRecordCount: Any = None
    successRecordCount: Any = None
    errorRecordCount: Any = None


class _Page(msgspec.Struct):
    invocationJobSummaries: list[_Job] = []
    nextToken: str | None = None


class _Line(msgspec.Struct):
    recordId: str
    modelOutput: msgspec.Raw = msgspec.Raw()
    error: Any = None


_job = msgspec.json.Decoder(_Job)
_page = msgspec.json.Decoder(_Page)
_line = msgspec.json.Decoder(_Line)


def check(request: BatchRequest, place: Place, /) -> None:
    """Raise `InvalidRequest` unless the caller says where files lie, and which role may use them."""
    checked_places(request, "s3")
    if not _ROLE.fullmatch(request.role):
        hint = "Pass role='arn:aws:iam::123456789012:role/name', one that Bedrock may take and that may read and write there."
        raise InvalidRequest(f"role is {request.role!r}, which is no role.", parameter="role", hint=hint)


def line(id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
    """Return the line for one request."""
    return {"recordId": id, "modelInput": encoded.body}


def store(request: BatchRequest, place: Place, /) -> Generator[Ask, Answer, None]:
    """Put the file where the job will read it; asked of S3."""
    yield s3_put(request.file, request.input_uri)


def create(request: BatchRequest, place: Place, /) -> BatchSteps:
    """Begin with the file that lies in storage."""
    warnings: list[Warning] = []
    body: dict[str, Any] = {
        "jobName": _named(request),
        "roleArn": request.role,
        "modelId": place.model,
        "modelInvocationType": KINDS[request.file.wire],
        "inputDataConfig": {"s3InputDataConfig": {"s3InputFormat": "JSONL", "s3Uri": request.input_uri}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": request.output_uri.rstrip("/") + "/"}},
    }
    if request.metadata:
        body["tags"] = [{"key": key, "value": value} for key, value in request.metadata.items()]
    if request.window is not None:
        hours = _HOURS.fullmatch(request.window)
        if hours is not None and 24 <= int(hours[1]) <= 168:
            body["timeoutDurationInHours"] = int(hours[1])
        else:
            warnings.append(Warning(kind="dropped", parameter="window", detail="here it is a number of hours from 24h to 168h"))
    ask = Ask(path=place.path, body=body, warnings=tuple(warnings))
    return (yield from begun_batch(ask, lambda data: _state(decoded(_job, data, "batch job"), request.file.wire)))


def refresh(handle: str, place: Place, /) -> BatchSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}", method="GET", again=True)
    return _state(decoded(_job, answer.body, "batch job"))


def cancel(handle: str, place: Place, /) -> BatchSteps:
    """End it early; what is answered already is written."""
    yield Ask(path=f"{place.path}/{in_path(handle)}/stop")
    return (yield from refresh(handle, place))


def listed(page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
    """Ask for a page of the jobs."""
    query = "?maxResults=100&sortBy=CreationTime&sortOrder=Descending" + (f"&nextToken={quote(page, safe='')}" if page else "")
    answer = yield Ask(path=f"{place.path}s{query}", method="GET", again=True)
    found = decoded(_page, answer.body, "list of batch jobs")
    return BatchPage(states=tuple([_state(job) for job in found.invocationJobSummaries]), next=found.nextToken or None)


def sources(state: BatchState, place: Place, /) -> tuple[Source, ...]:
    """Return the file of results in S3."""
    return tuple([Source(ask=s3_get(uri), stored=True) for uri in state.sources])


def results(data: bytes, state: BatchState, place: Place, /) -> tuple[tuple[RawResult, ...], Source | None]:
    """Read a line of the results: an error stands in the place of the answer."""
    found = decoded(_line, data, "result of a batch")
    if found.error is None and found.modelOutput:
        return (RawResult(id=found.recordId, body=bytes(found.modelOutput)),), None
    if not isinstance(found.error, dict):
        raise ProtocolError("A result of the batch holds neither an answer nor an error.")
    status, words = count(found.error.get("errorCode")) or 400, found.error.get("errorMessage")
    # Each wire format's own error has `message` at one of these places.
    body = msgspec.json.encode({"message": words, "error": {"message": words}})
    return (RawResult(id=found.recordId, body=body, status=status, outcome="failed"),), None


def _named(request: BatchRequest) -> str:
    """Return the name of the job: the caller's, in letters that are taken, else one made of what it asks."""
    return _NAME.sub("-", request.name).strip("-+.")[:63] or f"llmkit-{request.file.digest[:20]}"


def _state(found: _Job, wire: str = "") -> BatchState:
    status = status_of(found.status, _STATUS) if found.status else "queued"
    handle = found.jobArn.rpartition("/")[2]
    said = f"The batch has failed: {found.message}"[:1000] if found.message else "The batch has failed."
    return BatchState(
        handle=handle,
        status=status,
        raw_status=found.status,
        model=found.modelId.rpartition("/")[2],
        counts=BatchCounts(
            total=count(found.totalRecordCount), succeeded=count(found.successRecordCount), failed=count(found.errorRecordCount)
        ),
        created=moment(found.submitTime),
        ended=moment(found.endTime),
        expires=moment(found.jobExpirationTime),
        name=found.jobName,
        wire=wire or next((wire for wire, kind in KINDS.items() if kind == found.modelInvocationType), ""),
        sources=_files(found, handle) if status in ("ended", "cancelled", "expired") else (),
        failure=ProviderError(said) if status == "failed" else None,
    )


def _files(found: _Job, handle: str) -> tuple[str, ...]:
    """Return where the results are: in a folder of the job's id, under the name of the requests."""
    read = found.inputDataConfig and found.inputDataConfig.s3InputDataConfig
    written = found.outputDataConfig and found.outputDataConfig.s3OutputDataConfig
    if not read or not written:
        return ()
    return (f"{written.s3Uri.rstrip('/')}/{handle}/{read.s3Uri.rpartition('/')[2]}.out",)
