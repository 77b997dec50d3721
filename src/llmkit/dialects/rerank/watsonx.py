"""Ranking as IBM's watsonx.ai takes it (its REST reference, read 2026-11-23)."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of
from llmkit.dialects.rerank.ranking import check_count, left_out, query_of, ranked, texts_of
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.rerank import RerankRequest, RerankResponse
from llmkit.types.usage import Usage

__all__ = ["NAME", "error", "steps"]

NAME = "watsonx_rerank"


class _Item(msgspec.Struct):
    index: int
    score: float


class _Body(msgspec.Struct):
    results: list[_Item]
    model_id: str | None = None
    input_token_count: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: RerankRequest, place: Place, /) -> Steps:
    """Ask for the order of all inputs, on account of the project or the space that the settings name."""
    check_count(request, place)
    warnings = left_out(request, "tokens_per_document")
    parameters: dict[str, Any] = {}
    if request.top is not None:
        parameters["return_options"] = {"top_n": request.top}
    if request.tokens_per_document is not None:
        parameters["truncate_input_tokens"] = request.tokens_per_document
    body = {
        "model_id": place.model,
        "query": query_of(request, place),
        "inputs": [{"text": text} for text in texts_of(request, place, warnings)],
        **{name: place.values[name] for name in ("project_id", "space_id") if place.values.get(name)},
        **({"parameters": parameters} if parameters else {}),
    }
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    wire = decoded(_decoder, answer.body, "ranking")
    tokens = number_of(wire.input_token_count)
    return RerankResponse(
        model=wire.model_id or "",
        results=ranked([(item.index, item.score) for item in wire.results], request),
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        raw=msgspec.Raw(answer.body),
    )
