"""Embeddings as Jina takes them: OpenAI's form with tasks, and pictures beside texts."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.embeddings.facts import checked_format, facts, unsaid
from llmkit.dialects.embeddings.inputs import base64_of, only_images, single, texts_of
from llmkit.dialects.embeddings.openai import decode, settings
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.embedding import EmbeddingInput, EmbeddingRequest
from llmkit.types.parts import Text

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "jina_embeddings"
MOST = 512
"""Inputs of one request (API reference, read 2026-11-23)."""
FORMATS = ("float", "binary", "ubinary")


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    known = facts(place.options, place.model)
    format = checked_format(request, place, FORMATS)
    warnings = unsaid(request, "title", "user")
    given = settings(request.replace(user=None), place, known, format, warnings)
    answer = yield Ask(path=place.path, body={"model": place.model, "input": _inputs(request, place), **given}, warnings=tuple(warnings))
    return decode(answer, len(request.inputs), format)


def _inputs(request: EmbeddingRequest, place: Place) -> list[Any]:
    if all(isinstance(item, str) for item in request.inputs):
        return texts_of(request, place)
    return [_input(item, place) for item in request.inputs]


def _input(item: EmbeddingInput, place: Place) -> dict[str, str]:
    part = single(item, place)
    if isinstance(part, Text):
        return {"text": part.text}
    image = only_images(part, place)
    return {"image": image.url or base64_of(image, place)}
