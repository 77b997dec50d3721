"""Classification as Jina takes it: by labels of the caller's, or by a classifier that was trained before."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from llmkit.dialects.classification.labels import check_count, left_out, scored
from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.classification import ClassificationInput, ClassificationRequest, ClassificationResponse, Classified
from llmkit.types.parts import Image, Text
from llmkit.types.usage import Usage

__all__ = ["NAME", "TAKES_LABELS", "error", "steps"]

NAME = "jina_classify"
TAKES_LABELS = True


class _Item(msgspec.Struct):
    index: int
    prediction: str
    score: float | None = None
    predictions: list[dict[str, Any]] | None = None


class _Body(msgspec.Struct):
    data: list[_Item]
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: ClassificationRequest, place: Place, /) -> Steps:
    """Ask about all inputs at once. Without labels the model is the id of a trained classifier."""
    body: dict[str, Any] = {"model": place.model, "labels": list(request.labels)} if request.labels else {"classifier_id": place.model}
    body["input"] = [_input(item, place) for item in request.inputs]
    answer = yield Ask(path=place.path, body=body, warnings=left_out(request))
    wire = decoded(_decoder, answer.body, "classification")
    check_count(wire.data, request)
    tokens = number_of(object_of(wire.usage).get("total_tokens"))
    return ClassificationResponse(
        results=tuple([_result(item) for item in sorted(wire.data, key=lambda item: item.index)]),
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        raw=msgspec.Raw(answer.body),
    )


def _input(item: ClassificationInput, place: Place) -> dict[str, str] | str:
    match item:
        case str():
            return item
        case (Text(text=text),):
            return text
        case (Image(url=str() as url),):
            return {"image": url}
        case (Image(data=bytes() as data),):
            return {"image": base64.b64encode(data).decode()}
    raise UnsupportedFeature("classifying anything but a text or a picture", where=place.provider)


def _result(item: _Item) -> Classified:
    return Classified(label=item.prediction, score=item.score, scores=scored(item.predictions or []).scores)
