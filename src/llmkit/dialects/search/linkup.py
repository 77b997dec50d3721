"""Web search as Linkup takes it (docs.linkup.so, read 2026-11-23)."""

from __future__ import annotations

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import text_of
from llmkit.dialects.search.searching import Fields, given, left_out, response
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.search import SearchRequest

__all__ = ["NAME", "error", "steps"]

NAME = "linkup"
_FIELDS = Fields(title="name", snippet=("content", "snippet"))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results, or for an answer with its sources. The depth must be named: `standard` unless another is asked for."""
    warnings = left_out(request, "count", "domains", "without", "since", "until", "answer", "depth")
    depth = request.depth or "standard"
    body = given(
        q=request.query,
        depth=depth,
        outputType="sourcedAnswer" if request.answer else "searchResults",
        maxResults=request.count,
        includeDomains=request.domains,
        excludeDomains=request.without,
        fromDate=request.since,
        toDate=request.until,
    )
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    reply, wire = response(answer.body, ("sources" if request.answer else "results",), _FIELDS, request)
    return reply.replace(answer=text_of(wire.get("answer")) or None, variant=depth)
