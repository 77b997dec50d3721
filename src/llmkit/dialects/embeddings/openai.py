"""Embeddings as OpenAI and its many relatives take them.

A row's options say how its host differs: `encoding` (`base64`: ask for it in `encoding_field`, it is read four times as fast), `formats`
(our word for the kind of numbers to the host's, what it gives by itself first) in `format_field`, `dimensions_field`, `input_types` in
`input_type_field` and the `input_type` that it needs where none is given, `truncate` (the field, and its words for true and false), and
`user` (False: it refuses that field).
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of, tokens, told_cost
from llmkit.dialects.embeddings.facts import checked_dimensions, checked_format, facts, spelled, unsaid, with_value
from llmkit.dialects.embeddings.inputs import texts_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest, EmbeddingResponse
from llmkit.types.vectors import VectorFormat
from llmkit.types.warnings import Warning

__all__ = ["MOST", "NAME", "decode", "error", "settings", "steps"]

NAME = "openai_embeddings"
MOST = 256
"""Inputs of one request, where the row does not know: relatives take fewer than OpenAI's own 2,048."""
FORMAT_FIELD = "encoding_format"


class _Floats(msgspec.Struct):
    embedding: list[float] | str
    index: int | None = None


class _Integers(msgspec.Struct):
    embedding: list[int] | str
    index: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    total_tokens: int | None = None
    cost: Any = None


class _Body(msgspec.Struct):
    data: list[_Floats]
    model: str | None = None
    usage: _Usage | None = None
    id: str | None = None


class _IntegerBody(msgspec.Struct):
    data: list[_Integers]
    model: str | None = None
    usage: _Usage | None = None
    id: str | None = None


_floats: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Body)
_integers: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_IntegerBody)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once."""
    known = facts(place.options, place.model)
    warnings = unsaid(request, "title")
    format = checked_format(request, place, tuple(known.get("formats", ())) or ("float",))
    body = {"model": place.model, "input": texts_of(request, place), **settings(request, place, known, format, warnings)}
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    return decode(answer, len(request.inputs), format)


def settings(
    request: EmbeddingRequest, place: Place, known: dict[str, Any], format: VectorFormat, warnings: list[Warning]
) -> dict[str, Any]:
    """Return the fields beside the inputs, as the row spells them."""
    found = with_value(**{known.get("dimensions_field", "dimensions"): checked_dimensions(request, place, known)})
    formats = known.get("formats", {})
    if request.format is not None and format in formats:
        found[known.get("format_field", FORMAT_FIELD)] = formats[format]
    if format == "float" and "encoding" in known:
        found[known.get("encoding_field", FORMAT_FIELD)] = known["encoding"]
    if "input_types" in known:
        field = known.get("input_type_field", "input_type")
        found |= with_value(**{field: spelled(request, known["input_types"], warnings, known.get("input_type"))})
    else:
        warnings += unsaid(request, "input_type")
    if "truncate" in known and request.truncate is not None:
        found[known["truncate"]["field"]] = known["truncate"]["true" if request.truncate else "false"]
    elif "truncate" not in known:
        warnings += unsaid(request, "truncate")
    if not known.get("user", True):
        warnings += unsaid(request, "user")
        return found
    return found | with_value(user=request.user)


def decode(answer: Answer, count: int, format: VectorFormat) -> EmbeddingResponse:
    """Return the reply that an answer in this format holds; its items are put in order where they say their places."""
    body = decoded(_floats if format == "float" else _integers, answer, error)
    items = sorted(body.data, key=lambda item: item.index) if all(item.index is not None for item in body.data) else body.data
    usage = body.usage or _Usage()
    return reply_of(
        [item.embedding for item in items],
        count,
        answer,
        format=format,
        id=body.id,
        model=body.model or "",
        usage=tokens(usage.prompt_tokens if usage.prompt_tokens is not None else usage.total_tokens),
        cost=told_cost(usage.cost),
    )
