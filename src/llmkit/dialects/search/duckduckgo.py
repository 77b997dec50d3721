"""Instant answers of DuckDuckGo: an abstract and related topics, not the pages that a search finds."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from llmkit.dialects.json_answer import object_in
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import Object, objects_of, text_of
from llmkit.dialects.search.searching import asked_by_query, left_out, with_sites
from llmkit.types.asking import Place, Steps
from llmkit.types.search import SearchRequest, SearchResponse, SearchResult

__all__ = ["NAME", "error", "steps"]

NAME = "duckduckgo"


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for the instant answer, as JSON without markup."""
    warnings = left_out(request, "count", "domains", "without", "answer")
    fields = {"q": with_sites(request, warnings), "format": "json", "no_html": "1", "skip_disambig": "1", "no_redirect": "1"}
    answer = yield asked_by_query(place, request, fields, warnings)
    wire = object_in(answer.body, "results")
    found: list[SearchResult] = []
    if url := text_of(wire.get("AbstractURL")):
        found.append(SearchResult(url=url, title=text_of(wire.get("Heading")) or None, snippet=text_of(wire.get("AbstractText")) or None))
    found += [_result(topic) for topic in _topics(wire) if text_of(topic.get("FirstURL"))]
    return SearchResponse(
        results=tuple(found[: request.count]),
        answer=text_of(wire.get("Answer")) or text_of(wire.get("AbstractText")) or None,
        units={"query": 1.0},
        raw=msgspec.Raw(answer.body),
    )


def _topics(wire: Object) -> Iterator[Object]:
    """Related topics may stand in groups."""
    for topic in (*objects_of(wire.get("Results")), *objects_of(wire.get("RelatedTopics"))):
        yield from objects_of(topic["Topics"]) if "Topics" in topic else (topic,)


def _result(topic: Object) -> SearchResult:
    words = text_of(topic.get("Text"))
    title, _, _ = words.partition(" - ")
    return SearchResult(url=topic["FirstURL"], title=title or None, snippet=words or None)
