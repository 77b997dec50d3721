"""Web search as a SearXNG server takes it (docs.searxng.org/dev/search_api.html, read 2026-11-23)."""

from __future__ import annotations

from datetime import date

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import list_of, object_of, text_of
from llmkit.dialects.search.searching import Fields, asked_by_query, given, left_out, response, with_sites
from llmkit.types.asking import Place, Steps
from llmkit.types.search import SearchRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "searxng"
_FIELDS = Fields(snippet=("content",), published=("publishedDate",), score="score")
_RANGES = ((1, "day"), (7, "week"), (31, "month"), (366, "year"))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results as JSON. The server must allow that format: `search.formats` in its settings."""
    warnings = left_out(request, "count", "domains", "without", "since", "language", "topic")
    fields = given(
        q=with_sites(request, warnings),
        format="json",
        categories="news" if request.topic == "news" else None,
        language=request.language,
        time_range=_range(request, warnings),
    )
    answer = yield asked_by_query(place, request, fields, warnings)
    reply, wire = response(answer.body, ("results",), _FIELDS, request)
    told = next(iter(list_of(wire.get("answers"))), None)
    return reply.replace(answer=text_of(told) or text_of(object_of(told).get("answer")) or None)


def _range(request: SearchRequest, warnings: list[Warning]) -> str | None:
    """Return the shortest of the four spans that reaches back to the day."""
    if request.since is None:
        return None
    days = (date.fromisoformat(request.until or request.today or request.since) - date.fromisoformat(request.since)).days
    found = next((name for most, name in _RANGES if days <= most), None)
    detail = f"the span is the last {found}" if found else "this engine looks back a year at most"
    warnings.append(Warning(kind="lossy" if found else "dropped", parameter="since", detail=detail))
    return found
