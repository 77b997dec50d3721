"""Google's results as Serper gives them (serper.dev, and clients of it, read 2026-11-23)."""

from __future__ import annotations

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of, text_of
from llmkit.dialects.search.searching import Fields, given, google_days, left_out, response, with_sites
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "serper"
_FIELDS = Fields(url="link", published=("date",))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results of the web, or at the row's `news` for those of the news."""
    warnings = left_out(request, "count", "domains", "without", "since", "until", "country", "language", "topic")
    news = request.topic == "news"
    body = given(q=with_sites(request, warnings), num=request.count, gl=request.country, hl=request.language, tbs=google_days(request))
    path = place.options.get("news", place.path) if news else place.path
    answer = yield Ask(path=path, body=body, warnings=tuple(warnings))
    reply, wire = response(answer.body, ("news" if news else "organic",), _FIELDS, request)
    box, credits = object_of(wire.get("answerBox")), number_of(wire.get("credits"))
    told = text_of(box.get("answer")) or text_of(box.get("snippet")) or None
    return reply.replace(answer=told, units={"query": float(credits or 1)})
