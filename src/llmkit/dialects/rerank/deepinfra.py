"""Ranking as DeepInfra takes it: a score for each pair of a question and a document."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded, told_cost
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.dialects.rerank.ranking import check_count, left_out, query_of, ranked, texts_of
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.rerank import RerankRequest, RerankResponse
from llmkit.types.usage import Usage

__all__ = ["NAME", "error", "steps"]

NAME = "deepinfra_rerank"


class _Body(msgspec.Struct):
    scores: list[float]
    input_tokens: Any = None
    request_id: str | None = None
    inference_status: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: RerankRequest, place: Place, /) -> Steps:
    """Ask for the score of every document. There must be as many questions as documents (the model pages, read 2026-11-23)."""
    check_count(request, place)
    warnings = left_out(request, "instruction")
    texts = texts_of(request, place, warnings)
    body: dict[str, Any] = {"queries": [query_of(request, place)] * len(texts), "documents": texts}
    if request.instruction is not None:
        body["instruction"] = request.instruction
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    wire = decoded(_decoder, answer.body, "scores")
    if len(wire.scores) != len(texts):
        raise ProtocolError(f"The answer holds {len(wire.scores)} scores for {len(texts)} documents.")
    tokens = number_of(wire.input_tokens)
    return RerankResponse(
        results=ranked(enumerate(wire.scores), request),
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        cost=told_cost(object_of(wire.inference_status).get("cost")),
        request_id=wire.request_id,
        raw=msgspec.Raw(answer.body),
    )
