"""Embeddings as Voyage takes them: texts; texts and pictures together; or the pieces of one document, each with its surroundings."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens, told_cost
from llmkit.dialects.embeddings.facts import checked_dimensions, checked_format, facts, spelled, unsaid, with_value
from llmkit.dialects.embeddings.inputs import address_of, only_images, parts_of, texts_of
from llmkit.dialects.embeddings.openai import decode, settings
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest, EmbeddingResponse
from llmkit.types.parts import Part, Text
from llmkit.types.vectors import VECTOR_FORMATS, VectorFormat
from llmkit.types.warnings import Warning

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "voyage_embeddings"
MOST = 1000
"""Inputs of one request (API reference, read 2026-11-23)."""
INPUT_TYPES = {"query": "query", "document": "document"}


class _Vector(msgspec.Struct):
    embedding: list[float] | str
    index: int | None = None


class _Integers(msgspec.Struct):
    embedding: list[int] | str
    index: int | None = None


class _Usage(msgspec.Struct):
    total_tokens: int | None = None
    cost: Any = None


class _Piece(msgspec.Struct):
    data: list[_Vector]
    index: int | None = None


class _IntegerPiece(msgspec.Struct):
    data: list[_Integers]
    index: int | None = None


class _Nested(msgspec.Struct):
    data: list[_Piece]
    model: str | None = None
    usage: _Usage | None = None


class _IntegerNested(msgspec.Struct):
    data: list[_IntegerPiece]
    model: str | None = None
    usage: _Usage | None = None


_nested: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Nested)
_integers: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_IntegerNested)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors; the row says by the model which of the three ways it is (`shape`), and where (`path`)."""
    known = facts(place.options, place.model)
    shape, path = known.get("shape", "text"), known.get("path", place.path)
    format = checked_format(request, place, tuple(known.get("formats", VECTOR_FORMATS)))
    warnings = unsaid(request, "title")
    if shape == "multimodal":
        body = _multimodal(request, place, known, warnings)
    elif shape == "contextual":
        body = {known.get("inputs_field", "inputs"): _documents(request, place), **settings(request, place, known, format, warnings)}
    else:
        body = {"input": texts_of(request, place), **settings(request, place, known, format, warnings)}
    answer = yield Ask(path=path, body={"model": place.model, **body}, warnings=tuple(warnings))
    return (_contextual if shape == "contextual" else decode)(answer, len(request.inputs), format)


def _documents(request: EmbeddingRequest, place: Place) -> list[list[str]]:
    """The inputs are the pieces of one document, in order; questions stand alone."""
    texts = texts_of(request, place)
    return [[text] for text in texts] if request.input_type == "query" else [texts]


def _multimodal(request: EmbeddingRequest, place: Place, known: dict[str, Any], warnings: list[Warning]) -> dict[str, Any]:
    warnings += unsaid(request, "user")
    return {
        "inputs": [{"content": [_content(part, place) for part in parts_of(item)]} for item in request.inputs],
        **with_value(
            input_type=spelled(request, INPUT_TYPES, warnings),
            truncation=request.truncate,
            output_dimension=checked_dimensions(request, place, known),
        ),
    }


def _content(part: Part, place: Place) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    address = address_of(only_images(part, place), place)
    kind = "image_base64" if address.startswith("data:") else "image_url"
    return {"type": kind, kind: address}


def _contextual(answer: Answer, count: int, format: VectorFormat) -> EmbeddingResponse:
    body = decoded(_nested if format == "float" else _integers, answer, error)
    vectors = [vector.embedding for document in _ordered(body.data) for vector in _ordered(document.data)]
    usage = body.usage or _Usage()
    return reply_of(
        vectors, count, answer, format=format, model=body.model or "", usage=tokens(usage.total_tokens), cost=told_cost(usage.cost)
    )


def _ordered(items: list[Any]) -> list[Any]:
    return sorted(items, key=lambda item: item.index) if all(item.index is not None for item in items) else items
