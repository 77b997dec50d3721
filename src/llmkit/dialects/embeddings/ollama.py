"""Embeddings as Ollama takes them."""

from __future__ import annotations

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens
from llmkit.dialects.embeddings.facts import checked_dimensions, checked_format, facts, unsaid, with_value
from llmkit.dialects.embeddings.inputs import texts_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest

__all__ = ["NAME", "error", "steps"]

NAME = "ollama_embeddings"


class _Body(msgspec.Struct):
    embeddings: list[list[float]]
    model: str | None = None
    prompt_eval_count: int | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    checked_format(request, place)
    length = checked_dimensions(request, place, facts(place.options, place.model))
    body = {"model": place.model, "input": texts_of(request, place), **with_value(truncate=request.truncate, dimensions=length)}
    answer = yield Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "input_type", "title", "user")))
    found = decoded(_decoder, answer, error)
    return reply_of(found.embeddings, len(request.inputs), answer, model=found.model or "", usage=tokens(found.prompt_eval_count))
