"""Web search as Parallel takes it, in the first stable version of its API (its reference, read 2026-11-23)."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import name_of
from llmkit.dialects.search.searching import Fields, given, left_out, response
from llmkit.errors import InvalidRequest
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "parallel"
MOST_LETTERS = 200
"""Of one query; a longer question goes in as the objective alone, which takes 5,000."""
_FIELDS = Fields(snippet=("excerpts",), published=("publish_date",))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask with the question as query and as objective."""
    if len(request.query) > 5000:
        raise InvalidRequest(f"{place.provider} takes questions of up to 5,000 letters.", parameter="query")
    warnings = left_out(request, "count", "domains", "without", "since", "country", "depth")
    policy = given(include_domains=request.domains, exclude_domains=request.without, after_date=request.since)
    settings = given(max_results=request.count, source_policy=policy or None, location=request.country)
    body: dict[str, Any] = given(
        objective=request.query,
        search_queries=[request.query[:MOST_LETTERS]],
        mode=request.depth,
        advanced_settings=settings or None,
    )
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    reply, wire = response(answer.body, ("results",), _FIELDS, request)
    return reply.replace(id=name_of(wire.get("search_id")))
