"""Classification as Hugging Face's inference takes it: by labels of the caller's (zero-shot), or by those of the model."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.classification.labels import left_out, scored, texts_of
from llmkit.dialects.json_answer import further, refuse_errors
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import list_of, loads, object_of, objects_of
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.classification import ClassificationRequest, ClassificationResponse, Classified

__all__ = ["NAME", "TAKES_LABELS", "error", "steps"]

NAME = "huggingface_classify"
TAKES_LABELS = True


def steps(request: ClassificationRequest, place: Place, /) -> Steps:
    """Ask about each input in a request of its own, as the task's specification has it (read 2026-11-23)."""
    parameters: dict[str, Any] = {"candidate_labels": list(request.labels)} if request.labels else {}
    if request.labels and request.several is not None:
        parameters["multi_label"] = request.several
    more = {"parameters": parameters} if parameters else {}
    warnings = left_out(request, "several")
    results: list[Classified] = []
    raw = b""
    for text in texts_of(request, place):
        body = {"inputs": text, **more}
        answer = yield Ask(path=place.path, body=further(body, request) if results else body, warnings=warnings)
        raw, warnings = answer.body, ()
        results.append(_result(raw, request.several))
    return ClassificationResponse(results=tuple(results), raw=msgspec.Raw(raw if len(results) == 1 else b""))


def _result(data: bytes, several: bool | None) -> Classified:
    """Read a list of labels with scores, such a list in a list, or two lists side by side (the older form)."""
    try:
        wire = loads(data)
    except ValueError:
        wire = None
    older = object_of(wire)
    if older.get("labels"):
        names, scores = list_of(older["labels"]), list_of(older.get("scores"))
        wire = [{"label": name, "score": score} for name, score in zip(names, scores, strict=False)]
    items = objects_of(wire) or objects_of(next(iter(list_of(wire)), None))
    found = scored(items, several)
    if found.label is None:
        refuse_errors(data)
        raise ProtocolError("The answer holds no classification.")
    return found
