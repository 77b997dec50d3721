"""Embeddings as the Gemini API takes them: a request for each input, many in a batch."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens
from llmkit.dialects.embeddings.facts import checked_dimensions, checked_format, facts, spelled, unsaid, with_value
from llmkit.dialects.embeddings.inputs import content_of, parts_of
from llmkit.dialects.gemini.errors import error
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.embedding import EmbeddingInput, EmbeddingRequest
from llmkit.types.parts import Audio, Document, Image, Part, Text, Video
from llmkit.types.warnings import Warning

__all__ = ["MOST", "NAME", "TASKS", "content", "error", "steps"]

NAME = "gemini_embeddings"
MOST = 100
"""Inputs of one request (a recorded refusal says so)."""
TASKS = {
    "query": "RETRIEVAL_QUERY",
    "document": "RETRIEVAL_DOCUMENT",
    "similarity": "SEMANTIC_SIMILARITY",
    "classification": "CLASSIFICATION",
    "clustering": "CLUSTERING",
    "question": "QUESTION_ANSWERING",
    "fact": "FACT_VERIFICATION",
    "code": "CODE_RETRIEVAL_QUERY",
}


class _Values(msgspec.Struct):
    values: list[float]


class _Usage(msgspec.Struct):
    promptTokenCount: int | None = None


class _Body(msgspec.Struct):
    embeddings: list[_Values] | None = None
    embedding: _Values | None = None
    usageMetadata: _Usage | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    known = facts(place.options, place.model)
    checked_format(request, place)
    warnings: list[Warning] = unsaid(request, "truncate", "user")
    about = with_value(
        taskType=spelled(request, TASKS, warnings),
        title=request.title,
        outputDimensionality=checked_dimensions(request, place, known),
    )
    asked = [{"model": f"models/{place.model}", "content": content(item, place), **about} for item in request.inputs]
    answer = yield Ask(path=place.path, body={"requests": asked}, warnings=tuple(warnings))
    body = decoded(_decoder, answer, error)
    found = body.embeddings if body.embeddings is not None else [] if body.embedding is None else [body.embedding]
    usage = body.usageMetadata or _Usage()
    return reply_of([item.values for item in found], len(request.inputs), answer, usage=tokens(usage.promptTokenCount))


def content(item: EmbeddingInput, place: Place) -> dict[str, Any]:
    """Return one input as a content of the wire."""
    return {"parts": [_part(part, place) for part in parts_of(item)]}


def _part(part: Part, place: Place) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"text": part.text}
    assert isinstance(part, Image | Audio | Video | Document)
    if part.url is not None and not part.url.startswith("data:"):
        return {"fileData": with_value(fileUri=part.url, mimeType=part.media_type)}
    kind, data = content_of(part, place)
    return {"inlineData": {"mimeType": kind, "data": b64encode(data).decode()}}
