"""Classification as the server Infinity takes it: the model has its own labels."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.classification.labels import check_count, left_out, refuse_labels, scored, texts_of
from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.classification import ClassificationRequest, ClassificationResponse
from llmkit.types.usage import Usage

__all__ = ["NAME", "TAKES_LABELS", "error", "steps"]

NAME = "infinity_classify"
TAKES_LABELS = False


class _Body(msgspec.Struct):
    data: list[list[dict[str, Any]]]
    id: str | None = None
    model: str | None = None
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: ClassificationRequest, place: Place, /) -> Steps:
    """Ask about all inputs at once."""
    refuse_labels(request, place)
    body = {"model": place.model, "input": texts_of(request, place)}
    answer = yield Ask(path=place.path, body=body, warnings=left_out(request, "several"))
    wire = decoded(_decoder, answer.body, "classification")
    check_count(wire.data, request)
    tokens = number_of(object_of(wire.usage).get("prompt_tokens"))
    return ClassificationResponse(
        id=wire.id,
        model=wire.model or "",
        results=tuple([scored(item, request.several) for item in wire.data]),
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        raw=msgspec.Raw(answer.body),
    )
