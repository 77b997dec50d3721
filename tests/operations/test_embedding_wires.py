"""What goes out for a request for vectors in each format, and what its answer becomes; through the client, over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import Audio, Image, LLMKit
from llmkit.errors import InvalidRequest, ProtocolError, ProviderError, UnsupportedFeature
from llmkit.testing import FakeHost
from tests.operations import embedding_cases, embedding_cloud_cases
from tests.operations.embedding_words import PICTURE, b64, listed
from tests.operations.faces import FACES, client_for, use

SETTINGS: dict[str, dict[str, Any]] = {
    "azure-deployments": {"host": "mine.openai.azure.com"},
    "vertex": {"project": "p1", "location": "us-central1"},
    "watsonx": {"project_id": "p-7", "access_token": "t"},
    "snowflake-cortex": {"host": "mine.snowflakecomputing.com"},
    "yandex": {"folder_id": "f9"},
    "bedrock": {"region": "us-east-1"},
    "cloudflare-workers-ai": {"account_id": "a"},
}


CASES = {**embedding_cases.CASES, **embedding_cloud_cases.CASES}


def client_of(model: str, url: str) -> dict[str, Any]:
    """Return a client's arguments for the provider of `model` at `url`."""
    provider = model.partition("/")[0]
    settings = {provider: SETTINGS[provider]} if provider in SETTINGS else {}
    return client_for(provider, url, settings=settings)


@pytest.mark.parametrize("name", CASES)
def test_the_request_goes_out_in_the_hosts_words_and_its_answer_becomes_vectors(name: str) -> None:
    """Path and body as the host documents them; vectors in order; what could not be said is told."""
    case = CASES[name]
    with FakeHost() as host:
        host.on(f"POST {case.path.partition('?')[0]}", case.answer)
        with LLMKit(**client_of(case.model, host.url)) as kit:
            reply = kit.embed(case.model, case.inputs, **case.options)

    assert (case.path, case.body) == (host.requests[0].target, host.requests[0].json)
    assert (case.vectors, case.format) == (reply.vectors.tolist(), reply.format)
    assert case.tokens == (None if reply.usage is None else reply.usage.input)
    assert case.dropped == tuple(warning.parameter for warning in reply.warnings if warning.kind == "dropped")


def test_a_form_carries_text_or_picture() -> None:
    """TwelveLabs takes a form; the picture's name is ours."""
    from llmkit.testing.host import form_of

    with FakeHost() as host:
        host.on("POST /embed", {"model_name": "marengo3.0", "image_embedding": {"segments": [{"float": [0.5]}]}})
        with LLMKit(**client_of("twelvelabs/x", host.url)) as kit:
            reply = kit.embed("twelvelabs/marengo3.0", [PICTURE])

    form = form_of(host.requests[0])
    assert "marengo3.0" in str(form) and "image.png" in str(form)
    assert [[0.5]] == reply.vectors.tolist()


REFUSED = {
    "another length": ("cohere/embed-v4.0", "a", {"dimensions": 100}, InvalidRequest, "256, 512, 1024, 1536"),
    "a length that is fixed": ("mistral/mistral-embed", "a", {"dimensions": 100}, InvalidRequest, "no other length than its own"),
    "too long a vector": ("openai/text-embedding-3-small", "a", {"dimensions": 3072}, InvalidRequest, "at most 1536"),
    "floats where there are bytes": ("perplexity/pplx-embed-v1-4b", "a", {"format": "float"}, UnsupportedFeature, "format='int8'"),
    "bits of Gemini": ("google/gemini-embedding-001", "a", {"format": "binary"}, UnsupportedFeature, "format='float'"),
    "a picture for texts": ("openai/text-embedding-3-small", [PICTURE], {}, UnsupportedFeature, "anything but text"),
    "a film for pictures": ("voyage/voyage-multimodal-3", [Audio(data=b"x", media_type="audio/wav")], {}, UnsupportedFeature, "audio"),
    "a picture by address": (
        "bedrock/amazon.titan-embed-image-v1",
        [Image(url="https://example.com/x.png")],
        {},
        UnsupportedFeature,
        "kit.fetch",
    ),
    "two in one": ("vertex/multimodalembedding", [["a", PICTURE]], {}, UnsupportedFeature, "inputs of their own"),
    "a model of unknown family": ("bedrock/arn:aws:bedrock:x", "a", {}, UnsupportedFeature, "ARN"),
    "a word it has not": (
        "voyage/voyage-3.5",
        "a",
        {"input_type": "clustering", "on_unsupported": "error"},
        UnsupportedFeature,
        "query, document",
    ),
    "a document too long for one request": ("voyage/voyage-context-3", ["x" * 200_000] * 2, {}, InvalidRequest, "one document"),
    "no kind of media": ("google/gemini-embedding-2", [Image(data=b"?")], {}, InvalidRequest, "media_type"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_model_cannot_do_is_refused_with_what_it_can(name: str) -> None:
    """Before anything is sent, naming the accepted values."""
    model, inputs, options, error, words = REFUSED[name]
    with FakeHost() as host, LLMKit(**client_of(model, host.url)) as kit, pytest.raises(error, match=words):
        kit.embed(model, inputs, **options)

    assert [] == host.requests


WRONG = {
    "integers read as floats": ("openai/text-embedding-3-small", listed(b64(-1, -1, -1, -1, kind="b")), ProtocolError, "no number"),
    "an infinite number": ("ollama/m", {"embeddings": [[1e39]]}, ProtocolError, "no number"),
    "cut base64": ("openai/text-embedding-3-small", listed("AAAA"), ProtocolError, "cut"),
    "empty vectors": ("ollama/m", {"embeddings": [[]]}, ProtocolError, "empty"),
    "null in a vector": ("ollama/m", {"embeddings": [[None]]}, ProtocolError, "no embeddings"),
    "an error with status 200": ("openrouter/m", {"error": {"message": "no such model", "code": 404}}, ProviderError, "no such model"),
    "a vector for each token": ("huggingface/m", [[[1.0], [2.0]]], ProtocolError, "each token"),
    "another kind than asked": ("cohere/embed-v4.0", {"embeddings": {"int8": [[1]]}}, ProtocolError, "no vectors of float"),
    "a tensor of another shape": (
        "triton/m",
        {"outputs": [{"name": "o", "datatype": "FP32", "shape": [3, 1], "data": [1, 2, 3]}]},
        ProtocolError,
        "shape",
    ),
    "no tensor of numbers": (
        "triton/m",
        {"outputs": [{"name": "o", "datatype": "BYTES", "shape": [1], "data": ["x"]}]},
        ProtocolError,
        "no tensor",
    ),
    "a prediction of nothing": ("vertex/text-embedding-005", {"predictions": [{}]}, ProtocolError, "no vector"),
    "a segment of nothing": ("twelvelabs/m", {"text_embedding": {"segments": [], "error_message": "too dark"}}, ProtocolError, "too dark"),
}

PATHS = {
    "openai": "/embeddings",
    "openrouter": "/embeddings",
    "ollama": "/api/embed",
    "huggingface": "/hf-inference/models/m/pipeline/feature-extraction",
    "cohere": "/embed",
    "triton": "/m/infer",
    "vertex": "/publishers/google/models/text-embedding-005:predict",
    "twelvelabs": "/embed",
}


@pytest.mark.parametrize("name", WRONG)
def test_nothing_is_made_up_for_an_answer_that_is_none(name: str) -> None:
    """No zero vectors, no numbers that are none."""
    model, answer, error, words = WRONG[name]
    with FakeHost() as host, LLMKit(**client_of(model, host.url), retries=0) as kit, pytest.raises(error, match=words):
        host.on(f"POST {PATHS[model.partition('/')[0]]}", answer)
        kit.embed(model, "a")


@pytest.mark.parametrize("face", FACES)
def test_what_the_host_says_it_cost_is_the_cost(face: str) -> None:
    """Gateways tell it beside the tokens."""
    answer = listed([1.0]) | {"usage": {"prompt_tokens": 3, "cost": 6e-08}}
    with FakeHost() as host:
        host.on("POST /embeddings", answer)
        reply = use(face, client_for("openrouter", host.url), "embed", "openrouter/openai/text-embedding-3-small", "a")

    assert ("6E-8", "provider") == (str(reply.cost.amount), reply.cost.basis)
