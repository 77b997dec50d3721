"""Ranking as Jina takes it, and the many hosts and servers that took its shape."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded, refuse_errors, told_cost
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.dialects.rerank.ranking import check_count, left_out, ranked, text_of, texts_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.parts import Image, Text
from llmkit.types.rerank import RankedDocument, RerankRequest, RerankResponse
from llmkit.types.usage import Usage
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "jina_rerank"


class _Item(msgspec.Struct):
    index: int
    relevance_score: float | None = None
    score: float | None = None


class _Body(msgspec.Struct):
    results: list[_Item] | None = None
    data: list[_Item] | None = None
    """Some hosts call the results so."""
    id: str | None = None
    model: str | None = None
    usage: Any = None
    meta: Any = None
    total_tokens: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: RerankRequest, place: Place, /) -> Steps:
    """Ask for the order of all documents.

    The row's options: `fields` that this host wants beside, `objects` and `images` where it takes them as documents, `top` and
    `instruction` where it has other names for these fields.
    """
    check_count(request, place)
    names = {"top": "top_n", **{name: place.options[name] for name in ("top", "instruction") if name in place.options}}
    warnings = left_out(request, *names)
    body: dict[str, Any] = {
        "model": place.model,
        "query": _document(request.query, place),
        "documents": _documents(request, place, warnings),
        **place.options.get("fields", {}),
    }
    for name, field in names.items():
        if getattr(request, name) is not None:
            body[field] = getattr(request, name)
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    return _reply(answer.body, request)


def _documents(request: RerankRequest, place: Place, warnings: list[Warning]) -> list[Any]:
    if place.options.get("objects") or any(isinstance(document, tuple) for document in request.documents):
        return [_document(document, place) for document in request.documents]
    return list(texts_of(request, place, warnings))


def _document(document: RankedDocument, place: Place) -> str | dict[str, Any]:
    if isinstance(document, dict) and place.options.get("objects"):
        return document
    if not isinstance(document, tuple):
        return text_of(document, place)
    match document:
        case (Text(text=text),):
            return {"text": text}
        case (Image(data=data, url=url),) if place.options.get("images") and (data is not None or url is not None):
            return {"image": url if data is None else base64.b64encode(data).decode()}
    raise UnsupportedFeature("ranking anything but a text or a picture", where=place.provider)


def _reply(data: bytes, request: RerankRequest) -> RerankResponse:
    wire = decoded(_decoder, data, "ranking")
    items = wire.data if wire.results is None else wire.results
    if items is None:
        refuse_errors(data)
        raise ProtocolError("The answer holds no ranking.")
    usage, meta = object_of(wire.usage), object_of(wire.meta)
    counted = (usage.get("prompt_tokens"), usage.get("total_tokens"), wire.total_tokens, object_of(meta.get("tokens")).get("input_tokens"))
    tokens = next((count for count in counted if number_of(count) is not None), None)
    billed = object_of(meta.get("billed_units"))
    searches = number_of(usage.get("search_units", billed.get("search_units")))
    pairs = [(item.index, item.score if item.relevance_score is None else item.relevance_score) for item in items]
    return RerankResponse(
        id=wire.id,
        model=wire.model or "",
        results=ranked(pairs, request),
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        units={} if searches is None else {"query": float(searches)},
        cost=told_cost(usage.get("cost")),
        raw=msgspec.Raw(data),
    )
