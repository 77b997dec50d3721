"""Embeddings as the models on Amazon Bedrock take them: each vendor's own body behind one address."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.bedrock_converse.errors import error
from llmkit.dialects.bedrock_converse.formats import AUDIOS, IMAGES, VIDEOS, format_of
from llmkit.dialects.embeddings import cohere
from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens
from llmkit.dialects.embeddings.facts import checked_dimensions, checked_format, facts, spelled, unsaid, with_value
from llmkit.dialects.embeddings.inputs import base64_of, content_of, only_images, parts_of, single, text_of
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest, EmbeddingResponse
from llmkit.types.parts import Audio, Image, Text, Video
from llmkit.types.usage import Usage
from llmkit.types.warnings import Warning

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "bedrock_embeddings"
MOST = 1
"""Inputs of one request, but for the family that takes many."""
_TOKENS = "x-amzn-bedrock-input-token-count"
PURPOSES = {"query": "GENERIC_RETRIEVAL", "document": "GENERIC_INDEX", "classification": "CLASSIFICATION", "clustering": "CLUSTERING"}
_MEDIA = {Image: ("image", IMAGES), Audio: ("audio", AUDIOS), Video: ("video", VIDEOS)}


class _One(msgspec.Struct):
    embedding: list[float]
    inputTextTokenCount: int | None = None


class _Many(msgspec.Struct):
    embeddings: list[_One]


_one = msgspec.json.Decoder(_One)
_many = msgspec.json.Decoder(_Many)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors in the words of the model's family, which the row knows by the model's id."""
    family = facts(place.options, place.model).get("family")
    if family not in _FAMILIES:
        hint = "Use the id of an embedding model; the ARN of a profile does not tell its family."
        raise UnsupportedFeature(f"embeddings of {place.model}", where=place.provider, hint=hint)
    warnings: list[Warning] = []
    body, read = _FAMILIES[family](request, place, warnings)
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    reply: EmbeddingResponse = read(answer)
    return reply


def _titan(request: EmbeddingRequest, place: Place, warnings: list[Warning]) -> Any:
    known = facts(place.options, place.model)
    checked_format(request, place)
    warnings += unsaid(request, "input_type", "truncate", "title", "user")
    body = {"inputText": text_of(request.inputs[0], place), **with_value(dimensions=checked_dimensions(request, place, known))}
    return body, _read_one


def _titan_image(request: EmbeddingRequest, place: Place, warnings: list[Warning]) -> Any:
    checked_format(request, place)
    warnings += unsaid(request, "input_type", "truncate", "title", "user")
    length = checked_dimensions(request, place, facts(place.options, place.model))
    parts = parts_of(request.inputs[0])
    words = [part.text for part in parts if isinstance(part, Text)]
    images = [only_images(part, place) for part in parts if not isinstance(part, Text)]
    if len(images) > 1:
        raise UnsupportedFeature("one vector of several pictures", where=place.model)
    body = with_value(inputText="\n".join(words) or None, inputImage=base64_of(images[0], place) if images else None)
    return body if length is None else {**body, "embeddingConfig": {"outputEmbeddingLength": length}}, _read_one


def _nova(request: EmbeddingRequest, place: Place, warnings: list[Warning]) -> Any:
    checked_format(request, place)
    warnings += unsaid(request, "title", "user")
    length = checked_dimensions(request, place, facts(place.options, place.model))
    purpose = spelled(request, PURPOSES, warnings, "GENERIC_INDEX")
    single_one = {"embeddingPurpose": purpose, **with_value(embeddingDimension=length), **_nova_input(request, place)}
    return {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": single_one}, _read_many


def _nova_input(request: EmbeddingRequest, place: Place) -> dict[str, Any]:
    part = single(request.inputs[0], place)
    if isinstance(part, Text):
        return {"text": {"truncationMode": "END" if request.truncate else "NONE", "value": part.text}}
    noun, formats = _MEDIA.get(type(part), ("", {}))
    if not noun or not isinstance(part, Image | Audio | Video):
        raise UnsupportedFeature(f"embedding of {type(part).__name__.lower()}", where=place.model)
    kind, _ = content_of(part, place)
    word = format_of(kind, part.name, formats)
    if word is None:
        raise UnsupportedFeature(f"{noun} of type {kind}", where=place.model, hint=f"Known: {', '.join(formats)}.")
    mode = {"embeddingMode": "AUDIO_VIDEO_COMBINED"} if noun == "video" else {}
    return {noun: {"format": word, **mode, "source": {"bytes": base64_of(part, place)}}}


def _cohere(request: EmbeddingRequest, place: Place, warnings: list[Warning]) -> Any:
    body, format = cohere.body_of(request, place, warnings)

    def read(answer: Answer) -> EmbeddingResponse:
        reply = cohere.decode(answer, len(request.inputs), format)
        return reply.replace(usage=reply.usage or _usage(answer))

    return body, read


_FAMILIES = {"titan": _titan, "titan_image": _titan_image, "nova": _nova, "cohere": _cohere}


def _read_one(answer: Answer) -> EmbeddingResponse:
    body = decoded(_one, answer, error)
    return reply_of([body.embedding], 1, answer, usage=tokens(body.inputTextTokenCount) or _usage(answer))


def _read_many(answer: Answer) -> EmbeddingResponse:
    return reply_of([item.embedding for item in decoded(_many, answer, error).embeddings], 1, answer, usage=_usage(answer))


def _usage(answer: Answer) -> Usage | None:
    told = answer.headers.get(_TOKENS, "")
    return tokens(int(told)) if told.isascii() and told.isdigit() and len(told) < 20 else None
