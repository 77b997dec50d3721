"""Embeddings as Snowflake Cortex takes them: OpenAI's answer, with each vector in a list of its own."""

from __future__ import annotations

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens
from llmkit.dialects.embeddings.facts import checked_format, unsaid
from llmkit.dialects.embeddings.inputs import texts_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest

__all__ = ["NAME", "error", "steps"]

NAME = "snowflake_embeddings"


class _Item(msgspec.Struct):
    embedding: list[float | list[float]]
    index: int | None = None


class _Usage(msgspec.Struct):
    total_tokens: int | None = None


class _Body(msgspec.Struct):
    data: list[_Item]
    model: str | None = None
    usage: _Usage | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    checked_format(request, place)
    warnings = unsaid(request, "input_type", "dimensions", "truncate", "title", "user")
    answer = yield Ask(path=place.path, body={"model": place.model, "text": texts_of(request, place)}, warnings=tuple(warnings))
    found = decoded(_decoder, answer, error)
    items = sorted(found.data, key=lambda item: item.index or 0)
    usage = found.usage or _Usage()
    vectors = [_flat(item.embedding) for item in items]
    return reply_of(vectors, len(request.inputs), answer, model=found.model or "", usage=tokens(usage.total_tokens))


def _flat(numbers: list[float | list[float]]) -> list[float]:
    if len(numbers) == 1 and isinstance(numbers[0], list):
        return numbers[0]
    flat = [number for number in numbers if not isinstance(number, list)]
    if len(flat) < len(numbers):
        raise ProtocolError("A vector of the answer is a list of several.")
    return flat
