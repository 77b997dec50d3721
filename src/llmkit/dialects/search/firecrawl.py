"""Web search as Firecrawl takes it, in the second version of its API (docs.firecrawl.dev, read 2026-11-23)."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import name_of, number_of
from llmkit.dialects.search.searching import Fields, given, google_days, left_out, response
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "firecrawl"
_FIELDS = Fields(snippet=("description", "snippet"), text=("markdown",), published=("date",))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results of the web or of the news."""
    warnings = left_out(request, "count", "domains", "without", "since", "until", "country", "topic", "text")
    kind = request.topic or "web"
    body: dict[str, Any] = given(
        query=request.query,
        limit=request.count,
        sources=[kind],
        includeDomains=request.domains,
        excludeDomains=request.without,
        tbs=google_days(request),
        country=request.country and request.country.upper(),
        scrapeOptions={"formats": ["markdown"]} if request.text else None,
    )
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    reply, wire = response(answer.body, ("data", kind), _FIELDS, request)
    credits = number_of(wire.get("creditsUsed"))
    return reply.replace(id=name_of(wire.get("id")), units=reply.units if credits is None else {"credit": float(credits)})
