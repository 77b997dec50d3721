"""Embeddings as Cohere's second API takes them: texts, or texts and pictures together, in several kinds of numbers at once."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.cohere.errors import error
from llmkit.dialects.embeddings.answers import Numbers, decoded, reply_of
from llmkit.dialects.embeddings.facts import checked_dimensions, checked_format, facts, spelled, unsaid, with_value
from llmkit.dialects.embeddings.inputs import address_of, only_images, parts_of, single, texts_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest, EmbeddingResponse
from llmkit.types.parts import Part, Text
from llmkit.types.usage import Usage
from llmkit.types.vectors import VECTOR_FORMATS, VectorFormat
from llmkit.types.warnings import Warning

__all__ = ["MOST", "NAME", "body_of", "decode", "error", "steps"]

NAME = "cohere_embeddings"
MOST = 96
"""Inputs of one request (API reference, read 2026-11-23)."""
INPUT_TYPES = {"query": "search_query", "document": "search_document", "classification": "classification", "clustering": "clustering"}
UNSTATED = "search_document"
"""The models want to be told what for; what is stored is the usual case."""


class _Kinds(msgspec.Struct):
    floats: list[list[float]] | None = msgspec.field(default=None, name="float")
    int8: list[list[int]] | None = None
    uint8: list[list[int]] | None = None
    binary: list[list[int]] | None = None
    ubinary: list[list[int]] | None = None


class _Billed(msgspec.Struct):
    input_tokens: float | None = None
    image_tokens: float | None = None
    images: float | None = None


class _Meta(msgspec.Struct):
    billed_units: _Billed | None = None


class _Item(msgspec.Struct):
    embedding: list[float]


class _Body(msgspec.Struct):
    embeddings: _Kinds | list[list[float]] | None = None
    data: list[_Item] | None = None
    id: str | None = None
    meta: _Meta | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    warnings: list[Warning] = []
    body, format = body_of(request, place, warnings)
    answer = yield Ask(path=place.path, body={"model": place.model, **body}, warnings=tuple(warnings))
    return decode(answer, len(request.inputs), format)


def body_of(request: EmbeddingRequest, place: Place, warnings: list[Warning]) -> tuple[dict[str, Any], VectorFormat]:
    """Return the body without the model, and the kind of numbers it asks for."""
    known = facts(place.options, place.model)
    format = checked_format(request, place, tuple(known.get("formats", VECTOR_FORMATS)))
    warnings += unsaid(request, "title", "user")
    inputs, kind = _inputs(request, place, known)
    purpose = kind or spelled(request, INPUT_TYPES, warnings, UNSTATED)
    body = {**inputs, "input_type": purpose}
    if known.get("kinds", True):
        body["embedding_types"] = [format]
    body |= with_value(output_dimension=checked_dimensions(request, place, known))
    if request.truncate is not None:
        body["truncate"] = "END" if request.truncate else "NONE"
    return body, format


def _inputs(request: EmbeddingRequest, place: Place, known: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Return the inputs, and what they are for where the host has a word of its own for pictures."""
    if all(isinstance(item, str) or all(isinstance(part, Text) for part in item) for item in request.inputs):
        return {"texts": texts_of(request, place)}, None
    if known.get("images") == "alone":
        return {"images": [address_of(only_images(single(item, place), place), place) for item in request.inputs]}, "image"
    if known.get("images") == "none":
        raise UnsupportedFeature("embedding anything but text", where=place.model)
    return {"inputs": [{"content": [_content(part, place) for part in parts_of(item)]} for item in request.inputs]}, None


def _content(part: Part, place: Place) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    return {"type": "image_url", "image_url": {"url": address_of(only_images(part, place), place)}}


def decode(answer: Answer, count: int, format: VectorFormat) -> EmbeddingResponse:
    """Return the reply that an answer in this format holds."""
    body = decoded(_decoder, answer, error)
    billed = (body.meta or _Meta()).billed_units or _Billed()
    images = int(billed.image_tokens or 0)
    usage = None if billed.input_tokens is None else Usage(uncached=int(billed.input_tokens) + images, input_image=images)
    units = {"image_in": billed.images} if billed.images else {}
    return reply_of(_vectors(body, format), count, answer, format=format, id=body.id, usage=usage, units=units)


def _vectors(body: _Body, format: VectorFormat) -> list[Numbers]:
    found: Any = body.embeddings
    if isinstance(found, _Kinds):
        found = getattr(found, "floats" if format == "float" else format)
    elif found is None and body.data is not None:
        found = [item.embedding for item in body.data]
    if found is None:
        raise ProtocolError(f"The answer holds no vectors of {format}.")
    vectors: list[Numbers] = found
    return vectors
