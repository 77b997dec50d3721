"""Embeddings through both clients: one request or many, one reply."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest

from llmkit import Image, LLMKit, Text
from llmkit.errors import BadRequest, InvalidRequest, ProtocolError, RateLimited, UnsupportedFeature
from llmkit.metering.sinks import Callback
from llmkit.pipeline.meter import Meter
from llmkit.routing import Fallback, Router
from llmkit.testing import FakeHost, Received
from llmkit.testing.serving import json_reply
from llmkit.types.embedding import EmbeddingRequest
from tests.operations.faces import FACES, client_for, use

MODEL = "openai/text-embedding-3-small"


def lengths(request: Received) -> dict[str, Any]:
    """Answer with the length of each text, last one first: an index says which is which."""
    items = [{"index": place, "embedding": [float(len(text)), 1.0]} for place, text in enumerate(request.json["input"])]
    return {"data": items[::-1], "model": "text-embedding-3-small", "usage": {"prompt_tokens": len(items)}}


@pytest.mark.parametrize("face", FACES)
def test_each_input_gets_its_vector(face: str) -> None:
    """A server may list them in any order."""
    with FakeHost() as host:
        host.on("POST /embeddings", lengths)

        reply = use(face, client_for("openai", host.url), "embed", MODEL, ["a", "ccc", "bb"], dimensions=2)

    assert [[1.0, 1.0], [3.0, 1.0], [2.0, 1.0]] == reply.vectors.tolist()
    asked = {"model": "text-embedding-3-small", "input": ["a", "ccc", "bb"], "dimensions": 2, "encoding_format": "base64"}
    assert asked == host.requests[0].json
    assert (3, Decimal("0.00000006")) == (reply.usage.input, reply.cost.amount)
    assert "Bearer sk-test-operations" == host.requests[0].headers["authorization"]


@pytest.mark.parametrize("face", FACES)
def test_more_inputs_than_a_request_takes_go_in_several_and_come_back_as_one(face: str) -> None:
    """2,048 is the most of this API; the order and the sums hold."""
    told: list[tuple[int, int]] = []
    texts = ["x" * (1 + place % 7) for place in range(5000)]
    with FakeHost() as host:
        host.on("POST /embeddings", lengths)

        reply = use(face, client_for("openai", host.url), "embed", MODEL, texts, progress=lambda *step: told.append(step))

    assert [904, 2048, 2048] == sorted(len(request.json["input"]) for request in host.requests)
    assert [float(len(text)) for text in texts] == [vector[0] for vector in reply.vectors]
    assert (5000, 5000, 3) == (len(reply), reply.usage.input, len(reply.attempts))
    assert (5000, 5000) == told[-1]


def test_the_layers_of_conversations_stand_around_it_too() -> None:
    """A refusal is tried again, and the record says which operation it was."""
    records: list[Any] = []
    with FakeHost() as host:
        host.on(
            "POST /embeddings", json_reply(429, {"error": {"message": "slow", "code": "rate_limit_exceeded"}}, (("Retry-After", "0.001"),))
        )
        host.on("POST /embeddings", lengths)
        with LLMKit(**client_for("openai", host.url), layers=[Meter(Callback(records.append))]) as kit:
            reply = kit.embed(MODEL, "a", tenant="acme")

    assert ["RateLimited", None] == [attempt.error for attempt in reply.attempts]
    assert [("embed", "acme")] == [(record.operation, record.tenant) for record in records]


CASES = {
    "no inputs": ([MODEL, []], {}, InvalidRequest, "nothing to embed"),
    "an empty text": ([MODEL, ["a", ""]], {}, InvalidRequest, r"inputs\[1\] is empty"),
    "an unknown option": ([MODEL, "a"], {"dimension": 2}, InvalidRequest, "Did you mean dimensions"),
    "a wrong number": ([MODEL, "a"], {"dimensions": 0}, InvalidRequest, "dimensions must be a whole number from 1"),
    "a wrong word": ([MODEL, "a"], {"input_type": "querry"}, InvalidRequest, "Did you mean query"),
    "a provider without": (["anthropic/claude-sonnet-4-5", "a"], {}, UnsupportedFeature, "others do"),
    "what cannot be said, where that is an error": ([MODEL, "a"], {"title": "t", "on_unsupported": "error"}, UnsupportedFeature, "title"),
    "bits": ([MODEL, "a"], {"format": "binary"}, UnsupportedFeature, "format='float'"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_refused_before_anything_is_sent(case: str) -> None:
    """Every message says what to do."""
    arguments, options, error, words = CASES[case]
    with FakeHost() as host, pytest.raises(error, match=words):
        use("sync", client_for("openai", host.url), "embed", *arguments, **options)

    assert [] == host.requests


BROKEN = {
    "too few": {"data": []},
    "of other lengths": {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]},
    "not base64": {"data": [{"index": 0, "embedding": "?"}, {"index": 1, "embedding": "?"}]},
    "no list": {"data": 1},
}


@pytest.mark.parametrize("case", BROKEN)
def test_vectors_that_cannot_be_right_are_an_error(case: str) -> None:
    """Nothing is made up for them."""
    with FakeHost() as host, pytest.raises(ProtocolError):
        host.on("POST /embeddings", BROKEN[case])
        use("sync", client_for("openai", host.url), "embed", MODEL, ["a", "b"])


def test_a_failure_is_typed_and_names_nobody_s_key() -> None:
    """The provider's words come through without the key it echoes."""
    with FakeHost() as host, pytest.raises(RateLimited) as caught:
        host.on("POST /embeddings", json_reply(429, {"error": {"message": "key sk-test-operations is too fast"}}))
        use("sync", client_for("openai", host.url, retries=0), "embed", MODEL, "a")

    assert ("openai", False) == (caught.value.provider, "sk-test-operations" in str(caught.value))


def ten_at_a_time(received: Received) -> dict[str, Any]:
    """Answer as a host of small requests."""
    assert len(received.json["input"]) <= 10
    items = [{"index": place, "embedding": [float(text)]} for place, text in enumerate(received.json["input"])]
    return {"data": items, "usage": {"prompt_tokens": len(items)}}


@pytest.mark.parametrize("face", FACES)
def test_inputs_are_read_as_they_are_needed(face: str) -> None:
    """A million lines of a file never stand in memory: no more is read than the requests under way hold, and one ahead."""
    read = 0
    furthest: list[int] = []

    def lines() -> Any:
        nonlocal read
        for number in range(400):
            read += 1
            yield str(number)

    told: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))
        furthest.append(read - done)

    with FakeHost() as host:
        host.on("POST /embeddings", ten_at_a_time)
        client = client_for("alibaba", host.url)
        reply = use(face, client, "embed", "alibaba/text-embedding-v4", lines(), parallel=3, progress=progress)

    assert [[float(number)] for number in range(400)] == reply.vectors.tolist()
    assert max(furthest) <= 10 * 5  # three under way, one being read, one input further
    assert ((400, None), 40, b"") == (told[-1], len(host.requests), bytes(reply.raw))


@pytest.mark.parametrize("face", FACES)
def test_the_first_failure_ends_it(face: str) -> None:
    """Nothing more is asked, and what was computed is not half an answer."""

    def answer(received: Received) -> Any:
        if "57" in received.json["input"]:
            return json_reply(400, {"error": {"message": "57 is not liked"}})
        return ten_at_a_time(received)

    with FakeHost() as host, pytest.raises(BadRequest, match="57 is not liked"):
        host.on("POST /embeddings", answer)
        client = client_for("alibaba", host.url, retries=0)
        use(face, client, "embed", "alibaba/text-embedding-v4", map(str, range(1000)), parallel=2)

    assert len(host.requests) < 50  # of 100; those under way may still be sent


def test_after_a_failure_no_worker_takes_more() -> None:
    """One that was still waiting for its answer ends with it."""
    failed, running = threading.Event(), set(threading.enumerate())

    def answer(received: Received) -> Any:
        if "0" in received.json["input"]:
            return json_reply(400, {"error": {"message": "no"}})
        failed.wait(10)
        return ten_at_a_time(received)

    with FakeHost() as host, LLMKit(**client_for("alibaba", host.url, retries=0)) as kit:
        host.on("POST /embeddings", answer)
        with pytest.raises(BadRequest):
            kit.embed("alibaba/text-embedding-v4", map(str, range(500)), parallel=2)
        failed.set()
        for worker in [thread for thread in threading.enumerate() if thread.name == "llmkit-race" and thread not in running]:
            worker.join(10)

        assert len(host.requests) <= 2


SPLITS = {
    "by count": ("alibaba/text-embedding-v4", ["a"] * 25, [10, 10, 5]),
    "by the bytes that its tokens are": ("mistral/mistral-embed", ["x" * 12_000] * 5, [2, 2, 1]),
    "what is too long goes alone": ("mistral/mistral-embed", ["a", "x" * 50_000, "b"], [1, 1, 1]),
    "by bytes, not letters": ("mistral/mistral-embed", ["ß" * 10_000] * 3, [1, 1, 1]),
    "by pictures": ("cohere/embed-english-v3.0", [Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png")] * 2, [1, 1]),
    "one by one": ("bedrock/amazon.titan-embed-text-v2:0", ["a", "b"], [1, 1]),
    "many of another family": ("bedrock/cohere.embed-english-v3", ["a"] * 100, [96, 4]),
    "by the least of a route's deployments": ("route/any", ["a"] * 25, [10, 10, 5]),
    "by the least of several models": (["openai/text-embedding-3-small", "cohere/embed-v4.0"], ["a"] * 100, [96, 4]),
}


def any_shape(received: Received) -> Any:
    """Answer in the form of whoever is asked."""
    body = received.json
    count = len(body.get("input") or body.get("texts") or body.get("images") or [0])
    if "texts" in body or "images" in body:
        return {"embeddings": {"float": [[1.0]] * count}}
    return {"embedding": [1.0], "data": [{"embedding": [1.0]}] * count}


@pytest.mark.parametrize("case", SPLITS)
def test_requests_are_as_large_as_the_host_takes(case: str) -> None:
    """The rows know the limits."""
    model, inputs, sizes = SPLITS[case]
    first = model if isinstance(model, str) else model[0]
    provider = first.partition("/")[0].replace("route", "openai")
    layers = [Router({"any": Fallback([MODEL, "alibaba/text-embedding-v4"])})]
    settings = {"bedrock": {"region": "us-east-1"}}
    with FakeHost() as host, LLMKit(**client_for(provider, host.url, settings=settings, layers=layers)) as kit:
        for path in ("/embeddings", "/embed", "/model/amazon.titan-embed-text-v2%3A0/invoke", "/model/cohere.embed-english-v3/invoke"):
            for _ in range(5):
                host.on(f"POST {path}", any_shape)
        reply = kit.embed(model, inputs, parallel=1)

    bodies = [request.json for request in host.requests]
    assert sizes == [len(body.get("input") or body.get("texts") or body.get("images") or [0]) for body in bodies]
    assert len(inputs) == len(reply)


def test_vectors_that_differ_between_requests_are_an_error() -> None:
    """They cannot stand in one matrix."""
    lengths_seen = iter([1, 2])

    def answer(received: Received) -> Any:
        length = next(lengths_seen)
        return {"data": [{"embedding": [1.0] * length}] * len(received.json["input"])}

    with FakeHost() as host, pytest.raises(ProtocolError, match="differ in length"):
        host.on("POST /embeddings", answer)
        use("sync", client_for("alibaba", host.url), "embed", "alibaba/text-embedding-v4", ["a"] * 20, parallel=1)


def test_the_title_of_a_document_is_among_the_words_that_a_guard_sees() -> None:
    """It is sent like the rest."""
    request = EmbeddingRequest(model=MODEL, inputs=("a",), title="of me@example.com")

    assert ("a", "of me@example.com") == request.texts()
    assert request.replace(inputs=("b",), title="of [EMAIL]") == request.with_texts(["b", "of [EMAIL]"])


def test_a_request_can_be_passed_and_guarded_words_come_back_in_their_places() -> None:
    """A request is a value; `texts` and `with_texts` are each other's opposite."""
    picture = Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png")
    request = EmbeddingRequest(model=MODEL, inputs=("a", (Text(text="b"), picture), (Text(text="c"),)))

    masked = request.with_texts([text.upper() for text in request.texts()])

    assert ("A", (Text(text="B"), picture), (Text(text="C"),)) == masked.inputs
    with FakeHost() as host:
        host.on("POST /embeddings", lengths)
        reply = use("sync", client_for("openai", host.url), "embed", EmbeddingRequest(model=MODEL, inputs=("a", (Text(text="bb"),))))
    assert [[1.0, 1.0], [2.0, 1.0]] == reply.vectors.tolist()


def test_fields_of_one_format_or_provider_go_where_they_are_meant() -> None:
    """`options` by name, `extra_body` whoever answers; the latter stands above."""
    options = {"openai_embeddings": {"a": 1, "b": 1}, "openai": {"b": 2, "c": 2}, "cohere": {"d": 1}}
    with FakeHost() as host:
        host.on("POST /embeddings", lengths)
        use("sync", client_for("openai", host.url), "embed", MODEL, "a", options=options, extra_body={"c": 3})

    body = host.requests[0].json
    assert (1, 2, 3, False) == (body["a"], body["b"], body["c"], "d" in body)
