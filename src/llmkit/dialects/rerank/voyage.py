"""Ranking as Voyage takes it."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.dialects.rerank.ranking import check_count, left_out, query_of, ranked, texts_of
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.rerank import RerankRequest, RerankResponse
from llmkit.types.usage import Usage

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "voyage_rerank"
MOST = 1000
"""Documents of one request (docs.voyageai.com/reference/reranker-api, read 2026-11-23)."""


class _Item(msgspec.Struct):
    index: int
    relevance_score: float


class _Body(msgspec.Struct):
    data: list[_Item]
    model: str | None = None
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: RerankRequest, place: Place, /) -> Steps:
    """Ask for the order of all documents. An instruction belongs in the question here, says the documentation: it is put before it."""
    check_count(request, place, MOST)
    warnings = left_out(request, "truncate", "instruction")
    query = query_of(request, place)
    body: dict[str, Any] = {
        "query": query if request.instruction is None else f"{request.instruction}\n{query}",
        "documents": texts_of(request, place, warnings),
        "model": place.model,
    }
    if request.top is not None:
        body["top_k"] = request.top
    if request.truncate is not None:
        body["truncation"] = request.truncate
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    wire = decoded(_decoder, answer.body, "ranking")
    tokens = number_of(object_of(wire.usage).get("total_tokens"))
    return RerankResponse(
        model=wire.model or "",
        results=ranked([(item.index, item.relevance_score) for item in wire.data], request),
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        raw=msgspec.Raw(answer.body),
    )
