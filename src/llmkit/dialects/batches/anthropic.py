"""Anthropic's message batches: all requests in one body, the results in one stream of lines."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.anthropic.errors import error
from llmkit.dialects.batches.beginning import begun_batch
from llmkit.dialects.batches.pieces import Wrapped
from llmkit.dialects.batches.reading import checked_id, decoded, in_path, moment
from llmkit.errors import ProtocolError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.batch import BatchCounts, BatchPage, BatchRequest, BatchState, BatchStatus, BatchSteps, RawResult, ResultStatus, Source
from llmkit.types.dialect import Encoded
from llmkit.types.warnings import Warning

__all__ = ["LARGEST", "MOST", "NAME", "PARTIAL", "WIRES", "cancel", "create", "error", "line", "listed", "refresh", "results", "sources"]

NAME = "anthropic_batch"
WIRES = ("anthropic",)
MOST = 100_000
"""API reference, read 2026-11-23."""
LARGEST = 256 * 1000 * 1000
PARTIAL = False
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_BEFORE, _AFTER = b'{"requests":[', b"]}"
_OUTCOMES: dict[str, ResultStatus] = {"succeeded": "succeeded", "errored": "failed", "canceled": "cancelled", "expired": "expired"}


class _Counts(msgspec.Struct):
    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0


class _Batch(msgspec.Struct):
    id: str
    processing_status: str
    request_counts: _Counts | None = None
    created_at: Any = None
    ended_at: Any = None
    expires_at: Any = None
    cancel_initiated_at: Any = None
    results_url: str | None = None


class _Page(msgspec.Struct):
    data: list[_Batch]
    has_more: bool = False
    last_id: str | None = None


class _Result(msgspec.Struct):
    type: str
    message: msgspec.Raw = msgspec.Raw()
    error: msgspec.Raw = msgspec.Raw()


class _Line(msgspec.Struct):
    custom_id: str
    result: _Result


_batch = msgspec.json.Decoder(_Batch)
_page = msgspec.json.Decoder(_Page)
_line = msgspec.json.Decoder(_Line)


def line(id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
    """Return one request."""
    checked_id(id, _ID, "1 to 64 letters, digits, `_` and `-`")
    return {"custom_id": id, "params": {key: value for key, value in encoded.body.items() if key != "stream"}}


def create(request: BatchRequest, place: Place, /) -> BatchSteps:
    """Send all requests; the beta headers that any of them needs go with them."""
    headers = {"Content-Type": "application/json", **request.file.headers}
    warnings = tuple(
        [
            Warning(kind="dropped", parameter=name, detail="this format has no field for it")
            for name in ("name", "window", "metadata")
            if getattr(request, name)
        ]
    )
    body = Wrapped(_BEFORE, request.file, _AFTER, joint=b",")
    return (yield from begun_batch(Ask(path=place.path, upload=body, headers=headers, warnings=warnings), _read))


def refresh(handle: str, place: Place, /) -> BatchSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}", method="GET", again=True)
    return _read(answer.body)


def cancel(handle: str, place: Place, /) -> BatchSteps:
    """End it early: what is under way is still answered."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}/cancel")
    return _read(answer.body)


def listed(page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
    """Ask for a page of the batches."""
    query = "?limit=100" + (f"&after_id={quote(page, safe='')}" if page else "")
    answer = yield Ask(path=place.path + query, method="GET", again=True)
    found = decoded(_page, answer.body, "list of batches")
    return BatchPage(states=tuple([_state(item) for item in found.data]), next=found.last_id if found.has_more else None)


def sources(state: BatchState, place: Place, /) -> tuple[Source, ...]:
    """Return where the results are: always beside the batch itself, whatever address the answer names."""
    return (Source(ask=Ask(path=f"{place.path}/{in_path(state.handle)}/results", method="GET", again=True)),)


def results(data: bytes, state: BatchState, place: Place, /) -> tuple[tuple[RawResult, ...], Source | None]:
    """Read a line of the results."""
    found = decoded(_line, data, "result of a batch")
    outcome = _OUTCOMES.get(found.result.type)
    if outcome is None:
        raise ProtocolError(f"A result of the batch is {found.result.type[:40]!r}, which is not known.")
    if outcome == "succeeded":
        return (RawResult(id=found.custom_id, body=bytes(found.result.message)),), None
    body = bytes(found.result.error) if outcome == "failed" else b""
    return (RawResult(id=found.custom_id, body=body, status=400 if body else 0, outcome=outcome),), None


def _read(data: bytes) -> BatchState:
    return _state(decoded(_batch, data, "batch"))


def _state(found: _Batch) -> BatchState:
    counts = found.request_counts or _Counts()
    known = (counts.processing, counts.succeeded, counts.errored, counts.canceled, counts.expired)
    return BatchState(
        handle=found.id,
        status=_status(found, counts),
        raw_status=found.processing_status,
        counts=BatchCounts(
            total=sum(known), succeeded=counts.succeeded, failed=counts.errored, cancelled=counts.canceled, expired=counts.expired
        ),
        created=moment(found.created_at),
        ended=moment(found.ended_at),
        expires=moment(found.expires_at),
        wire="anthropic",
    )


def _status(found: _Batch, counts: _Counts) -> BatchStatus:
    """An ended batch does not say how it ended; where requests were left over, these say it."""
    if found.processing_status == "canceling":
        return "cancelling"
    if found.processing_status != "ended":
        return "running"
    if found.cancel_initiated_at and counts.canceled:
        return "cancelled"
    return "expired" if counts.expired and not (counts.succeeded or counts.errored) else "ended"
