"""Mistral's batch jobs: a file of requests, a job that names it and the model, files of results."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

import msgspec

from llmkit.dialects.batches import openai
from llmkit.dialects.batches.beginning import begun_batch
from llmkit.dialects.batches.openai import results, sources
from llmkit.dialects.batches.reading import count, decoded, in_path, moment, status_of, texts
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.batch import BatchCounts, BatchPage, BatchRequest, BatchState, BatchSteps
from llmkit.types.dialect import Encoded
from llmkit.types.warnings import Warning

__all__ = ["LARGEST", "MOST", "NAME", "PARTIAL", "WIRES", "cancel", "create", "error", "line", "listed", "refresh", "results", "sources"]

NAME = "mistral_batch"
WIRES = ("mistral", "openai_embeddings")
MOST = 1_000_000
"""Pending requests of a workspace (docs, read 2026-11-23)."""
LARGEST = 512 * 1024 * 1024
PARTIAL = False
_HOURS = re.compile(r"([1-9]\d{0,2})h")


class _Job(msgspec.Struct):
    id: str
    status: str
    endpoint: str | None = None
    model: str | None = None
    errors: msgspec.Raw = msgspec.Raw(b"null")
    output_file: str | None = None
    error_file: str | None = None
    created_at: Any = None
    completed_at: Any = None
    total_requests: int | None = None
    succeeded_requests: int | None = None
    failed_requests: int | None = None
    metadata: Any = None


class _Page(msgspec.Struct):
    data: list[_Job] = []
    total: int | None = None


_job = msgspec.json.Decoder(_Job)
_page = msgspec.json.Decoder(_Page)


def line(id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
    """Return the line for one request; the job names the model."""
    return {"custom_id": id, "body": {key: value for key, value in encoded.body.items() if key != "model"}}


def create(request: BatchRequest, place: Place, /) -> BatchSteps:
    """Upload the file, and begin."""
    uploaded = yield from openai.upload(request, place)
    warnings: list[Warning] = []
    body: dict[str, Any] = {"input_files": [uploaded], "model": place.model, "endpoint": "/v1" + request.file.address}
    if request.metadata or request.name:
        body["metadata"] = {**({"name": request.name} if request.name else {}), **request.metadata}
    if request.window is not None:
        hours = _HOURS.fullmatch(request.window)
        if hours is None:
            warnings.append(Warning(kind="dropped", parameter="window", detail="here it is a number of hours, such as 24h"))
        else:
            body["timeout_hours"] = int(hours[1])
    return (yield from begun_batch(Ask(path=place.path, body=body, warnings=tuple(warnings)), _read))


def refresh(handle: str, place: Place, /) -> BatchSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}", method="GET", again=True)
    return _read(answer.body)


def cancel(handle: str, place: Place, /) -> BatchSteps:
    """End it early."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}/cancel")
    return _read(answer.body)


def listed(page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
    """Ask for a page of the jobs; they are counted from 0."""
    number = count(page or "0") or 0
    answer = yield Ask(path=f"{place.path}?page={number}&page_size=100&order_by=-created", method="GET", again=True)
    found = decoded(_page, answer.body, "list of batch jobs")
    more = found.total is not None and (number + 1) * 100 < found.total and bool(found.data)
    return BatchPage(states=tuple([_state(job) for job in found.data]), next=str(number + 1) if more else None)


def _read(data: bytes) -> BatchState:
    return _state(decoded(_job, data, "batch job"))


def _state(found: _Job) -> BatchState:
    status = status_of(found.status, openai.STATUS)
    return BatchState(
        handle=found.id,
        status=status,
        raw_status=found.status,
        model=found.model or "",
        counts=BatchCounts(total=found.total_requests, succeeded=found.succeeded_requests, failed=found.failed_requests),
        created=moment(found.created_at),
        ended=moment(found.completed_at),
        metadata=texts(found.metadata),
        name=texts(found.metadata).get("name", ""),
        wire={"openai_chat": "mistral"}.get(wire := openai.wire_of(found.endpoint or ""), wire),
        sources=tuple([file for file in (found.output_file, found.error_file) if file]),
        failure=openai.failure(bytes(found.errors)) if status == "failed" else None,
    )
