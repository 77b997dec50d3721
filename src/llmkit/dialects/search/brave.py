"""Web search as Brave takes it (api-dashboard.search.brave.com/documentation, read 2026-11-23)."""

from __future__ import annotations

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.search.searching import Fields, asked_by_query, given, left_out, response, span, with_sites
from llmkit.types.asking import Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "brave"
MOST = 20
"""Results of one page."""
_FIELDS = Fields(snippet=("description",), published=("page_age", "age"))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for one page of results."""
    warnings = left_out(request, "count", "domains", "without", "since", "until", "country", "language")
    fields = given(
        q=with_sites(request, warnings),
        count=None if request.count is None else min(request.count, MOST),
        freshness=span(request),
        country=request.country and request.country.upper(),
        search_lang=request.language,
    )
    answer = yield asked_by_query(place, request, fields, warnings)
    reply, _ = response(answer.body, ("web", "results"), _FIELDS, request)
    return reply
