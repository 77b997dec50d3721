"""OpenRouter's batches: all requests inside the question, all results inside the batch (docs and its own clients, read 2026-11-23)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.batches import openai
from llmkit.dialects.batches.beginning import begun_batch
from llmkit.dialects.batches.openai import batch_state
from llmkit.dialects.batches.pieces import Wrapped
from llmkit.dialects.batches.reading import decoded, in_path
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.batch import BatchPage, BatchRequest, BatchState, BatchSteps, RawResult, Source
from llmkit.types.dialect import Encoded
from llmkit.types.warnings import Warning

__all__ = ["LARGEST", "MOST", "NAME", "PARTIAL", "WIRES", "cancel", "create", "error", "line", "listed", "refresh", "results", "sources"]

NAME = "openrouter_batch"
WIRES = ("openai_chat", "openai_responses", "anthropic")
MOST = 50_000
LARGEST = 200 * 1000 * 1000
PARTIAL = False
_ANSWER = 512 * 1024 * 1024


class _Results(msgspec.Struct):
    results: list[msgspec.Raw] | None = None


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    has_more: bool = False
    last_id: str | None = None


_results = msgspec.json.Decoder(_Results)
_page = msgspec.json.Decoder(_Page)


def line(id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
    """Return one request; the model stands beside them all."""
    return {"custom_id": id, "body": {key: value for key, value in encoded.body.items() if key != "model"}}


def create(request: BatchRequest, place: Place, /) -> BatchSteps:
    """Send all requests, behind what they are: the server refuses the other order, as it reads them while they come."""
    before = msgspec.json.encode({"endpoint": "/v1" + request.file.address, "model": place.model})[:-1] + b',"requests":['
    warnings = tuple(
        [
            Warning(kind="dropped", parameter=name, detail="this format has no field for it")
            for name in ("name", "window", "metadata")
            if getattr(request, name)
        ]
    )
    body = Wrapped(before, request.file, b"]}", joint=b",")
    ask = Ask(path=place.path, upload=body, headers={"Content-Type": "application/json"}, warnings=warnings)
    return (yield from begun_batch(ask, _state))


def refresh(handle: str, place: Place, /) -> BatchSteps:
    """Ask how it stands; its results come along."""
    answer = yield _ask(handle, place)
    return _state(answer.body)


def cancel(handle: str, place: Place, /) -> BatchSteps:
    """There is no way."""
    raise UnsupportedFeature("cancelling a batch", where=place.provider)
    yield


def listed(page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
    """Ask for a page of the batches."""
    query = "?limit=100" + (f"&after={quote(page, safe='')}" if page else "")
    answer = yield Ask(path=place.path + query, method="GET", again=True)
    found = decoded(_page, answer.body, "list of batches")
    states = tuple([_state(bytes(item)) for item in found.data])
    return BatchPage(states=states, next=(found.last_id or states[-1].handle) if found.has_more and states else None)


def sources(state: BatchState, place: Place, /) -> tuple[Source, ...]:
    """Return the batch itself."""
    return (Source(ask=_ask(state.handle, place), lines=False),)


def results(data: bytes, state: BatchState, place: Place, /) -> tuple[tuple[RawResult, ...], Source | None]:
    """Read the whole batch."""
    found = decoded(_results, data, "batch")
    items = [openai.results(bytes(raw), state, place)[0] for raw in found.results or []]
    return tuple([item for some in items for item in some]), None


def _state(data: bytes) -> BatchState:
    return batch_state(data).replace(sources=())


def _ask(handle: str, place: Place) -> Ask:
    return Ask(path=f"{place.path}/{in_path(handle)}", method="GET", again=True, limit=_ANSWER)
