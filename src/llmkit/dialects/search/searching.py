"""What the wire formats of web search share: questions with their limits, and results by the names of their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from llmkit.dialects.json_answer import object_in
from llmkit.dialects.openai_chat.wire import Object, number_of, objects_of, text_of
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Place
from llmkit.types.search import SearchRequest, SearchResponse, SearchResult
from llmkit.types.warnings import Warning

SETTINGS = ("count", "domains", "without", "since", "until", "country", "language", "topic", "text", "answer", "depth")


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """Where a result has what: the name of a field, or the names of several of which the first that is there counts."""

    url: str = "url"
    title: str = "title"
    snippet: tuple[str, ...] = ("snippet",)
    text: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    score: str = ""
    author: str = ""


def left_out(request: SearchRequest, *said: str) -> list[Warning]:
    """Return warnings for settings that are asked for and not among those `said`."""
    return [
        Warning(kind="dropped", parameter=name, detail="this engine has no field for it")
        for name in SETTINGS
        if name not in said and getattr(request, name) not in (None, (), False)
    ]


def with_sites(request: SearchRequest, warnings: list[Warning]) -> str:
    """Return the question with the domains as operators in it, for engines that have no field for them."""
    words = [request.query]
    if request.domains:
        sites = " OR ".join([f"site:{domain}" for domain in request.domains])
        words.append(f"({sites})" if len(request.domains) > 1 else sites)
        warnings.append(Warning(kind="emulated", parameter="domains", detail="as site: operators in the question"))
    if request.without:
        words += [f"-site:{domain}" for domain in request.without]
        warnings.append(Warning(kind="emulated", parameter="without", detail="as -site: operators in the question"))
    return " ".join(words)


def given(**fields: Any) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items() if value not in (None, (), "")}


def asked_by_query(place: Place, request: SearchRequest, fields: Mapping[str, Any], warnings: Iterable[Warning]) -> Ask:
    """Return a GET with `fields`, and whatever the caller adds, as its query."""
    more = {name: value for name, value in request.extra_body.items() if value is not None}
    query = urlencode({name: str(value).lower() if isinstance(value, bool) else value for name, value in {**fields, **more}.items()})
    return Ask(path=f"{place.path}?{query}", method="GET", warnings=tuple(warnings))


def american(day: str | None) -> str | None:
    """Return an ISO date as month/day/year."""
    if day is None:
        return None
    year, month, date = day.split("-")
    return f"{month}/{date}/{year}"


def span(request: SearchRequest) -> str | None:
    """Return the days as `2026-11-01to2026-11-23`, as two engines want them; None without a beginning."""
    return None if request.since is None else f"{request.since}to{request.until or request.today}"


def google_days(request: SearchRequest) -> str | None:
    """Return the days as Google's own `tbs` has them; None for none."""
    if request.since is None and request.until is None:
        return None
    ends = [f"cd_min:{american(request.since)}"] if request.since else []
    return ",".join(["cdr:1", *ends, *([f"cd_max:{american(request.until)}"] if request.until else [])])


def response(data: bytes, where: tuple[str, ...], fields: Fields, request: SearchRequest) -> tuple[SearchResponse, Object]:
    """Return the results that stand at `where` in an answer, and the whole of it. Raises the error that it holds, or `ProtocolError`."""
    wire = object_in(data, "results")
    found: Any = wire
    for name in where:
        found = found.get(name) if isinstance(found, dict) else None
    if found is not None and not isinstance(found, list):
        raise ProtocolError(f"The answer holds no list of results at {'.'.join(where)}.")
    if found is None and where[0] not in wire and not wire.keys() & {"results", "query", "meta", "search_metadata", "searchParameters"}:
        raise ProtocolError(f"The answer holds no results at {'.'.join(where)}.")
    results = results_of(objects_of(found), fields)[: request.count]
    return SearchResponse(results=results, units={"query": 1.0}, raw=msgspec.Raw(data)), wire


def results_of(items: Iterable[Object], fields: Fields) -> tuple[SearchResult, ...]:
    """Return the results that have an address; what is not read here is kept in `extra`."""
    return tuple([_result(item, fields) for item in items if text_of(item.get(fields.url))])


def _result(item: Object, fields: Fields) -> SearchResult:
    read = {fields.url, fields.title, *fields.snippet, *fields.text, *fields.published, fields.score, fields.author}
    return SearchResult(
        url=item[fields.url],
        title=text_of(item.get(fields.title)) or None,
        snippet=_words(item, fields.snippet),
        text=_words(item, fields.text),
        published=_words(item, fields.published),
        score=number_of(item.get(fields.score)),
        author=text_of(item.get(fields.author)) or None,
        extra={name: value for name, value in item.items() if name not in read and value not in (None, "", [], {})},
    )


def _words(item: Object, names: tuple[str, ...]) -> str | None:
    """Return the first of the fields that has words; a list of passages becomes lines."""
    for name in names:
        value: Any = item
        for step in name.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, list):
            value = "\n".join([words for words in value if isinstance(words, str)])
        if isinstance(value, str) and value:
            return value
    return None
