"""Embeddings as Vertex AI takes them: predictions of texts, of a text or a picture, or a content of the newer models."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens
from llmkit.dialects.embeddings.facts import checked_dimensions, checked_format, facts, spelled, unsaid, with_value
from llmkit.dialects.embeddings.gemini import TASKS, content
from llmkit.dialects.embeddings.inputs import base64_of, content_of, only_images, single, texts_of
from llmkit.dialects.gemini.errors import error
from llmkit.errors import ProtocolError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.embedding import EmbeddingInput, EmbeddingRequest, EmbeddingResponse
from llmkit.types.parts import Text
from llmkit.types.warnings import Warning

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "vertex_embeddings"
MOST = 250
"""Inputs of one request (documentation, read 2026-11-23); a row says where it is fewer."""


class _Statistics(msgspec.Struct):
    token_count: float | None = None


class _Text(msgspec.Struct):
    values: list[float]
    statistics: _Statistics | None = None


class _Prediction(msgspec.Struct):
    embeddings: _Text | None = None
    textEmbedding: list[float] | None = None
    imageEmbedding: list[float] | None = None


class _Predictions(msgspec.Struct):
    predictions: list[_Prediction]


class _Usage(msgspec.Struct):
    promptTokenCount: int | None = None


class _Content(msgspec.Struct):
    embedding: _Text
    usageMetadata: _Usage | None = None


_predictions = msgspec.json.Decoder(_Predictions)
_content = msgspec.json.Decoder(_Content)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors; the row says by the model in which of the three shapes."""
    known = facts(place.options, place.model)
    checked_format(request, place)
    warnings = unsaid(request, "user")
    shape = known.get("shape", "texts")
    body = _SHAPES[shape](request, place, known, warnings)
    path = place.path.removesuffix(":predict") + ":embedContent" if shape == "content" else place.path
    answer = yield Ask(path=path, body=body, warnings=tuple(warnings))
    return _of_content(answer) if shape == "content" else _of_predictions(answer, len(request.inputs))


def _texts(request: EmbeddingRequest, place: Place, known: dict[str, Any], warnings: list[Warning]) -> dict[str, Any]:
    about = with_value(task_type=spelled(request, TASKS, warnings), title=request.title)
    settings = with_value(outputDimensionality=checked_dimensions(request, place, known), autoTruncate=request.truncate)
    body: dict[str, Any] = {"instances": [{"content": text, **about} for text in texts_of(request, place)]}
    return {**body, "parameters": settings} if settings else body


def _either(request: EmbeddingRequest, place: Place, known: dict[str, Any], warnings: list[Warning]) -> dict[str, Any]:
    warnings += unsaid(request, "input_type", "title", "truncate")
    settings = with_value(dimension=checked_dimensions(request, place, known))
    body: dict[str, Any] = {"instances": [_instance(item, place) for item in request.inputs]}
    return {**body, "parameters": settings} if settings else body


def _instance(item: EmbeddingInput, place: Place) -> dict[str, Any]:
    part = single(item, place)
    if isinstance(part, Text):
        return {"text": part.text}
    image = only_images(part, place)
    if image.url is not None and image.url.startswith("gs://"):
        return {"image": with_value(gcsUri=image.url, mimeType=image.media_type)}
    return {"image": {"bytesBase64Encoded": base64_of(image, place), "mimeType": content_of(image, place)[0]}}


def _one(request: EmbeddingRequest, place: Place, known: dict[str, Any], warnings: list[Warning]) -> dict[str, Any]:
    about = with_value(
        taskType=spelled(request, TASKS, warnings),
        title=request.title,
        outputDimensionality=checked_dimensions(request, place, known),
        autoTruncate=request.truncate,
    )
    body: dict[str, Any] = {"content": content(request.inputs[0], place)}
    return {**body, "embedContentConfig": about} if about else body


_SHAPES = {"texts": _texts, "either": _either, "content": _one}


def _of_predictions(answer: Answer, count: int) -> EmbeddingResponse:
    found = decoded(_predictions, answer, error).predictions
    counts = [item.embeddings.statistics.token_count for item in found if item.embeddings and item.embeddings.statistics]
    told = [int(number) for number in counts if number is not None]
    return reply_of([_vector(item) for item in found], count, answer, usage=tokens(sum(told)) if told and len(told) == len(found) else None)


def _vector(item: _Prediction) -> list[float]:
    found = item.textEmbedding or item.imageEmbedding if item.embeddings is None else item.embeddings.values
    if found is None:
        raise ProtocolError("A prediction of the answer holds no vector.")
    return found


def _of_content(answer: Answer) -> EmbeddingResponse:
    body = decoded(_content, answer, error)
    usage = body.usageMetadata or _Usage()
    return reply_of([body.embedding.values], 1, answer, usage=tokens(usage.promptTokenCount))
