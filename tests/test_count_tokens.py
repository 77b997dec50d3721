"""How many tokens a request has, asked of the provider over real HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit import CompletionRequest, LLMKit, Message
from llmkit.errors import (
    AuthenticationError,
    InvalidRequest,
    LLMKitError,
    NotFound,
    ProtocolError,
    SecurityError,
    ServerError,
    UnsupportedFeature,
)
from llmkit.providers.provider import HeaderAuth, Provider, Route
from llmkit.providers.serving import Serving
from llmkit.testing import FakeProvider
from llmkit.testing.replies import Cut, Hold, Reply
from llmkit.testing.serving import json_reply
from tests.questions import FACES, KEY, count, server

TOOL = {"name": "look_up", "description": "Find a word", "parameters": {"type": "object", "properties": {"word": {"type": "string"}}}}
CASES = {
    "anthropic": ("anthropic", "anthropic/claude-sonnet-4-5", "/v1/messages/count_tokens"),
    "openai": ("openai_chat", "openai/gpt-4.1-mini", "/v1/responses/input_tokens"),
    "openai, a model of that format": ("openai_responses", "openai/gpt-5.3-codex", "/v1/responses/input_tokens"),
    "gemini": ("gemini", "google/gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:countTokens"),
    "bedrock": ("bedrock_converse", "bedrock/us.anthropic.claude-x-v1:0", "/model/anthropic.claude-x-v1%3A0/count-tokens"),
    "moonshot": ("openai_chat", "moonshotai/kimi-k2.6", "/v1/tokenizers/estimate-token-count"),
    "zai": ("openai_chat", "zai/glm-4.6", "/v1/tokenizer"),
}
CLAUDE = Provider(name="claude", title="Claude's", base_url="https://claude.example/v1", dialect="anthropic")
PLAIN = Provider(name="plain", title="Plain", base_url="https://plain.example/v1")
SEVERAL = Provider(
    name="several",
    title="Several",
    base_url="https://several.example/v1",
    routes=(Route(dialect="anthropic", models=("claude-*",)), Route(dialect="openai_responses")),
    operations={"count": Serving(dialect="openai_count", path="/responses/input_tokens")},
)
VLLM = Provider(
    name="own",
    title="Own",
    base_url="http://127.0.0.1:1/v1",
    operations={"count": Serving(dialect="vllm_count", path="/tokenize", base_url="http://127.0.0.1:1")},
)


PUBLISHED = Provider(
    name="cloud",
    title="Cloud",
    base_url="https://cloud.example/v1",
    dialect="gemini",
    auth=HeaderAuth(name="x-goog-api-key", prefix=""),
    path="/publishers/google/models/{model}:generateContent",
    routes=(Route(dialect="anthropic", models=("claude-*",), path="/publishers/anthropic/models/{model_path}:rawPredict"),),
)


def client(provider: str, url: str, *rows: Provider, key: str = KEY, **more: Any) -> dict[str, Any]:
    return (
        {"keys": {provider: key}, "base_urls": {}, "providers": [row.at(url) for row in rows], **more}
        if rows
        else {
            "keys": {provider: key},
            "base_urls": {provider: url},
            **more,
        }
    )


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("case", CASES)
def test_the_provider_counts_the_request(case: str, face: str) -> None:
    """Instruction, words and tools count; what concerns the answer is left out, for these places refuse it."""
    dialect, model, path = CASES[case]
    with FakeProvider(dialect) as fake:
        found = count(
            face,
            client(model.partition("/")[0], fake.base_url, key=fake.key),
            model,
            "one two three",
            system="four five",
            tools=[TOOL],
            max_tokens=7,
            temperature=0.5,
        )

    assert [path] == [question.target for question in fake.counted]
    assert [] == fake.requests
    assert 3 + 2 + 3 <= found <= 16  # schemas hold words too: each format has its own


@pytest.mark.parametrize("case", CASES)
def test_a_longer_request_has_more_tokens(case: str) -> None:
    dialect, model, _ = CASES[case]
    with FakeProvider(dialect) as fake:
        way = client(model.partition("/")[0], fake.base_url, key=fake.key)

        assert 2 == count("sync", way, model, "a longer request", system="x") - count("sync", way, model, "request", system="x")


def test_a_request_value_is_counted_too() -> None:
    request = CompletionRequest(model="anthropic/claude-haiku-4-5", messages=(Message.user("one two"),))
    with FakeProvider("anthropic") as fake:
        found = count("sync", client("anthropic", fake.base_url, key=fake.key), request, None)

    assert 2 == found


def test_a_place_at_another_address_moves_with_the_provider() -> None:
    """vLLM counts at the root of the server, beside the API."""
    with FakeProvider("openai_chat") as fake:
        found = count("sync", client("own", fake.base_url, VLLM, key=fake.key), "own/model", "one two three")

    assert 3 == found
    assert ["/tokenize"] == [question.path for question in fake.counted]


def test_a_model_of_another_format_is_counted_in_its_own() -> None:
    """The row's place serves the models of its format alone."""
    with FakeProvider("anthropic") as fake:
        found = count("sync", client("several", fake.base_url, SEVERAL, key=fake.key), "several/claude-x", "one two")

    assert 2 == found
    assert ["/v1/messages/count_tokens"] == [question.path for question in fake.counted]


def test_the_format_asked_for_is_the_one_that_is_counted() -> None:
    with FakeProvider("anthropic") as fake:
        rows = (SEVERAL.replace(routes=(Route(dialect="anthropic"), Route(dialect="openai_responses"))),)
        count("sync", client("several", fake.base_url, *rows, key=fake.key), "several/x", "one two", dialect="anthropic")

    assert ["/v1/messages/count_tokens"] == [question.path for question in fake.counted]


@pytest.mark.parametrize("face", FACES)
def test_a_provider_without_such_a_place_is_not_asked(face: str) -> None:
    with FakeProvider("openai_chat") as fake, pytest.raises(UnsupportedFeature, match="Plain does not support counting"):
        count(face, client("plain", fake.base_url, PLAIN, key=fake.key), "plain/model", "hi")

    assert [] == [*fake.requests, *fake.counted]


def test_publishers_models_are_counted_at_their_own_path() -> None:
    """There the instruction stands beside the contents, and the settings of the answer are refused."""
    with FakeProvider("gemini") as fake:
        way = client("cloud", fake.base_url, PUBLISHED, key=fake.key)
        found = count("sync", way, "cloud/gemini-x", "one two", system="three", tool_choice="auto", tools=[TOOL], service_tier="flex")

    assert found >= 6
    assert ["/v1beta/publishers/google/models/gemini-x:countTokens"] == [question.path for question in fake.counted]


def test_a_guest_model_is_counted_by_a_model_of_that_name() -> None:
    """The path of a prediction holds the model; counting is a model there, and the real one's id stands in the body."""
    with server(lambda request: json_reply(200, {"input_tokens": 5})) as (url, received):
        found = count("sync", client("cloud", f"{url}/v1", PUBLISHED), "cloud/claude-x@20260101", "hi")

    assert 5 == found
    assert ["/v1/publishers/anthropic/models/count-tokens:rawPredict"] == [request.target for request in received]
    assert ["claude-x@20260101"] == [request.json["model"] for request in received]


def test_a_format_that_has_the_place_and_a_server_that_has_it_not() -> None:
    """Hosts copy formats in part: that is no error of the model's."""
    with (
        server(lambda request: json_reply(404, {"detail": "Not Found"})) as (url, _),
        pytest.raises(UnsupportedFeature, match="Claude's does not support counting") as caught,
    ):
        count("sync", client("claude", f"{url}/v1", CLAUDE), "claude/model-x", "hi")

    assert caught.value.provider == "claude"


def test_a_model_that_is_not_there_is_not_found() -> None:
    body = {"type": "error", "error": {"type": "not_found_error", "message": "model: model-x"}}
    with server(lambda request: json_reply(404, body)) as (url, _), pytest.raises(NotFound) as caught:
        count("sync", client("claude", f"{url}/v1", CLAUDE), "claude/model-x", "hi")

    assert ("claude", "model-x", 404) == (caught.value.provider, caught.value.model, caught.value.status)


FAULTS: dict[str, tuple[Reply, type[LLMKitError]]] = {
    "a web page": (Reply(headers=(("Content-Type", "text/html"),), pieces=(b"<html>sign in</html>",)), ProtocolError),
    "nothing": (Reply(pieces=(b"",)), ProtocolError),
    "half of it": (Reply(pieces=(b'{"input_tok',)), ProtocolError),
    "a broken connection": (Reply(pieces=(b'{"input', Cut()), declared=100), LLMKitError),
    "a list": (Reply(pieces=(b"[1]",)), ProtocolError),
    "no number": (json_reply(200, {"input_tokens": "12"}), ProtocolError),
    "a truth": (json_reply(200, {"input_tokens": True}), ProtocolError),
    "a fraction": (json_reply(200, {"input_tokens": 1.5}), ProtocolError),
    "less than nothing": (json_reply(200, {"input_tokens": -1}), ProtocolError),
    "another field": (json_reply(200, {"tokens": 12}), ProtocolError),
    "deep nesting": (Reply(pieces=(b"[" * 100_000,)), ProtocolError),
    "a flood": (Reply(pieces=(b'{"input_tokens": 1, "x": "' + b"x" * 2_000_000 + b'"}',)), ProtocolError),
    "a redirect": (Reply(status=302, headers=(("Location", "https://elsewhere.example/"),), pieces=(b"",)), ProtocolError),
    "a refused key": (
        json_reply(401, {"type": "error", "error": {"type": "authentication_error", "message": f"bad key {KEY}"}}),
        AuthenticationError,
    ),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_answer_is_a_clear_error_without_the_key(fault: str, face: str) -> None:
    reply, kind = FAULTS[fault]
    with server(lambda request: reply) as (url, _), pytest.raises(kind) as caught:
        count(face, client("claude", f"{url}/v1", CLAUDE, retries=0), "claude/model-x", "hi")

    assert KEY not in f"{caught.value!r} {getattr(caught.value, 'body', '')}"
    assert ("claude", "model-x") == (caught.value.provider, caught.value.model)


def test_own_headers_go_along_and_none_may_hold_a_key() -> None:
    with server(lambda request: json_reply(200, {"input_tokens": 3})) as (url, received):
        way = client("claude", f"{url}/v1", CLAUDE)
        assert 3 == count("sync", way, "claude/m", "hi", extra_headers={"x-trace": "7"})
        with pytest.raises(SecurityError):
            count("sync", way, "claude/m", "hi", extra_headers={"x-api-key": "sk-other"})

    assert [("7", KEY)] == [(request.headers["x-trace"], request.headers["authorization"].removeprefix("Bearer ")) for request in received]


def test_own_fields_that_do_not_count_stay_at_home() -> None:
    with server(lambda request: json_reply(200, {"input_tokens": 3})) as (url, received):
        extra = {"stream": True, "max_tokens": 5, "mcp_servers": [{"name": "x"}]}
        count("sync", client("claude", f"{url}/v1", CLAUDE), "claude/m", "hi", extra_body=extra, stop=["x"], top_p=0.5)

    assert [{"model", "messages", "mcp_servers"}] == [set(json.loads(request.body)) for request in received]


def test_the_deadline_holds() -> None:
    with server(lambda request: Reply(pieces=(Hold(),))) as (url, _), pytest.raises(LLMKitError, match="Timeout"):
        count("sync", client("claude", f"{url}/v1", CLAUDE), "claude/m", "hi", timeout=0.2)


def test_a_source_that_does_not_exist_is_named() -> None:
    with LLMKit(keys={"anthropic": KEY}) as kit, pytest.raises(InvalidRequest, match="'guess'"):
        kit.count_tokens("anthropic/claude-haiku-4-5", "hi", source="guess")  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("face", FACES)
def test_a_failure_that_may_pass_is_asked_again(face: str) -> None:
    replies = [json_reply(529, {"type": "error", "error": {"type": "overloaded_error", "message": "x"}}, (("retry-after", "0"),))]
    with server(lambda request: replies.pop() if replies else json_reply(200, {"input_tokens": 3})) as (url, received):
        found = count(face, client("claude", f"{url}/v1", CLAUDE), "claude/m", "hi")

    assert (3, 2) == (found, len(received))


def test_no_more_tries_than_allowed() -> None:
    failure = json_reply(500, {"type": "error", "error": {"type": "api_error", "message": "x"}}, (("retry-after", "0"),))
    with server(lambda request: failure) as (url, received), pytest.raises(ServerError):
        count("sync", client("claude", f"{url}/v1", CLAUDE, retries=1), "claude/m", "hi")

    assert 2 == len(received)
