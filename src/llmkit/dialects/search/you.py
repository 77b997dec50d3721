"""Web search as You.com takes it (you.com/docs/api-reference/search, read 2026-11-23)."""

from __future__ import annotations

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import name_of, object_of
from llmkit.dialects.search.searching import Fields, given, left_out, response, span
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "you"
_FIELDS = Fields(snippet=("snippets", "description"), text=("contents.markdown", "contents.html"), published=("page_age",))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results; one answer has those of the web and of the news in places of their own."""
    warnings = left_out(request, "count", "domains", "without", "since", "until", "country", "language", "topic", "text")
    kind = request.topic or "web"
    body = given(
        query=request.query,
        count=request.count,
        freshness=span(request),
        country=request.country and request.country.upper(),
        language=request.language and request.language.upper(),
        include_domains=request.domains,
        exclude_domains=request.without,
        livecrawl=kind if request.text else None,
        livecrawl_formats=("markdown",) if request.text else None,
    )
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    reply, wire = response(answer.body, ("results", kind), _FIELDS, request)
    return reply.replace(id=name_of(object_of(wire.get("metadata")).get("search_uuid")))
