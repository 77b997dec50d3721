"""Ranking as Cohere takes it, in the second version of its API."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.cohere.errors import error
from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.dialects.rerank.ranking import check_count, left_out, query_of, ranked, texts_of
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.rerank import RerankRequest, RerankResponse
from llmkit.types.usage import Usage

__all__ = ["NAME", "error", "steps"]

NAME = "cohere_rerank"


class _Item(msgspec.Struct):
    index: int
    relevance_score: float


class _Body(msgspec.Struct):
    results: list[_Item]
    id: str | None = None
    meta: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: RerankRequest, place: Place, /) -> Steps:
    """Ask for the order of all documents. Limits: 1,000 are advised, 10,000 the most (documentation, read 2026-11-23)."""
    check_count(request, place, 10_000)
    warnings = left_out(request, "tokens_per_document")
    body: dict[str, Any] = {"model": place.model, "query": query_of(request, place), "documents": texts_of(request, place, warnings)}
    if request.top is not None:
        body["top_n"] = request.top
    if request.tokens_per_document is not None:
        body["max_tokens_per_doc"] = request.tokens_per_document
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    return _reply(answer.body, request)


def _reply(data: bytes, request: RerankRequest) -> RerankResponse:
    wire = decoded(_decoder, data, "ranking")
    meta = object_of(wire.meta)
    billed = object_of(meta.get("billed_units"))
    searches, tokens = number_of(billed.get("search_units")), number_of(billed.get("input_tokens"))
    return RerankResponse(
        id=wire.id,
        results=ranked([(item.index, item.relevance_score) for item in wire.results], request),
        units={} if searches is None else {"query": float(searches)},
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        extra={"meta": meta} if meta else {},
        raw=msgspec.Raw(data),
    )
