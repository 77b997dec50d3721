"""Web search through both clients, with every engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from llmkit.dialects.search import searchapi, tavily
from llmkit.errors import InvalidRequest, LLMKitError, ProtocolError, ProviderError, UnsupportedFeature
from llmkit.testing import FakeHost
from llmkit.types.asking import Answer
from llmkit.types.http import Headers
from llmkit.types.search import SearchRequest, SearchResponse, SearchResult
from tests.operations.faces import FACES, client_for, use
from tests.operations.search_cases import CASES
from tests.recordings.recorded import place, told


@pytest.mark.parametrize(("name", "face"), [(name, FACES[number % 2]) for number, name in enumerate(CASES)])
def test_each_engine_is_asked_all_it_can_be_and_its_answer_is_read(name: str, face: str) -> None:
    """Whatever it has no field for is left out with a warning."""
    case = CASES[name]
    with FakeHost() as host:
        host.on(case.place, case.answer)

        reply = use(face, client_for(name, host.url), "search", name, "llamas", **case.options)

    request = host.requests[0]
    assert case.asked == (request.query if request.method == "GET" else request.json)
    assert case.headers.items() <= {header: request.headers.get(header, "") for header in case.headers}.items()
    assert case.dropped == {warning.parameter for warning in reply.warnings if warning.kind == "dropped"}
    assert case.result == {field: getattr(reply.results[0], field) for field in case.result}
    assert case.reply == {field: plain(getattr(reply, field)) for field in case.reply}


def plain(value: Any) -> Any:
    return getattr(value, "input", float(value.amount) if hasattr(value, "amount") else value)


@pytest.mark.parametrize("name", CASES)
def test_a_plain_question_says_nothing_else(name: str) -> None:
    """Defaults are the engine's own."""
    case = CASES[name]
    place_ = case.place.replace("/news", "/search") if name == "serper" else case.place
    always = {"format", "no_html", "skip_disambig", "no_redirect", "engine", "contents", "sources", "depth", "outputType", "include_usage"}
    answer = {"results": [], "web": {"results": []}, "data": {"web": []}, "organic": [], "organic_results": []}
    with FakeHost() as host:
        host.on(place_, {**answer, "data": []} if name == "jina" else {**answer, "results": {"web": []}} if name == "you" else answer)

        reply = use("sync", client_for(name, host.url), "search", name, "llamas")

    request = host.requests[0]
    said = set(request.query if request.method == "GET" else request.json) - always
    assert said <= {"q", "query", "objective", "search_queries"}
    assert ((), []) == (reply.results, [warning for warning in reply.warnings if warning.parameter != "cost"])


DAYS: dict[str, tuple[Any, int | None]] = {
    "a day as text": ("2026-11-01", None),
    "a date": (date(2026, 11, 1), None),
    "a word": ("week", 7),
    "how long ago": (timedelta(days=3), 3),
}


@pytest.mark.parametrize("name", DAYS)
def test_days_may_be_said_in_several_ways(name: str) -> None:
    """Words are days before the client's own, which may end while it runs."""
    value, ago = DAYS[name]
    before = datetime.now(UTC).date()
    with FakeHost() as host:
        host.on("POST /search", {"results": []})
        use("sync", client_for("tavily", host.url), "search", "tavily", "x", since=value)

    days = {date(2026, 11, 1)} if ago is None else {day - timedelta(days=ago) for day in (before, datetime.now(UTC).date())}
    assert date.fromisoformat(host.requests[0].json["start_date"]) in days
    assert "end_date" not in host.requests[0].json


def test_an_open_end_is_the_day_of_the_search_where_the_engine_wants_one() -> None:
    """Brave takes two days or none."""
    before = datetime.now(UTC).date()
    with FakeHost() as host:
        host.on("GET /web/search", {"web": {"results": []}})
        use("sync", client_for("brave", host.url), "search", "brave", "x", since="2026-11-01")

    spans = {f"2026-11-01to{day.isoformat()}" for day in (before, datetime.now(UTC).date())}
    assert host.requests[0].query["freshness"] in spans


def test_words_of_pages_that_nobody_asked_for_are_not_paid() -> None:
    """Jina reads every page unless it is told not to."""
    with FakeHost() as host:
        host.on("POST /", {"data": []})
        use("sync", client_for("jina", host.url), "search", "jina", "x")
        use("sync", client_for("jina", host.url), "search", "jina", "x", text=True)

    assert ["no-content", None] == [request.headers.get("x-respond-with") for request in host.requests]


def test_more_is_put_where_the_engine_reads_it() -> None:
    """The query of a GET, the body of a POST."""
    with FakeHost() as host:
        host.on("GET /web/search", {"web": {"results": []}}).on("POST /search", {"results": []})
        use("sync", client_for("brave", host.url), "search", "brave", "x", extra_body={"safesearch": "strict", "extra_snippets": True})
        use("sync", client_for("tavily", host.url), "search", "tavily", "x", extra_body={"chunks_per_source": 2})

    assert {"q": "x", "safesearch": "strict", "extra_snippets": "true"} == host.requests[0].query
    assert 2 == host.requests[1].json["chunks_per_source"]


WRONG: dict[str, tuple[list[Any], dict[str, Any], Any, type[LLMKitError], str]] = {
    "nothing": (["tavily", " "], {}, {}, InvalidRequest, "nothing to search for"),
    "a day that is none": (["tavily", "x"], {"since": "lately"}, {}, InvalidRequest, "since must be a day"),
    "an end before the beginning": (["tavily", "x"], {"since": "2026-02-01", "until": "2026-01-01"}, {}, InvalidRequest, "later than"),
    "an address for a name": (["tavily", "x"], {"domains": ["https://a.org"]}, {}, InvalidRequest, "names such as example.com"),
    "a country by name": (["tavily", "x"], {"country": "Germany"}, {}, InvalidRequest, "two letters"),
    "an unknown option": (["tavily", "x"], {"counts": 1}, {}, InvalidRequest, "Did you mean count"),
    "both kinds of domains": (["perplexity", "x"], {"domains": "a.org", "without": "b.org"}, {}, UnsupportedFeature, "one of them"),
    "what cannot be said": (["serper", "x"], {"text": True, "on_unsupported": "error"}, {}, UnsupportedFeature, "text"),
    "who does not search": (["anthropic", "x"], {}, {}, UnsupportedFeature, "others do"),
    "no results": (["tavily", "x"], {}, {"hello": 1}, ProtocolError, "no results"),
    "no list": (["tavily", "x"], {}, {"results": "none"}, ProtocolError, "no list"),
    "no JSON": (["tavily", "x"], {}, [], ProtocolError, "no results"),
    "an error with status 200": (["tavily", "x"], {}, {"error": {"message": "no credit"}}, ProviderError, "no credit"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_an_error_with_words(name: str) -> None:
    """An empty list is an answer; something else is not."""
    arguments, options, answer, error, words = WRONG[name]
    with FakeHost() as host, pytest.raises(error, match=words):
        host.on("POST /search", answer)
        use("sync", client_for(arguments[0], host.url, retries=0), "search", *arguments, **options)


def test_words_of_results_can_be_read_and_changed() -> None:
    """What the web says is untrusted: guardrails must see all of it."""
    reply = SearchResponse(results=(SearchResult(url="u", title="a", text="b"), SearchResult(url="v", snippet="c")), answer="d")

    changed = reply.with_texts([text.upper() for text in reply.texts()])

    assert ("a", "b", "c", "d") == reply.texts()
    assert (("A", None, "B"), "C", "D") == (
        (changed.results[0].title, changed.results[0].snippet, changed.results[0].text),
        changed.results[1].snippet,
        changed.answer,
    )


JSON = some.recursive(
    some.one_of(some.none(), some.booleans(), some.integers(), some.text(max_size=4)),
    lambda inner: some.one_of(
        some.lists(inner, max_size=3), some.dictionaries(some.sampled_from(["url", "link", "title", "score"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None)
@given(some.one_of(JSON, some.lists(JSON, max_size=3)))
def test_whatever_comes_is_results_or_an_error(value: Any) -> None:
    """Fields of any type may stand anywhere."""
    import json

    for module, field in ((tavily, "results"), (searchapi, "organic_results")):
        answer = Answer(status=200, headers=Headers(), body=json.dumps({field: value}).encode())
        try:
            reply = told(module.steps(SearchRequest(model="m", query="x"), place("m")), answer)
        except ProtocolError:
            continue

        assert all(isinstance(result.url, str) and result.url for result in reply.results)
        assert all(text is None or isinstance(text, str) for result in reply.results for text in (result.title, result.snippet))
