"""Ranking as NVIDIA's NIM takes it. Its scores are logits: any number, the higher the better."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.dialects.rerank.ranking import check_count, left_out, query_of, ranked, text_of
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.parts import Image, Text
from llmkit.types.rerank import RankedDocument, RerankRequest, RerankResponse
from llmkit.types.usage import Usage

__all__ = ["NAME", "error", "steps"]

NAME = "nvidia_rerank"


class _Item(msgspec.Struct):
    index: int
    logit: float


class _Body(msgspec.Struct):
    rankings: list[_Item]
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: RerankRequest, place: Place, /) -> Steps:
    """Ask for the order of all passages; the best of them are picked here, for the format cannot say how many."""
    check_count(request, place)
    body: dict[str, Any] = {
        "model": place.model,
        "query": {"text": query_of(request, place)},
        "passages": [_passage(document, place) for document in request.documents],
    }
    if request.truncate is not None:
        body["truncate"] = "END" if request.truncate else "NONE"
    answer = yield Ask(path=place.path, body=body, warnings=tuple(left_out(request, "truncate")))
    wire = decoded(_decoder, answer.body, "ranking")
    tokens = number_of(object_of(wire.usage).get("total_tokens"))
    return RerankResponse(
        results=ranked([(item.index, item.logit) for item in wire.rankings], request),
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        raw=msgspec.Raw(answer.body),
    )


def _passage(document: RankedDocument, place: Place) -> dict[str, str]:
    if not isinstance(document, tuple):
        return {"text": text_of(document, place)}
    passage: dict[str, str] = {}
    for part in document:
        match part:
            case Text(text=text) if "text" not in passage:
                passage["text"] = text
            case Image(data=bytes() as data, media_type=kind) if "image" not in passage:
                passage["image"] = f"data:{kind or 'image/png'};base64,{base64.b64encode(data).decode()}"
            case Image(url=str() as url) if "image" not in passage:
                passage["image"] = url
            case _:
                raise UnsupportedFeature("a passage of more than a text and a picture", where=place.provider)
    return passage
