"""Embeddings as Yandex AI Studio takes them: one text a request, the model as an address in a folder."""

from __future__ import annotations

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens
from llmkit.dialects.embeddings.facts import checked_dimensions, checked_format, facts, unsaid, with_value
from llmkit.dialects.embeddings.inputs import text_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "yandex_embeddings"
MOST = 1


class _Body(msgspec.Struct):
    embedding: list[float]
    numTokens: str | int | None = None
    modelVersion: str | None = None


_decoder = msgspec.json.Decoder(_Body, strict=False)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vector of the one input."""
    checked_format(request, place)
    length = checked_dimensions(request, place, facts(place.options, place.model))
    model = place.model if "/" in place.model else f"{place.model}/latest"
    address = model if "://" in model else f"emb://{place.values.get('folder_id', '')}/{model}"
    body = {"modelUri": address, "text": text_of(request.inputs[0], place), **with_value(dim=None if length is None else str(length))}
    answer = yield Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "input_type", "truncate", "title", "user")))
    found = decoded(_decoder, answer, error)
    told = str(found.numTokens) if found.numTokens is not None else ""
    return reply_of([found.embedding], 1, answer, usage=tokens(int(told) if told.isascii() and told.isdigit() and len(told) < 20 else None))
