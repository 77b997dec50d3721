"""Ranking as Amazon Bedrock takes it, by the agents' runtime (service model of botocore, read 2026-11-23)."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.bedrock_converse.errors import error
from llmkit.dialects.json_answer import decoded, further
from llmkit.dialects.rerank.ranking import check_count, hundreds, left_out, query_of, ranked, text_of
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.rerank import RankedDocument, RerankRequest, RerankResponse

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "bedrock_rerank"
MOST = 1000
"""Sources of one request."""
_PARTITIONS = (("us-gov-", "aws-us-gov"), ("cn-", "aws-cn"))


class _Item(msgspec.Struct, rename="camel"):
    index: int
    relevance_score: float


class _Body(msgspec.Struct, rename="camel"):
    results: list[_Item]
    next_token: str | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: RerankRequest, place: Place, /) -> Steps:
    """Ask for the order of all documents, page by page. Up to 100 documents are billed as one search (aws.amazon.com/bedrock/pricing)."""
    check_count(request, place, MOST)
    body = _encoded(request, place)
    pairs: list[tuple[int, float]] = []
    pages: list[bytes] = []
    warnings = tuple(left_out(request))
    while True:
        answer = yield Ask(path=place.path, body=body, warnings=warnings)
        wire = decoded(_decoder, answer.body, "ranking")
        pages.append(answer.body)
        pairs += [(item.index, item.relevance_score) for item in wire.results]
        if not wire.next_token or not wire.results:
            break
        body, warnings = further({**body, "nextToken": wire.next_token}, request), ()
    return RerankResponse(results=ranked(pairs, request), units=hundreds(request), raw=msgspec.Raw(pages[0] if len(pages) == 1 else b""))


def _encoded(request: RerankRequest, place: Place) -> dict[str, Any]:
    configuration: dict[str, Any] = {"modelConfiguration": {"modelArn": _arn(place)}}
    if request.top is not None:
        configuration["numberOfResults"] = min(request.top, len(request.documents))
    return {
        "queries": [{"type": "TEXT", "textQuery": {"text": query_of(request, place)}}],
        "sources": [{"type": "INLINE", "inlineDocumentSource": _source(document, place)} for document in request.documents],
        "rerankingConfiguration": {"type": "BEDROCK_RERANKING_MODEL", "bedrockRerankingConfiguration": configuration},
    }


def _source(document: RankedDocument, place: Place) -> dict[str, Any]:
    if isinstance(document, dict):
        return {"type": "JSON", "jsonDocument": document}
    return {"type": "TEXT", "textDocument": {"text": text_of(document, place)}}


def _arn(place: Place) -> str:
    """Return the model's full name, which this API wants."""
    if place.model.startswith("arn:"):
        return place.model
    region = place.values.get("region", "")
    partition = next((name for begin, name in _PARTITIONS if region.startswith(begin)), "aws")
    return f"arn:{partition}:bedrock:{region}::foundation-model/{place.model}"
