"""Embeddings as Hugging Face's feature extraction gives them: bare lists of numbers."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of
from llmkit.dialects.embeddings.facts import checked_format, unsaid, with_value
from llmkit.dialects.embeddings.inputs import texts_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import ProtocolError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest, EmbeddingResponse

__all__ = ["NAME", "decode", "error", "steps"]

NAME = "huggingface_features"
_decoder = msgspec.json.Decoder(list[float | list[float | list[Any]]])


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    checked_format(request, place)
    body = {"inputs": texts_of(request, place), **with_value(truncate=request.truncate)}
    answer = yield Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "input_type", "dimensions", "title", "user")))
    return decode(answer, len(request.inputs))


def decode(answer: Answer, count: int) -> EmbeddingResponse:
    """Return the reply that a list of vectors is; a vector alone is that of a single input."""
    found = decoded(_decoder, answer, error)
    vectors: list[list[float]] = []
    alone: list[float] = []
    for item in found:
        if not isinstance(item, list):
            alone.append(item)
        elif any(isinstance(number, list) for number in item):
            raise ProtocolError("The answer holds a vector for each token: this model makes none for a whole text.")
        else:
            vectors.append([number for number in item if not isinstance(number, list)])
    return reply_of([*vectors, alone] if alone else vectors, count, answer)
