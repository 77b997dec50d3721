"""Ranking as Google's Discovery Engine takes it (its REST reference, read 2026-11-23)."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.gemini.errors import error
from llmkit.dialects.json_answer import decoded
from llmkit.dialects.rerank.ranking import check_count, hundreds, left_out, query_of, ranked, text_of
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.rerank import RankedDocument, RerankRequest, RerankResponse

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "vertex_rerank"
MOST = 200
"""Records of one request."""


class _Record(msgspec.Struct):
    id: str
    score: float = 0.0
    """Zero is not written: proto3 leaves out a field that has its default."""


class _Body(msgspec.Struct):
    records: list[_Record]


_decoder = msgspec.json.Decoder(_Body)


def steps(request: RerankRequest, place: Place, /) -> Steps:
    """Ask for the order of all records; up to 100 are billed as one search (cloud.google.com/generative-ai-app-builder/pricing)."""
    check_count(request, place, MOST)
    body: dict[str, Any] = {
        "model": place.model,
        "query": query_of(request, place),
        "records": [{"id": str(index), **_record(document, place)} for index, document in enumerate(request.documents)],
        "ignoreRecordDetailsInResponse": True,
    }
    if request.top is not None:
        body["topN"] = request.top
    answer = yield Ask(path=place.path, body=body, warnings=tuple(left_out(request)))
    wire = decoded(_decoder, answer.body, "ranking")
    if any(not record.id.isdecimal() for record in wire.records):
        raise ProtocolError("The answer ranks records that were not sent.")
    pairs = [(int(record.id), record.score) for record in wire.records]
    return RerankResponse(results=ranked(pairs, request), units=hundreds(request), raw=msgspec.Raw(answer.body))


def _record(document: RankedDocument, place: Place) -> dict[str, str]:
    """A record may have a title beside its content; of an object these two are taken as they are."""
    if isinstance(document, dict) and document.keys() <= {"title", "content"} and "content" in document:
        return dict(document)
    return {"content": text_of(document, place)}
