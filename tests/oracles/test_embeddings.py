"""The vendor's own SDK and we put the same request for vectors on the wire."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from llmkit import Image, LLMKit
from llmkit.testing import FakeHost, Received

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
PNG_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
PICTURE = Image(data=PNG, media_type="image/png")


class Case(NamedTuple):
    """One request: the SDK's way, ours, and the answer that both get."""

    package: str
    path: str
    theirs: Callable[[str], Any]
    model: str
    inputs: Any
    options: dict[str, Any]
    answer: Any
    settings: dict[str, str] = {}


def _openai(url: str, **more: Any) -> None:
    import openai

    client = openai.OpenAI(api_key="sk-test-operations", base_url=url, max_retries=0)
    client.embeddings.create(model="text-embedding-3-small", input=["a", "b"], **more)


def _azure(url: str) -> None:
    import openai

    client = openai.AzureOpenAI(api_key="k", azure_endpoint=url.removesuffix("/openai"), api_version="2024-10-21", max_retries=0)
    client.embeddings.create(model="mine", input=["a", "b"])


def _cohere(url: str, **more: Any) -> None:
    import cohere

    cohere.ClientV2(api_key="k", base_url=url.removesuffix("/v2")).embed(model="embed-v4.0", input_type="search_query", **more)


def _mistral(url: str) -> None:
    from mistralai.client import Mistral

    client = Mistral(api_key="k", server_url=url.removesuffix("/v1"))
    client.embeddings.create(model="codestral-embed", inputs=["a", "b"], output_dimension=256, output_dtype="int8")


def _gemini(url: str, contents: Any, **config: Any) -> None:
    from google import genai
    from google.genai import types

    client = genai.Client(api_key="k", http_options=types.HttpOptions(base_url=url.removesuffix("/v1beta"), api_version="v1beta"))
    client.models.embed_content(model="gemini-embedding-001", contents=contents, config=types.EmbedContentConfig(**config))


def _vertex(url: str, model: str, contents: Any, **config: Any) -> None:
    from google import genai
    from google.auth.credentials import AnonymousCredentials
    from google.genai import types

    base = url.partition("/v1/")[0]
    options = types.HttpOptions(base_url=base, api_version="v1")
    client = genai.Client(
        vertexai=True, project="p1", location="us-central1", credentials=_with_token(AnonymousCredentials()), http_options=options
    )
    client.models.embed_content(model=model, contents=contents, config=types.EmbedContentConfig(**config))


def _with_token(credentials: Any) -> Any:
    credentials.token = "t"
    return credentials


def _ollama(url: str) -> None:
    import ollama

    ollama.Client(host=url).embed(model="all-minilm", input=["a", "b"], truncate=False, dimensions=2)


def _bedrock(url: str) -> None:
    import json

    import botocore.session
    from botocore.config import Config

    session = botocore.session.Session()
    session.set_credentials("AKIDEXAMPLE", "secret")
    client = session.create_client("bedrock-runtime", region_name="us-east-1", endpoint_url=url, config=Config(retries={"max_attempts": 0}))
    client.invoke_model(
        modelId="amazon.titan-embed-text-v2:0", contentType="application/json", body=json.dumps({"inputText": "a", "dimensions": 256})
    )


FLOATS = base64.b64encode(struct.pack("<2f", 1, 2)).decode()
LISTED = {
    "object": "list",
    "model": "m",
    "data": [{"object": "embedding", "index": place, "embedding": FLOATS} for place in (0, 1)],
    "usage": {"prompt_tokens": 2, "total_tokens": 2},
}
BYTES = {**LISTED, "id": "e", "data": [{"object": "embedding", "index": place, "embedding": [1, 2]} for place in (0, 1)]}
KINDS = {"id": "e", "embeddings": {"float": [[1.0], [2.0]]}, "texts": ["a", "b"], "response_type": "embeddings_by_type"}
VALUES = {"embeddings": [{"values": [1.0]}, {"values": [2.0]}]}
PREDICTED = {
    "predictions": [{"embeddings": {"values": [number], "statistics": {"token_count": 1, "truncated": False}}} for number in (1.0, 2.0)]
}
PARTS = [{"content": [{"type": "image_url", "image_url": {"url": PNG_URL}}]}, {"content": [{"type": "text", "text": "b"}]}]
VERTEX = "/v1/projects/p1/locations/us-central1/publishers/google/models"
HERE = {"project": "p1", "location": "us-central1", "access_token": "t"}

CASES: dict[str, Case] = {
    "openai": Case("openai", "/v1/embeddings", _openai, "openai/text-embedding-3-small", ["a", "b"], {}, LISTED),
    "openai, shorter": Case(
        "openai",
        "/v1/embeddings",
        lambda url: _openai(url, dimensions=2, user="u"),
        "openai/text-embedding-3-small",
        ["a", "b"],
        {"dimensions": 2, "user": "u"},
        LISTED,
    ),
    "azure": Case("openai", "/openai/deployments/mine/embeddings", _azure, "azure-deployments/mine", ["a", "b"], {}, LISTED),
    "cohere": Case(
        "cohere",
        "/v2/embed",
        lambda url: _cohere(url, texts=["a", "b"], embedding_types=["float"], output_dimension=256, truncate="END"),
        "cohere/embed-v4.0",
        ["a", "b"],
        {"input_type": "query", "dimensions": 256, "truncate": True},
        KINDS,
    ),
    "cohere, a picture": Case(
        "cohere",
        "/v2/embed",
        lambda url: _cohere(url, inputs=PARTS, embedding_types=["float"]),
        "cohere/embed-v4.0",
        [PICTURE, ["b"]],
        {"input_type": "query"},
        KINDS,
    ),
    "mistral": Case(
        "mistralai", "/v1/embeddings", _mistral, "mistral/codestral-embed", ["a", "b"], {"dimensions": 256, "format": "int8"}, BYTES
    ),
    "gemini": Case(
        "google.genai",
        "/v1beta/models/gemini-embedding-001:batchEmbedContents",
        lambda url: _gemini(url, ["a", "b"], task_type="RETRIEVAL_DOCUMENT", title="t", output_dimensionality=768),
        "google/gemini-embedding-001",
        ["a", "b"],
        {"input_type": "document", "title": "t", "dimensions": 768},
        VALUES,
    ),
    "vertex": Case(
        "google.genai",
        f"{VERTEX}/text-embedding-005:predict",
        lambda url: _vertex(url, "text-embedding-005", ["a", "b"], task_type="CLUSTERING", auto_truncate=False, output_dimensionality=64),
        "vertex/text-embedding-005",
        ["a", "b"],
        {"input_type": "clustering", "truncate": False, "dimensions": 64},
        PREDICTED,
        HERE,
    ),
    "vertex, a newer model": Case(
        "google.genai",
        f"{VERTEX}/gemini-embedding-2:embedContent",
        lambda url: _vertex(url, "gemini-embedding-2", "a", output_dimensionality=768),
        "vertex/gemini-embedding-2",
        "a",
        {"dimensions": 768},
        {"embedding": {"values": [1.0]}},
        HERE,
    ),
    "ollama": Case(
        "ollama",
        "/api/embed",
        _ollama,
        "ollama/all-minilm",
        ["a", "b"],
        {"truncate": False, "dimensions": 2},
        {"model": "all-minilm", "embeddings": [[1.0, 0.0], [0.0, 1.0]]},
    ),
    "bedrock": Case(
        "botocore",
        "/model/amazon.titan-embed-text-v2%3A0/invoke",
        _bedrock,
        "bedrock/amazon.titan-embed-text-v2:0",
        "a",
        {"dimensions": 256},
        {"embedding": [1.0], "inputTextTokenCount": 1},
        {"region": "us-east-1"},
    ),
}


def said(request: Received) -> Any:
    """Return what a request says: roles of contents and fields with the API's own default are said by nobody else."""
    return (request.method, request.path, request.query, without_roles(request.json))


def without_roles(value: Any) -> Any:
    if isinstance(value, list):
        return [without_roles(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: without_roles(item) for key, item in value.items() if key != "role" and item is not None}


@pytest.mark.parametrize("name", CASES)
def test_the_sdk_and_we_say_the_same(name: str) -> None:
    """Method, path, query and JSON."""
    case = CASES[name]
    pytest.importorskip(case.package, reason=f"the package {case.package} is not installed")
    provider = case.model.partition("/")[0]
    base = {"openai": "/v1", "azure-deployments": "/openai", "cohere": "/v2", "mistral": "/v1", "google": "/v1beta"}
    base["vertex"] = VERTEX.partition("/publishers")[0]
    with FakeHost() as host:
        host.on(f"POST {case.path}", case.answer)
        url = host.url + base.get(provider, "")
        case.theirs(url)
        keys = {} if provider == "vertex" else {provider: "k"}
        with LLMKit(keys=keys, base_urls={provider: url}, settings={provider: case.settings} if case.settings else {}) as kit:
            kit.embed(case.model, case.inputs, **case.options)

    assert said(host.requests[0]) == said(host.requests[1])
