"""What the wire formats of ranking share: the documents of a request, and the order of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llmkit.dialects.openai_chat.wire import number_of
from llmkit.errors import InvalidRequest, ProtocolError, UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.rerank import Ranked, RankedDocument, RerankRequest
from llmkit.types.warnings import Warning

SETTINGS = ("tokens_per_document", "truncate", "instruction")


def texts_of(request: RerankRequest, place: Place, warnings: list[Warning]) -> list[str]:
    """Return the documents as texts. An object becomes lines `name: value`, with a warning. Raises `UnsupportedFeature` for pictures."""
    if any(isinstance(document, dict) for document in request.documents):
        warnings.append(Warning(kind="emulated", parameter="documents", detail="objects are written as lines of `name: value`"))
    return [text_of(document, place) for document in request.documents]


def query_of(request: RerankRequest, place: Place) -> str:
    """Return the question as text. Raises `UnsupportedFeature` for pictures."""
    return text_of(request.query, place)


def text_of(document: RankedDocument, place: Place) -> str:
    """Return a document as text. Raises `UnsupportedFeature` for pictures."""
    if isinstance(document, str):
        return document
    if isinstance(document, dict):
        return "\n".join([f"{name}: {value}" for name, value in document.items()])
    raise UnsupportedFeature("ranking anything but text", where=place.provider)


def check_count(request: RerankRequest, place: Place, most: int = 0) -> None:
    """Raise `InvalidRequest` where there are more documents than the row, or else the format, says it takes."""
    limit = int(place.options.get("most", most))
    if limit and len(request.documents) > limit:
        raise InvalidRequest(
            f"{place.provider} ranks {limit:,} documents in one request, not {len(request.documents):,}.",
            parameter="documents",
            hint="Scores of several requests cannot be compared: choose the likeliest first, by embeddings or a search.",
        )


def left_out(request: RerankRequest, *said: str) -> list[Warning]:
    """Return warnings for settings that are asked for and not among those `said`."""
    return [
        Warning(kind="dropped", parameter=name, detail="this format has no field for it")
        for name in SETTINGS
        if name not in said and getattr(request, name) is not None
    ]


def ranked(pairs: Iterable[tuple[Any, Any]], request: RerankRequest) -> tuple[Ranked, ...]:
    """Return places with their scores, best first, no more than were asked for. Raises `ProtocolError` where they cannot be right."""
    found: dict[int, float] = {}
    for index, score in pairs:
        if not isinstance(index, int) or not 0 <= index < len(request.documents) or index in found or number_of(score) is None:
            raise ProtocolError(f"The answer ranks the document {index!r} of {len(request.documents)} with the score {score!r}.")
        found[index] = float(score)
    best = sorted(found.items(), key=lambda pair: -pair[1])
    return tuple([Ranked(index=index, score=score) for index, score in best[: request.top]])


def hundreds(request: RerankRequest) -> dict[str, float]:
    """Return the searches that are billed where one has up to 100 documents."""
    return {"query": float(-(-len(request.documents) // 100))}
