"""Classification as Mistral takes it: a model that was trained on its own targets and labels."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.classification.labels import check_count, left_out, refuse_labels, texts_of
from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.classification import ClassificationRequest, ClassificationResponse, Classified, best
from llmkit.types.usage import Usage

__all__ = ["NAME", "TAKES_LABELS", "error", "steps"]

NAME = "mistral_classify"
TAKES_LABELS = False


class _Target(msgspec.Struct):
    scores: dict[str, float]


class _Body(msgspec.Struct):
    results: list[dict[str, _Target]]
    id: str | None = None
    model: str | None = None
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: ClassificationRequest, place: Place, /) -> Steps:
    """Ask about all inputs at once."""
    refuse_labels(request, place)
    body = {"model": place.model, "input": texts_of(request, place)}
    answer = yield Ask(path=place.path, body=body, warnings=left_out(request))
    wire = decoded(_decoder, answer.body, "classification")
    check_count(wire.results, request)
    tokens = number_of(object_of(wire.usage).get("prompt_tokens"))
    return ClassificationResponse(
        id=wire.id,
        model=wire.model or "",
        results=tuple([_result(item) for item in wire.results]),
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        raw=msgspec.Raw(answer.body),
    )


def _result(targets: dict[str, _Target]) -> Classified:
    """One target has one best label; of several each keeps its own scores."""
    found = {name: target.scores for name, target in targets.items()}
    return best(next(iter(found.values()))).replace(targets=found) if len(found) == 1 else Classified(targets=found)
