"""What the wire formats of classification share: texts, labels, and warnings for what cannot be said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from llmkit.dialects.openai_chat.wire import number_of, text_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.classification import ClassificationRequest, Classified, best
from llmkit.types.warnings import Warning


def texts_of(request: ClassificationRequest, place: Place) -> list[str]:
    """Return the inputs as texts. Raises `UnsupportedFeature` for pictures."""
    texts = [item for item in request.inputs if isinstance(item, str)]
    if len(texts) < len(request.inputs):
        raise UnsupportedFeature("classifying anything but text", where=place.provider)
    return texts


def refuse_labels(request: ClassificationRequest, place: Place) -> None:
    """Raise `UnsupportedFeature` where labels are given to a model that has its own."""
    if request.labels:
        raise UnsupportedFeature("labels", where=place.model, hint="This model was trained on its own labels: leave them out.")


def left_out(request: ClassificationRequest, *said: str) -> tuple[Warning, ...]:
    """Return warnings for settings that are asked for and not among those `said`."""
    names = [name for name in ("descriptions", "several", "instruction") if name not in said and getattr(request, name)]
    return tuple([Warning(kind="dropped", parameter=name, detail="this format has no field for it") for name in names])


def scored(pairs: Iterable[Mapping[str, Any]], several: bool | None = None) -> Classified:
    """Return what a list of labels with scores comes to. Where several may fit, those above one half do."""
    scores = {text_of(pair.get("label")): float(pair["score"]) for pair in pairs if number_of(pair.get("score")) is not None}
    found = best(scores)
    return found.replace(labels=tuple([label for label, score in scores.items() if score > 0.5])) if several else found


def check_count(results: list[Any], request: ClassificationRequest) -> None:
    """Raise `ProtocolError` where there is not one result for each input."""
    if len(results) != len(request.inputs):
        raise ProtocolError(f"The answer holds {len(results)} results for {len(request.inputs)} inputs.")
