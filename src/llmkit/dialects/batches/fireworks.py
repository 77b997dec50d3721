"""Fireworks' batch inference jobs: a dataset of requests, a job that names it and the model, a dataset of results.

docs.fireworks.ai, guide and API reference, and what clients of it have noted of real jobs in 2026-08, read 2026-11-23. Nobody has noted
how a request that failed is told: it has no result here, and the counts tell that there are such.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.batches.beginning import begun_batch
from llmkit.dialects.batches.pieces import form_upload
from llmkit.dialects.batches.reading import count, decoded, in_path, moment, status_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import ProtocolError, ProviderError, UnsupportedFeature
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.batch import BatchCounts, BatchPage, BatchRequest, BatchState, BatchStatus, BatchSteps, RawResult, Source
from llmkit.types.dialect import Encoded
from llmkit.types.warnings import Warning

__all__ = ["LARGEST", "MOST", "NAME", "PARTIAL", "WIRES", "cancel", "create", "error", "line", "listed", "refresh", "results", "sources"]

NAME = "fireworks_batch"
WIRES = ("openai_chat",)
MOST = 1_000_000
LARGEST = 150 * 1000 * 1000
"""Of one upload; more would need addresses that the API signs, which is not done here."""
PARTIAL = False
_LOOKS = 60
_STATUS: dict[str, BatchStatus] = {
    "unspecified": "queued",
    "validating": "queued",
    "creating_input_dataset": "queued",
    "pending": "queued",
    "creating": "queued",
    "completed": "ended",
    "failed": "failed",
    "early_stopped": "expired",
    "expired": "expired",
    "cancelling": "cancelling",
    "cancelled": "cancelled",
    "deleting": "cancelled",
    "deleting_cleaning_up": "cancelled",
    "deleted": "cancelled",
    "archived": "cancelled",
}


class _Progress(msgspec.Struct):
    totalInputRequests: Any = None
    successfullyProcessedRequests: Any = None
    failedRequests: Any = None


class _Said(msgspec.Struct):
    message: str | None = None


class _Job(msgspec.Struct):
    name: str
    state: str = ""
    displayName: str = ""
    model: str = ""
    createTime: Any = None
    updateTime: Any = None
    expireTime: Any = None
    outputDatasetId: str = ""
    status: _Said | None = None
    jobProgress: _Progress | None = None


class _Page(msgspec.Struct):
    batchInferenceJobs: list[_Job] = []
    nextPageToken: str | None = None


class _Dataset(msgspec.Struct):
    state: str = ""


class _Read(msgspec.Struct):
    """The addresses of the files of results, or a line of one."""

    filenameToSignedUrls: dict[str, str] | None = None
    custom_id: str | None = None
    response: msgspec.Raw = msgspec.Raw()
    error: Any = None


_job = msgspec.json.Decoder(_Job)
_page = msgspec.json.Decoder(_Page)
_dataset = msgspec.json.Decoder(_Dataset)
_read = msgspec.json.Decoder(_Read)


def line(id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
    """Return the line for one request; the job names the model."""
    return {"custom_id": id, "body": {key: value for key, value in encoded.body.items() if key != "model"}}


def create(request: BatchRequest, place: Place, /) -> BatchSteps:
    """Make a dataset of the requests, wait until it is checked, and begin."""
    dropped = [name for name in ("window", "metadata") if getattr(request, name)]
    warnings = tuple([Warning(kind="dropped", parameter=name, detail="this format has no field for it") for name in dropped])
    dataset = f"llmkit-{request.file.digest[:40]}"
    yield from _uploaded(request, dataset, place)
    account = place.values.get("account_id")
    body = {"model": place.model, "inputDatasetId": f"accounts/{account}/datasets/{dataset}" if account else dataset}
    body |= {"displayName": request.name} if request.name else {}
    return (yield from begun_batch(Ask(path=place.path, body=body, warnings=warnings), _state_of))


def refresh(handle: str, place: Place, /) -> BatchSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}", method="GET", again=True)
    return _state_of(answer.body)


def cancel(handle: str, place: Place, /) -> BatchSteps:
    """There is no way but to delete it, with what was answered."""
    raise UnsupportedFeature("cancelling a batch", where=place.provider)
    yield


def listed(page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
    """Ask for a page of the jobs."""
    query = "?pageSize=100" + (f"&pageToken={quote(page, safe='')}" if page else "")
    answer = yield Ask(path=place.path + query, method="GET", again=True)
    found = decoded(_page, answer.body, "list of batch jobs")
    return BatchPage(states=tuple([_state(job) for job in found.batchInferenceJobs]), next=found.nextPageToken or None)


def sources(state: BatchState, place: Place, /) -> tuple[Source, ...]:
    """Return where the addresses of the results are told, which hold for ten minutes."""
    paths = [f"/datasets/{in_path(name)}:getDownloadEndpoint" for name in state.sources]
    return tuple([Source(ask=Ask(path=path, method="GET", again=True), lines=False) for path in paths])


def results(data: bytes, state: BatchState, place: Place, /) -> tuple[tuple[RawResult, ...], Source | None]:
    """Read the addresses, of which one is the results', or a line of these."""
    found = decoded(_read, data, "result of a batch")
    if found.filenameToSignedUrls is not None:
        files = {name.rpartition("/")[2]: address for name, address in found.filenameToSignedUrls.items()}
        address = next((files[name] for name in files if name.endswith(".jsonl") and "error" not in name), "")
        if not address:
            raise ProtocolError("The answer does not say where the results are.")
        return (), Source(ask=Ask(url=address, method="GET", again=True))
    if not found.custom_id:
        raise ProtocolError("A result of the batch does not say which request it belongs to.")
    if found.response and bytes(found.response) != b"null" and not found.error:
        return (RawResult(id=found.custom_id, body=bytes(found.response)),), None
    body = msgspec.json.encode({"error": found.error or {"message": "The request failed, and the provider does not say why."}})
    return (RawResult(id=found.custom_id, body=body, status=400, outcome="failed"),), None


def _uploaded(request: BatchRequest, dataset: str, place: Place) -> Generator[Ask, Answer, None]:
    """Upload, unless the same requests are there already: the dataset is named by what is in it."""
    made = {"datasetId": dataset, "dataset": {"userUploaded": {}, "exampleCount": str(request.file.count)}}
    answer = yield Ask(path="/datasets", body=made, accepts=(409,))
    if answer.status != 409 or (yield from _ready(dataset, 0.0)) is False:
        kind, form = form_upload(request.file, "batch.jsonl", {})
        yield Ask(path=f"/datasets/{dataset}:upload", upload=form, headers={"Content-Type": kind})
        for look in range(_LOOKS):
            if (yield from _ready(dataset, place.options.get("pause", 1.0) if look else 0.0)):
                return
        raise ProviderError("The dataset of the requests is not ready.", retryable=True)


def _ready(dataset: str, pause: float) -> Generator[Ask, Answer, bool]:
    answer = yield Ask(path=f"/datasets/{dataset}", method="GET", again=True, pause=pause)
    return decoded(_dataset, answer.body, "dataset").state == "READY"


def _state_of(data: bytes) -> BatchState:
    return _state(decoded(_job, data, "batch job"))


def _state(found: _Job) -> BatchState:
    status = status_of(found.state.removeprefix("JOB_STATE_"), _STATUS)
    told = found.jobProgress or _Progress()
    said = found.status.message if found.status else None
    words = f"The batch has failed: {said}"[:1000] if said else "The batch has failed."
    return BatchState(
        handle=found.name.rpartition("/")[2],
        status=status,
        raw_status=found.state,
        model=found.model,
        counts=BatchCounts(
            total=count(told.totalInputRequests), succeeded=count(told.successfullyProcessedRequests), failed=count(told.failedRequests)
        ),
        created=moment(found.createTime),
        ended=moment(found.updateTime) if status == "ended" else None,
        expires=moment(found.expireTime),
        name=found.displayName,
        wire="openai_chat",
        sources=(found.outputDatasetId.rpartition("/")[2],) if found.outputDatasetId and status in ("ended", "expired") else (),
        failure=ProviderError(words) if status == "failed" else None,
    )
