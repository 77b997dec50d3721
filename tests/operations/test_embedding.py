"""Embeddings through both clients: one request or many, one reply."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import InvalidRequest, ProtocolError, RateLimited, UnsupportedFeature
from llmkit.metering.sinks import Callback
from llmkit.pipeline.meter import Meter
from llmkit.testing import FakeHost, Received
from llmkit.testing.serving import json_reply
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
    assert {"model": "text-embedding-3-small", "input": ["a", "ccc", "bb"], "dimensions": 2} == host.requests[0].json
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
