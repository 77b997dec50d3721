"""Which models a provider serves, asked of it over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from llmkit.errors import AuthenticationError, LLMKitError, NotFound, ProtocolError, ServerError, ServiceEnded, UnsupportedFeature
from llmkit.providers.provider import Provider
from llmkit.providers.serving import Serving
from llmkit.questions import MOST_PAGES
from llmkit.testing import FakeProvider
from llmkit.testing.received import Received
from llmkit.testing.replies import Cut, Hold, Reply
from llmkit.testing.serving import json_reply
from tests.questions import FACES, KEY, models, server

DIALECTS = {
    "anthropic": "anthropic",
    "bedrock_converse": "bedrock",
    "cohere": "cohere",
    "gemini": "google",
    "mistral": "mistral",
    "ollama": "ollama",
    "openai_chat": "openai",
    "openai_responses": "perplexity",
}
LISTING = {"models": Serving(dialect="openai_models", path="/models")}
ROW = Provider(name="row", title="Row", base_url="https://row.example/v1", operations=LISTING)
UNDECLARED = Provider(name="row", title="Row", base_url="https://row.example/v1")
CLAUDE = Provider(name="row", title="Row", base_url="https://row.example/v1", dialect="anthropic")


def way(provider: Provider, url: str) -> dict[str, Any]:
    return {"keys": {provider.name: KEY}, "providers": [provider.at(url)]}


def pages(*bodies: Any) -> Callable[[Received], Reply]:
    """Return a server's answers one after the other; the last one stays."""
    left = list(bodies)
    return lambda request: json_reply(200, left.pop(0) if len(left) > 1 else left[0])


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_provider_lists_its_models(dialect: str, face: str) -> None:
    provider = DIALECTS[dialect]
    with FakeProvider(dialect, models=("model-b", "model-a")) as fake:
        found = models(face, {"keys": {provider: fake.key}, "base_urls": {provider: fake.base_url}}, provider)

    assert ["model-b", "model-a"] == [info.id for info in found]
    assert [f"{provider}/model-b", f"{provider}/model-a"] == [info.model for info in found]
    assert [None] * 2 == [info.price for info in found]
    assert all(info.last_seen is not None for info in found)


def test_a_price_is_of_the_day_that_it_was_told() -> None:
    body = {"data": [{"id": "m", "pricing": {"prompt": "0.000001", "completion": "0.000002"}}, {"id": "n"}]}
    with server(pages(body)) as (url, _):
        dear, unknown = models("sync", way(ROW, f"{url}/v1"), "row")

    assert (dear.last_seen, "provider") == (dear.price_as_of, dear.price_source)
    assert (None, "") == (unknown.price_as_of, unknown.price_source)


@pytest.mark.parametrize("face", FACES)
def test_pages_are_turned_until_the_last(face: str) -> None:
    first = {"data": [{"id": "a"}, {"id": "b"}], "has_more": True, "last_id": "b"}
    last = {"data": [{"id": "b"}, {"id": "c"}], "has_more": False, "last_id": "c"}
    with server(pages(first, last)) as (url, received):
        found = models(face, way(CLAUDE, f"{url}/v1"), "row")

    assert ["a", "b", "c"] == [info.id for info in found]
    assert ["/v1/models?limit=1000", "/v1/models?limit=1000&after_id=b"] == [request.target for request in received]
    assert ["2023-06-01"] * 2 == [request.headers["anthropic-version"] for request in received]


def test_models_and_profiles_of_a_cloud_are_one_list() -> None:
    """Many models are reached by a profile only."""
    first = {"modelSummaries": [{"modelId": "a.m", "outputModalities": ["TEXT"]}]}
    second = {"inferenceProfileSummaries": [{"inferenceProfileId": "us.a.m"}], "nextToken": "n"}
    third = {"inferenceProfileSummaries": [{"inferenceProfileId": "eu.a.m"}]}
    with server(pages(first, second, third)) as (url, received):
        found = models("sync", {"keys": {"bedrock": KEY}, "base_urls": {"bedrock": url}}, "bedrock")

    assert ["a.m", "us.a.m", "eu.a.m"] == [info.id for info in found]
    assert ["/foundation-models", "/inference-profiles?maxResults=1000", "/inference-profiles?maxResults=1000&nextToken=n"] == [
        request.target for request in received
    ]


def test_a_row_names_its_own_path_and_address() -> None:
    listed = {"models": Serving(dialect="openai_models", path="/catalogue?full=1", base_url="https://row.example/other")}
    with server(pages({"data": [{"id": "a"}], "has_more": True, "last_id": "a"}, {"data": []})) as (url, received):
        models("sync", way(ROW.replace(operations=listed), f"{url}/v1"), "row")

    assert ["/other/catalogue?full=1", "/other/catalogue?full=1&after=a"] == [request.target for request in received]
    assert [f"Bearer {KEY}"] * 2 == [request.headers["authorization"] for request in received]


def test_a_list_may_come_in_another_format_than_the_conversations() -> None:
    row = ROW.replace(dialect="", operations={"models": Serving(dialect="cohere_models", path="/models")})
    with server(pages({"models": [{"name": "m", "endpoints": ["rerank"]}]})) as (url, _):
        found = models("sync", way(row, f"{url}/v1"), "row")

    assert [("m", "rerank")] == [(info.id, info.mode) for info in found]


def test_a_list_that_goes_round_is_an_error() -> None:
    bodies = [{"data": [{"id": id}], "has_more": True, "last_id": id} for id in ("a", "b", "a")]
    with server(pages(*bodies)) as (url, received), pytest.raises(ProtocolError, match="goes round"):
        models("sync", way(CLAUDE, f"{url}/v1"), "row")

    assert 3 == len(received)


def test_a_list_without_end_is_an_error() -> None:
    numbers = iter(range(10_000))

    def more(request: Received) -> Reply:
        return json_reply(200, {"data": [{"id": (id := f"m{next(numbers)}")}], "has_more": True, "last_id": id})

    with server(more) as (url, received), pytest.raises(ProtocolError, match="pages"):
        models("sync", way(CLAUDE, f"{url}/v1"), "row")

    assert MOST_PAGES == len(received)


def test_a_flood_of_models_is_an_error() -> None:
    body = json.dumps({"data": [{"id": f"m{number}"} for number in range(50_001)]}).encode()
    with server(lambda request: Reply(pieces=(body,))) as (url, _), pytest.raises(ProtocolError, match="more than 50000 models"):
        models("sync", way(ROW, f"{url}/v1"), "row")


FAULTS: dict[str, tuple[Reply, type[LLMKitError]]] = {
    "a web page": (Reply(headers=(("Content-Type", "text/html"),), pieces=(b"<html>sign in</html>",)), ProtocolError),
    "half of it": (Reply(pieces=(b'{"data": [{"id": "m"}',)), ProtocolError),
    "a broken connection": (Reply(pieces=(b'{"data": [', Cut()), declared=1000), LLMKitError),
    "a number": (json_reply(200, 7), ProtocolError),
    "an error with status 200": (json_reply(200, {"error": {"message": "no"}}), ProtocolError),
    "numbers as models": (json_reply(200, {"data": [1, 2]}), ProtocolError),
    "a refused key": (json_reply(401, {"error": {"message": f"Incorrect key {KEY}", "code": "invalid_api_key"}}), AuthenticationError),
    "a failing server": (json_reply(500, {"error": {"message": "oops"}}), ServerError),
    "a redirect": (Reply(status=301, headers=(("Location", "https://elsewhere.example/"),), pieces=(b"",)), ProtocolError),
    "nothing there": (json_reply(404, {"detail": "Not Found"}), NotFound),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_answer_is_a_clear_error_without_the_key(fault: str, face: str) -> None:
    reply, kind = FAULTS[fault]
    with server(lambda request: reply) as (url, _), pytest.raises(kind) as caught:
        models(face, way(ROW, f"{url}/v1"), "row")

    assert KEY not in f"{caught.value!r} {getattr(caught.value, 'body', '')}"
    assert ("row", None) == (caught.value.provider, caught.value.model)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_row_that_promises_no_list_and_a_server_that_has_none(status: int) -> None:
    with (
        server(lambda request: json_reply(status, {"detail": "no"})) as (url, _),
        pytest.raises(UnsupportedFeature, match="Row does not support listing"),
    ):
        models("sync", way(UNDECLARED, f"{url}/v1"), "row")


@pytest.mark.parametrize("dialect", ["chatbot", "predictions"])
def test_a_format_without_lists_is_not_asked(dialect: str) -> None:
    with server(lambda request: json_reply(200, {})) as (url, received), pytest.raises(UnsupportedFeature):
        models("sync", way(UNDECLARED.replace(dialect=dialect), f"{url}/v1"), "row")

    assert [] == received


def test_a_list_in_a_format_that_we_do_not_read_is_not_asked_for() -> None:
    row = ROW.replace(operations={"models": Serving(dialect="unheard_of_models", path="/models")})
    with server(lambda request: json_reply(200, {})) as (url, received), pytest.raises(UnsupportedFeature):
        models("sync", way(row, f"{url}/v1"), "row")

    assert [] == received


def test_a_service_that_has_ended_is_not_asked() -> None:
    with pytest.raises(ServiceEnded):
        models("sync", way(ROW.replace(ended="2026-01-01: use another"), "https://row.example/v1"), "row")


def test_the_deadline_holds_for_all_pages_together() -> None:
    with server(lambda request: Reply(pieces=(Hold(),))) as (url, _), pytest.raises(LLMKitError, match="Timeout"):
        models("sync", {**way(ROW, f"{url}/v1"), "timeout": 0.2}, "row")


@pytest.mark.parametrize("path", ["/v1/models"])
def test_the_ordinary_headers_go_along(path: str) -> None:
    with server(pages({"data": []})) as (url, received):
        assert [] == models("sync", way(ROW, f"{url}/v1"), "row")

    [request] = received
    assert ("GET", path, b"") == (request.method, request.target, request.body)
    assert request.headers["user-agent"].startswith("llmkit/")
