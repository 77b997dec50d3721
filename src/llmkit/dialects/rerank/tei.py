"""Ranking as Hugging Face's Text Embeddings Inference takes it: the server has one model, and answers with a bare list."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.rerank.ranking import check_count, left_out, query_of, ranked, texts_of
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.rerank import RerankRequest, RerankResponse

__all__ = ["NAME", "error", "steps"]

NAME = "tei_rerank"


class _Item(msgspec.Struct):
    index: int
    score: float


_decoder = msgspec.json.Decoder(list[_Item])


def steps(request: RerankRequest, place: Place, /) -> Steps:
    """Ask for the order of all texts; the best of them are picked here, for the format cannot say how many."""
    check_count(request, place)
    warnings = left_out(request, "truncate")
    body: dict[str, Any] = {"query": query_of(request, place), "texts": texts_of(request, place, warnings)}
    if request.truncate is not None:
        body["truncate"] = request.truncate
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    items = decoded(_decoder, answer.body, "ranking")
    return RerankResponse(results=ranked([(item.index, item.score) for item in items], request), raw=msgspec.Raw(answer.body))
