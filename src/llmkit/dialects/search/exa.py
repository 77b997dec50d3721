"""Web search as Exa takes it (its API reference, read 2026-11-23)."""

from __future__ import annotations

from llmkit.dialects.json_answer import told_cost
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import name_of, object_of
from llmkit.dialects.search.searching import Fields, given, left_out, response
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "exa"
_FIELDS = Fields(snippet=("highlights", "summary"), text=("text",), published=("publishedDate",), score="score", author="author")


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results with the passages that fit; the words of the pages come where they are asked for."""
    warnings = left_out(request, "count", "domains", "without", "since", "until", "country", "topic", "text", "depth")
    body = given(
        query=request.query,
        type=request.depth,
        numResults=request.count,
        includeDomains=request.domains,
        excludeDomains=request.without,
        startPublishedDate=request.since,
        endPublishedDate=request.until,
        userLocation=request.country and request.country.upper(),
        category="news" if request.topic == "news" else None,
        contents={"highlights": True, **({"text": True} if request.text else {})},
    )
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    reply, wire = response(answer.body, ("results",), _FIELDS, request)
    return reply.replace(id=name_of(wire.get("requestId")), cost=told_cost(object_of(wire.get("costDollars")).get("total")))
