"""Ranking through both clients, in every format."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from llmkit import LLMKit
from llmkit.dialects.rerank import jina
from llmkit.errors import InvalidRequest, LLMKitError, ProtocolError, ProviderError, UnsupportedFeature
from llmkit.testing import FakeHost
from llmkit.types.asking import Answer, Place
from llmkit.types.http import Headers
from llmkit.types.parts import Image
from llmkit.types.rerank import RerankRequest
from tests.operations.faces import FACES, client_for, use
from tests.operations.rerank_cases import CASES
from tests.recordings.recorded import told

COHERE = "cohere/rerank-v3.5"


def client(case: Any, url: str) -> dict[str, Any]:
    provider = case.model.partition("/")[0]
    found = client_for(provider, url)
    if case.settings:
        found["settings"] = {provider: case.settings}
    if "access_token" in case.settings:
        del found["keys"]
    return found


@pytest.mark.parametrize(("name", "face"), [(name, FACES[place % 2]) for place, name in enumerate(CASES)])
def test_each_format_says_what_is_asked_and_its_answer_is_read(name: str, face: str) -> None:
    """The table holds the bodies and answers of the providers' documentation and recordings."""
    case = CASES[name]
    with FakeHost() as host:
        host.on(f"POST {case.path}", case.answer)

        reply = use(face, client(case, host.url), "rerank", case.model, "q", list(case.documents), **case.options)

    assert case.body == host.requests[0].json
    assert case.scores == [(result.index, result.score) for result in reply.results]
    assert [document if (document := case.documents[index]).__class__ is not Image else (document,) for index, _ in case.scores] == [
        result.document for result in reply.results
    ]
    assert (case.usage, case.units) == (reply.usage and reply.usage.input, reply.units)
    if case.cost is not None:
        assert case.cost == str(reply.cost.amount) or float(case.cost) == float(reply.cost.amount)


def test_pages_of_a_ranking_become_one() -> None:
    """Bedrock hands long rankings out in pages."""
    case = CASES["bedrock"]
    with FakeHost() as host:
        host.on(
            "POST /rerank",
            {"results": [{"index": 1, "relevanceScore": 0.2}], "nextToken": "more"},
            {"results": [{"index": 0, "relevanceScore": 0.7}]},
        )
        with LLMKit(**client(case, host.url)) as kit:
            reply = kit.rerank(case.model, "q", ["a", "b"])

    assert [0, 1] == reply.indices
    assert "more" == host.requests[1].json["nextToken"]


REFUSED: dict[str, tuple[list[Any], dict[str, Any], type[LLMKitError], str]] = {
    "no documents": ([COHERE, "q", []], {}, InvalidRequest, "documents is empty"),
    "no question": ([COHERE, "", ["a"]], {}, InvalidRequest, "query is empty"),
    "an empty document": ([COHERE, "q", ["a", ""]], {}, InvalidRequest, r"documents\[1\]"),
    "an object of numbers": ([COHERE, "q", [{"a": 1}]], {}, InvalidRequest, "object of texts"),
    "none of them": ([COHERE, "q", ["a"]], {"top": 0}, InvalidRequest, "top must be a whole number from 1"),
    "more than it takes": (["voyage/rerank-2", "q", ["a"] * 1001], {}, InvalidRequest, "ranks 1,000 documents in one request, not 1,001"),
    "pictures where only words are read": ([COHERE, "q", [Image(data=b"x")]], {}, UnsupportedFeature, "anything but text"),
    "what cannot be said": ([COHERE, "q", ["a"]], {"truncate": True, "on_unsupported": "error"}, UnsupportedFeature, "truncate"),
    "who does not rank": (["anthropic/claude-sonnet-5", "q", ["a"]], {}, UnsupportedFeature, "others do"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_before_anything_is_sent(name: str) -> None:
    """Documents are never split over several requests: their scores could not be compared."""
    arguments, options, error, words = REFUSED[name]
    with FakeHost() as host, pytest.raises(error, match=words):
        use(
            "sync",
            {"keys": dict.fromkeys(("cohere", "voyage"), "sk-test"), "base_urls": {"cohere": host.url}},
            "rerank",
            *arguments,
            **options,
        )

    assert [] == host.requests


BROKEN: dict[str, tuple[Any, type[LLMKitError]]] = {
    "a place that was not sent": ({"results": [{"index": 3, "relevance_score": 1}]}, ProtocolError),
    "a place before the first": ({"results": [{"index": -1, "relevance_score": 1}]}, ProtocolError),
    "one document twice": ({"results": [{"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 2}]}, ProtocolError),
    "no score": ({"results": [{"index": 0}]}, ProtocolError),
    "no results": ({"id": "x"}, ProtocolError),
    "an error with status 200": ({"error": {"message": "no such model", "code": "model_not_found"}}, ProviderError),
}


@pytest.mark.parametrize("model", ["cohere/rerank-v3.5", "together/x"])
@pytest.mark.parametrize("name", BROKEN)
def test_a_ranking_that_cannot_be_right_is_an_error(name: str, model: str) -> None:
    """No score is made up, and no document stands twice."""
    answer, error = BROKEN[name]
    with FakeHost() as host, pytest.raises(error):
        host.on("POST /rerank", answer)
        use("sync", client_for(model.partition("/")[0], host.url, retries=0), "rerank", model, "q", ["a", "b"])


def test_objects_become_lines_where_only_texts_are_taken_and_a_warning_says_so() -> None:
    """Cohere's documentation advises such lines."""
    with FakeHost() as host:
        host.on("POST /rerank", {"results": [{"index": 0, "relevance_score": 0.5}]})

        reply = use("sync", client_for("cohere", host.url), "rerank", COHERE, "q", [{"title": "t", "text": "u"}])

    assert ["title: t\ntext: u"] == host.requests[0].json["documents"]
    assert ("emulated", "documents") in [(warning.kind, warning.parameter) for warning in reply.warnings]
    assert {"title": "t", "text": "u"} == reply.results[0].document


def test_words_of_a_request_can_be_read_and_changed() -> None:
    """Guardrails do this."""
    request = RerankRequest(model="m", query="q", documents=("a", {"x": "b"}, (Image(data=b"x"),)))

    changed = request.with_texts([text.upper() for text in request.texts()])

    assert ("q", "a", "b") == request.texts()
    assert ("Q", ("A", {"x": "B"}, (Image(data=b"x"),))) == (changed.query, changed.documents)


SCORES = some.one_of(some.floats(allow_nan=False, allow_infinity=False), some.none(), some.text(max_size=3), some.integers())


@settings(max_examples=25, deadline=None)
@given(some.lists(some.fixed_dictionaries({"index": some.integers(-2, 5), "relevance_score": SCORES}), max_size=5))
def test_whatever_comes_is_a_ranking_of_the_documents_or_an_error(items: list[dict[str, Any]]) -> None:
    """Every document at most once, best first."""
    import json

    request = RerankRequest(model="m", query="q", documents=("a", "b", "c"))
    answer = Answer(status=200, headers=Headers(), body=json.dumps({"results": items}).encode())
    try:
        reply = told(jina.steps(request, Place(provider="p", model="m", path="/rerank")), answer)
    except ProtocolError:
        return

    scores = [result.score for result in reply.results]
    assert sorted(scores, reverse=True) == scores
    assert len(items) == len({result.index for result in reply.results} & {0, 1, 2})
