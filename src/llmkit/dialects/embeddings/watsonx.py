"""Embeddings as watsonx.ai takes them: on the account of a project or a space."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens
from llmkit.dialects.embeddings.facts import checked_format, facts, unsaid, with_value
from llmkit.dialects.embeddings.inputs import texts_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "watsonx_embeddings"
MOST = 1000
"""Inputs of one request (API reference, read 2026-11-23)."""


class _Vector(msgspec.Struct):
    embedding: list[float]


class _Body(msgspec.Struct):
    results: list[_Vector]
    model_id: str | None = None
    input_token_count: int | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    checked_format(request, place)
    warnings = unsaid(request, "input_type", "dimensions", "title", "user")
    body: dict[str, Any] = {"model_id": place.model, "inputs": texts_of(request, place)}
    body |= with_value(project_id=place.values.get("project_id"), space_id=place.values.get("space_id"))
    if request.truncate:
        body["parameters"] = {"truncate_input_tokens": facts(place.options, place.model).get("truncate_at", 512)}
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    found = decoded(_decoder, answer, error)
    vectors = [item.embedding for item in found.results]
    return reply_of(vectors, len(request.inputs), answer, model=found.model_id or "", usage=tokens(found.input_token_count))
