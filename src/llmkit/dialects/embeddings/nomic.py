"""Embeddings as Nomic Atlas takes them."""

from __future__ import annotations

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens
from llmkit.dialects.embeddings.facts import checked_dimensions, checked_format, facts, spelled, unsaid, with_value
from llmkit.dialects.embeddings.inputs import texts_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "nomic_embeddings"
MOST = 400
"""Inputs of one request: as many as the vendor's own client sends."""
TASKS = {"query": "search_query", "document": "search_document", "classification": "classification", "clustering": "clustering"}


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    total_tokens: int | None = None


class _Body(msgspec.Struct):
    embeddings: list[list[float]]
    model: str | None = None
    usage: _Usage | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    checked_format(request, place)
    warnings = unsaid(request, "title", "user")
    if request.truncate is False:
        warnings += unsaid(request, "truncate")  # it cuts, or averages; it never refuses
    body = {
        "model": place.model,
        "texts": texts_of(request, place),
        **with_value(
            task_type=spelled(request, TASKS, warnings),
            dimensionality=checked_dimensions(request, place, facts(place.options, place.model)),
            long_text_mode="truncate" if request.truncate else None,
        ),
    }
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    found = decoded(_decoder, answer, error)
    usage = found.usage or _Usage()
    told = usage.prompt_tokens if usage.prompt_tokens is not None else usage.total_tokens
    return reply_of(found.embeddings, len(request.inputs), answer, model=found.model or "", usage=tokens(told))
