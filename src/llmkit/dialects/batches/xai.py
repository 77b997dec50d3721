"""xAI's batches: an empty one first, then its requests in several pieces; the results come page by page, also while it runs."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.batches.reading import count, decoded, in_path, moment
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.batch import BatchCounts, BatchPage, BatchRequest, BatchState, BatchStatus, BatchSteps, RawResult, Source
from llmkit.types.dialect import Encoded
from llmkit.types.warnings import Warning

__all__ = ["LARGEST", "MOST", "NAME", "PARTIAL", "WIRES", "cancel", "create", "error", "line", "listed", "refresh", "results", "sources"]

NAME = "xai_batch"
KINDS = {"openai_chat": "chat_get_completion", "openai_responses": "responses"}
"""What a request or an answer is called, by its wire format (recorded, 2026-08)."""
WIRES = tuple(KINDS)
MOST = 1_000_000
LARGEST = 2_000_000_000
PARTIAL = True
PIECE, PIECE_BYTES = 500, 4 * 1024 * 1024
"""Requests and bytes that are added at once; a request to the API may have 25 MB (docs, read 2026-11-23)."""
_PAGE = 100


class _Counts(msgspec.Struct):
    num_requests: Any = None
    num_pending: Any = None
    num_success: Any = None
    num_error: Any = None
    num_cancelled: Any = None


class _Batch(msgspec.Struct):
    batch_id: str
    name: str | None = None
    create_time: Any = None
    expire_time: Any = None
    cancel_time: Any = None
    cancel_by_xai_message: str | None = None
    state: _Counts | None = None


class _Page(msgspec.Struct):
    batches: list[_Batch] = []
    pagination_token: str | None = None


class _Outcome(msgspec.Struct):
    response: dict[str, msgspec.Raw] | None = None
    error: msgspec.Raw = msgspec.Raw()


class _Result(msgspec.Struct):
    batch_request_id: str
    batch_result: _Outcome | None = None
    error_message: str | None = None


class _Results(msgspec.Struct):
    results: list[_Result] = []
    pagination_token: str | None = None


_batch = msgspec.json.Decoder(_Batch)
_page = msgspec.json.Decoder(_Page)
_results = msgspec.json.Decoder(_Results)


def line(id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
    """Return one request."""
    return {"batch_request_id": id, "batch_request": {KINDS[wire]: encoded.body}}


def create(request: BatchRequest, place: Place, /) -> BatchSteps:
    """Make an empty batch and add the requests; one that could not be filled is ended, for what it has would be worked on."""
    warnings = tuple(
        [
            Warning(kind="dropped", parameter=name, detail="this format has no field for it")
            for name in ("window", "metadata")
            if getattr(request, name)
        ]
    )
    answer = yield Ask(path=place.path, body={"name": request.name or "llmkit"}, warnings=warnings)
    handle = decoded(_batch, answer.body, "batch").batch_id
    failure: LLMKitError | None = None
    try:
        for piece in _parts(request.file.lines()):
            yield Ask(path=f"{place.path}/{in_path(handle)}/requests", body={"batch_requests": piece})
    except LLMKitError as error:
        failure = error
    if failure is not None:
        yield Ask(path=f"{place.path}/{in_path(handle)}:cancel", accepts=(400, 404, 409))
        raise failure
    return (yield from refresh(handle, place))


def refresh(handle: str, place: Place, /) -> BatchSteps:
    """Ask how it stands."""
    answer = yield Ask(path=f"{place.path}/{in_path(handle)}", method="GET", again=True)
    return _state(decoded(_batch, answer.body, "batch"))


def cancel(handle: str, place: Place, /) -> BatchSteps:
    """End it early."""
    yield Ask(path=f"{place.path}/{in_path(handle)}:cancel")
    return (yield from refresh(handle, place))


def listed(page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
    """Ask for a page of the batches."""
    answer = yield Ask(path=place.path + _query(page), method="GET", again=True)
    found = decoded(_page, answer.body, "list of batches")
    return BatchPage(states=tuple([_state(item) for item in found.batches]), next=found.pagination_token or None)


def sources(state: BatchState, place: Place, /) -> tuple[Source, ...]:
    """Return the first page of the results."""
    return (_source(state, place, None),)


def results(data: bytes, state: BatchState, place: Place, /) -> tuple[tuple[RawResult, ...], Source | None]:
    """Read a page of the results."""
    found = decoded(_results, data, "page of results")
    token = found.pagination_token
    return tuple([_result(item) for item in found.results]), _source(state, place, token) if token else None


def _result(found: _Result) -> RawResult:
    told = found.batch_result or _Outcome()
    if told.response:
        for wire, name in KINDS.items():
            if name in told.response:
                return RawResult(id=found.batch_request_id, body=bytes(told.response[name]), wire=wire)
        raise ProtocolError(f"A result of the batch is {next(iter(told.response))[:40]!r}, which is not known.")
    body = bytes(told.error) or msgspec.json.encode(found.error_message)
    return RawResult(id=found.batch_request_id, body=b'{"error":' + body + b"}", status=400, outcome="failed")


def _source(state: BatchState, place: Place, token: str | None) -> Source:
    return Source(ask=Ask(path=f"{place.path}/{in_path(state.handle)}/results{_query(token)}", method="GET", again=True), lines=False)


def _query(token: str | None) -> str:
    return f"?limit={_PAGE}" + (f"&pagination_token={quote(token, safe='')}" if token else "")


def _parts(lines: Iterator[bytes]) -> Iterator[Any]:
    piece: Any = []
    size = 0
    for line in lines:
        if piece and (len(piece) == PIECE or size + len(line) > PIECE_BYTES):
            yield piece
            piece, size = [], 0
        piece.append(msgspec.Raw(line))
        size += len(line)
    yield piece


def _state(found: _Batch) -> BatchState:
    told = found.state or _Counts()
    total, pending = count(told.num_requests), count(told.num_pending)
    counts = BatchCounts(total=total, succeeded=count(told.num_success), failed=count(told.num_error), cancelled=count(told.num_cancelled))
    return BatchState(
        handle=found.batch_id,
        status=_status(found, total, pending),
        counts=counts,
        created=moment(found.create_time),
        expires=moment(found.expire_time),
        name=found.name or "",
        extra={"cancel_by_xai_message": found.cancel_by_xai_message} if found.cancel_by_xai_message else {},
    )


def _status(found: _Batch, total: int | None, pending: int | None) -> BatchStatus:
    """It has no word for it: the counts say it."""
    if found.cancel_time:
        return "cancelling" if pending else "cancelled"
    if not total:
        return "queued"
    return "running" if pending or pending is None else "ended"
