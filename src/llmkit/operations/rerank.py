"""Put documents in the order in which they answer a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llmkit.errors import InvalidRequest
from llmkit.operations.inputs import models_in, several, text_or_parts
from llmkit.operations.reading import models_of, read, whole
from llmkit.types.rerank import RankedDocument, RerankRequest, RerankResponse

if TYPE_CHECKING:
    from llmkit.core import Core

_CONVERT = {
    "top": lambda name, value: whole(name, value, 1, 1_000_000),
    "tokens_per_document": lambda name, value: whole(name, value, 1, 10_000_000),
}


async def rerank(core: Core, model: Any, query: Any, documents: Any, options: Mapping[str, Any]) -> RerankResponse:
    """Return the documents, best first, each as it was given."""
    given: dict[str, Any] = {}
    if not isinstance(model, RerankRequest):
        items = several("documents", documents)
        given = {
            "query": text_or_parts("query", query),
            "documents": tuple([_document(f"documents[{place}]", item) for place, item in enumerate(items)]),
        }
    request = read(RerankRequest, models_in(model, RerankRequest)[0], given, options, _CONVERT)
    reply: RerankResponse = await core.operate("rerank", request, models_of(core, model, "rerank"))
    return reply.replace(results=tuple([result.replace(document=request.documents[result.index]) for result in reply.results]))


def _document(place: str, item: Any) -> RankedDocument:
    if not isinstance(item, Mapping):
        return text_or_parts(place, item)
    if not item or not all(isinstance(name, str) and isinstance(value, str) for name, value in item.items()):
        raise InvalidRequest(f"{place} must be an object of texts.", parameter=place)
    return dict(item)
