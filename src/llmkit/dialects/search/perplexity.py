"""Web search as Perplexity takes it (docs.perplexity.ai/api-reference/search-post, read 2026-11-23)."""

from __future__ import annotations

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import name_of
from llmkit.dialects.search.searching import Fields, american, given, left_out, response
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "perplexity_search"
_FIELDS = Fields(published=("date", "last_updated"))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results. Domains are wanted or unwanted here, never both at once."""
    if request.domains and request.without:
        raise UnsupportedFeature("domains next to unwanted ones", where=place.provider, hint="Pass one of them.")
    warnings = left_out(request, "count", "domains", "without", "since", "until", "country", "language")
    body = given(
        query=request.query,
        max_results=request.count,
        search_domain_filter=request.domains or tuple([f"-{domain}" for domain in request.without]),
        search_after_date_filter=american(request.since),
        search_before_date_filter=american(request.until),
        country=request.country and request.country.upper(),
        search_language_filter=None if request.language is None else [request.language],
    )
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    reply, wire = response(answer.body, ("results",), _FIELDS, request)
    return reply.replace(id=name_of(wire.get("id")))
