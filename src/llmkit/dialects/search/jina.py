"""Web search as Jina takes it (jina.ai/reader, read 2026-11-23): what the pages say comes with it, where it is asked for."""

from __future__ import annotations

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.dialects.search.searching import Fields, given, left_out, response
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.search import SearchRequest
from llmkit.types.usage import Usage

__all__ = ["NAME", "error", "steps"]

NAME = "jina_search"
_FIELDS = Fields(snippet=("description",), text=("content",), published=("date", "publishedTime"))


def steps(request: SearchRequest, place: Place, /) -> Steps:
    """Ask for results; without their words, which cost ten times as much, unless they are asked for."""
    said = ("count", "domains", "country", "language", "topic", "text")
    warnings = left_out(request, *said)
    body = given(q=request.query, num=request.count, gl=request.country, hl=request.language, type=request.topic)
    headers = {"Accept": "application/json"}
    if not request.text:
        headers["X-Respond-With"] = "no-content"
    if request.domains:
        headers["X-Site"] = ", ".join(request.domains)
    answer = yield Ask(path=place.path, body=body, headers=headers, warnings=tuple(warnings))
    reply, wire = response(answer.body, ("data",), _FIELDS, request)
    tokens = number_of(object_of(object_of(wire.get("meta")).get("usage")).get("tokens"))
    return reply.replace(units={}, usage=None if tokens is None else Usage(uncached=int(tokens)))
