"""Google's results as SearchApi gives them (searchapi.io/docs/google, read 2026-11-23)."""

from __future__ import annotations

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import name_of, object_of, text_of
from llmkit.dialects.search.searching import Fields, american, asked_by_query, given, left_out, response, with_sites
from llmkit.types.asking import Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "searchapi"
_FIELDS = Fields(url="link", published=("iso_date", "date"))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results of the web, or of the news."""
    warnings = left_out(request, "count", "domains", "without", "since", "until", "country", "language", "topic")
    fields = given(
        engine="google_news" if request.topic == "news" else "google",
        q=with_sites(request, warnings),
        num=request.count,
        time_period_min=american(request.since),
        time_period_max=american(request.until),
        gl=request.country,
        hl=request.language,
    )
    answer = yield asked_by_query(place, request, fields, warnings)
    reply, wire = response(answer.body, ("organic_results",), _FIELDS, request)
    return reply.replace(
        id=name_of(object_of(wire.get("search_metadata")).get("id")),
        answer=text_of(object_of(wire.get("answer_box")).get("answer")) or None,
    )
