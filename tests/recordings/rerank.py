"""Recorded rankings."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from llmkit.dialects.rerank import bedrock, cohere, jina, voyage
from llmkit.types.rerank import RerankRequest
from tests.recordings.recorded import Reader, Recorded, first, place, told

_FIELDS: dict[str, tuple[str, dict[str, str]]] = {
    "cohere_rerank": ("top_n", {"max_tokens_per_doc": "tokens_per_document"}),
    "jina_rerank": ("top_n", {}),
    "voyage_rerank": ("top_k", {"truncation": "truncate"}),
}
"""How each format says the number of results and the settings we have words for."""
_PROVIDERS = {"cohere_rerank": ("cohere",), "voyage_rerank": ("voyage",), "bedrock_rerank": ("bedrock",)}


def _takes(codec: str, recorded: Recorded) -> bool:
    mine = _PROVIDERS.get(codec)
    others = {name for names in _PROVIDERS.values() for name in names}
    return recorded.provider in mine if mine else recorded.provider not in others


def _items(recorded: Recorded) -> list[dict[str, Any]]:
    body = recorded.json
    found: list[dict[str, Any]] = body.get("results", body.get("data")) or []
    return found


def _request(recorded: Recorded) -> RerankRequest:
    sent = recorded.sent if isinstance(recorded.sent, dict) else {}
    count = len(sent.get("documents") or ()) or 1 + max([item["index"] for item in _items(recorded)], default=0)
    return RerankRequest(model="m", query="q", documents=("x",) * count)


def _decoded(module: ModuleType, recorded: Recorded) -> Any:
    if recorded.status >= 300:
        return type(module.error(recorded.status, recorded.answer.headers, recorded.raw)).__name__
    reply = told(module.steps(_request(recorded), place(recorded.model)), recorded.answer)
    ranked = [(result.index, result.score) for result in reply.results]
    return ranked, reply.usage and reply.usage.input, reply.units.get("query"), reply.cost and float(reply.cost.amount)


def _expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.status >= 300:
        return {501: "ServerError", 401: "AuthenticationError", 429: "RateLimited", 400: "BadRequest", 422: "BadRequest"}[recorded.status]
    scored = [(item["index"], item.get("relevance_score", item.get("relevanceScore"))) for item in _items(recorded)]
    usage = body.get("usage") or {}
    billed = (body.get("meta") or {}).get("billed_units") or {}
    tokens = usage.get("prompt_tokens", usage.get("total_tokens", body.get("total_tokens", billed.get("input_tokens"))))
    queries = usage.get("search_units", billed.get("search_units"))
    if recorded.provider == "bedrock":
        queries = 1.0
    return sorted(scored, key=lambda pair: -pair[1]), tokens, queries, usage.get("cost")


def _encoded(module: ModuleType, recorded: Recorded) -> Any:
    wanted = _sent(module, recorded)
    if wanted is None:
        return None
    top, names = _FIELDS[module.NAME]
    settings = {name: wanted[field] for field, name in {top: "top", **names}.items() if field in wanted}
    request = RerankRequest(model="m", query=wanted["query"], documents=tuple(wanted["documents"]), **settings)
    return first(module.steps(request, place(wanted["model"]))).body


def _sent(module: ModuleType, recorded: Recorded) -> Any:
    """Return the recorded body, None where it says something that we have no words for (the first version of Cohere's API)."""
    body, (top, names) = recorded.sent, _FIELDS.get(module.NAME, ("", {}))
    if not isinstance(body, dict) or set(body) - {"model", "query", "documents", top, *names} or "model" not in body:
        return None
    wanted = {name: value for name, value in body.items() if value is not None}
    return wanted if all(isinstance(document, str) for document in wanted["documents"]) else None


def _reader(module: ModuleType) -> Reader:
    return Reader(
        codec=module.NAME,
        apis=("rerank",),
        takes=lambda recorded: _takes(module.NAME, recorded),
        decoded=lambda recorded: _decoded(module, recorded),
        expected=_expected,
        encoded=lambda recorded: _encoded(module, recorded),
        sent=lambda recorded: _sent(module, recorded),
    )


READERS = [_reader(module) for module in (bedrock, cohere, jina, voyage)]
