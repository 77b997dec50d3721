"""Embeddings as OpenAI and its many relatives take them."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest, EmbeddingResponse
from llmkit.types.usage import Usage
from llmkit.types.vectors import packed
from llmkit.types.warnings import Warning

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "openai_embeddings"
MOST = 2048
"""Inputs of one request (API reference, read 2026-11-20); a row says where it is fewer."""


class _Item(msgspec.Struct):
    embedding: list[float] | str
    index: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    total_tokens: int | None = None


class _Body(msgspec.Struct):
    data: list[_Item]
    model: str | None = None
    usage: _Usage | None = None
    id: str | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    warnings: list[Warning] = []
    answer = yield Ask(path=place.path, body=_encoded(request, place, warnings), warnings=tuple(warnings))
    return _decoded(answer.body, len(request.inputs))


def _encoded(request: EmbeddingRequest, place: Place, warnings: list[Warning]) -> dict[str, Any]:
    texts = [item for item in request.inputs if isinstance(item, str)]
    if len(texts) < len(request.inputs):
        raise UnsupportedFeature("embedding anything but text", where=place.provider)
    if request.format != "float":
        raise UnsupportedFeature(f"vectors of {request.format}", where=place.provider, hint="format='float' is what it gives.")
    body: dict[str, Any] = {"model": place.model, "input": texts}
    if request.dimensions is not None:
        body["dimensions"] = request.dimensions
    if request.user is not None:
        body["user"] = request.user
    warnings += [
        Warning(kind="dropped", parameter=name, detail="this format has no field for it")
        for name in ("input_type", "truncate", "title")
        if getattr(request, name) is not None
    ]
    return body


def _decoded(data: bytes, count: int) -> EmbeddingResponse:
    problem = ""
    try:
        body = _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        problem = str(error)
    if problem:
        raise ProtocolError(f"The answer holds no embeddings: {problem}.")
    items = sorted(body.data, key=lambda item: item.index or 0) if all(item.index is not None for item in body.data) else body.data
    if len(items) != count:
        raise ProtocolError(f"The answer holds {len(items)} vectors for {count} inputs.")
    vectors = [_packed(item.embedding) for item in items]
    if len({len(vector) for vector in vectors}) > 1:
        raise ProtocolError("The vectors of the answer differ in length.")
    told = None if body.usage is None else body.usage.prompt_tokens if body.usage.prompt_tokens is not None else body.usage.total_tokens
    return EmbeddingResponse(
        id=body.id,
        model=body.model or "",
        data=b"".join(vectors),
        dimensions=len(vectors[0]) // 4 if vectors else 0,
        usage=None if told is None else Usage(uncached=told),
        raw=msgspec.Raw(data),
    )


def _packed(numbers: list[float] | str) -> bytes:
    if not isinstance(numbers, str):
        return packed(numbers)
    problem = ""
    try:
        data = base64.b64decode(numbers, validate=True)
    except ValueError as error:
        problem = str(error)
    if problem or len(data) % 4:
        raise ProtocolError(f"A vector is no base64 of float32 numbers: {problem or 'its length'}.")
    return data
