"""Web search as Tavily takes it (docs.tavily.com, read 2026-11-23)."""

from __future__ import annotations

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import name_of, number_of, object_of, text_of
from llmkit.dialects.search.searching import Fields, given, left_out, response
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "tavily"
_FIELDS = Fields(snippet=("content",), text=("raw_content",), published=("published_date",), score="score")


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results. What is billed are credits: one for a plain search, two for an advanced one; the answer tells."""
    said = ("count", "domains", "without", "since", "until", "country", "topic", "text", "answer", "depth")
    warnings = left_out(request, *said)
    body = given(
        query=request.query,
        max_results=request.count,
        search_depth=request.depth,
        topic={"web": "general", "news": "news"}.get(request.topic or ""),
        include_domains=request.domains,
        exclude_domains=request.without,
        start_date=request.since,
        end_date=request.until,
        country=request.country,
        include_raw_content="markdown" if request.text else None,
        include_answer=True if request.answer else None,
        include_usage=True,
    )
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    reply, wire = response(answer.body, ("results",), _FIELDS, request)
    credits = number_of(object_of(wire.get("usage")).get("credits"))
    return reply.replace(
        id=name_of(wire.get("request_id")),
        answer=text_of(wire.get("answer")) or None,
        units={"query": float(1 if credits is None else credits)},
    )
