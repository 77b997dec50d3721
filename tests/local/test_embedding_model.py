"""The embedded embedding model, through the clients; skipped loudly where it is not installed."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmkit import Cache, Image, LLMKit
from llmkit.caching import Semantic
from llmkit.errors import ConfigurationError, ContextLengthExceeded, InvalidRequest, LLMKitError, NotFound, UnsupportedFeature
from llmkit.local import LocalSettings, LocalTransport, embedder
from llmkit.local.runtime import runtime_problem
from llmkit.local.weights import find_embedding_weights
from llmkit.testing import Answer, FakeProvider
from tests.operations.faces import FACES, use

MODEL = "local/minilm"
RESET, FORGOT, RAIN = "How do I reset my password?", "I forgot my password.", "It will rain all week."


def missing() -> str | None:
    try:
        find_embedding_weights(LocalSettings.of().embedding_gguf)
    except ConfigurationError as error:
        return str(error)
    return runtime_problem()


@pytest.fixture(scope="module")
def model() -> Iterator[embedder.Embedder]:
    """Keep the model loaded: every client of these tests shares it."""
    problem = missing()
    if problem:
        pytest.skip(f"THE EMBEDDED EMBEDDING MODEL IS NOT TESTED: {problem}")
    settings = LocalSettings.of()
    yield embedder.acquire(settings)
    embedder.release(settings)


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("face", FACES)
def test_what_means_the_same_is_near(face: str) -> None:
    """No key, no network; 384 numbers of length 1, and the tokens they took."""
    reply = use(face, {}, "embed", MODEL, [RESET, FORGOT, RAIN])

    assert (3, 384, "local", "all-minilm-l6-v2") == (len(reply), reply.dimensions, reply.provider, reply.model)
    assert [0, 1, 2] == [place for place, _ in reply.vectors.nearest(reply.vectors[0])]
    (_, same), (_, near), (_, far) = reply.vectors.nearest(reply.vectors[0])
    assert (1.0, True, True) == (pytest.approx(same), near > 0.5, far < 0.3)
    assert (9 + 7 + 8, None, ()) == (reply.usage.input, reply.cost, reply.warnings)


@pytest.mark.usefixtures("model")
def test_a_vector_does_not_depend_on_what_stands_beside_it() -> None:
    """Bit by bit, in any company and in any portion."""
    with LLMKit() as kit:
        alone = kit.embed(MODEL, RAIN).data
        among = kit.embed(MODEL, [*[RESET, FORGOT] * 10, RAIN]).vectors[-1]

    assert alone == among.tobytes()


@pytest.mark.usefixtures("model")
def test_a_text_is_cut_when_that_is_asked_for() -> None:
    """After as many tokens as the model has places for, the one that ends a text included."""
    with LLMKit() as kit:
        reply = kit.embed(MODEL, ["word " * 900, "word " * 510], truncate=True)

    assert 512 * 2 == reply.usage.input
    assert list(reply.vectors[0]) == list(reply.vectors[1])


REFUSED: dict[str, tuple[Any, dict[str, Any], type[LLMKitError], str]] = {
    "too long": (["a", "word " * 700], {}, ContextLengthExceeded, "702 tokens; the embedded model reads 512"),
    "another length": ("a", {"dimensions": 100}, InvalidRequest, "dimensions of 384, not 100"),
    "bytes": ("a", {"format": "int8"}, UnsupportedFeature, "format='float'"),
    "a picture": ([Image(data=b"x", media_type="image/png")], {}, UnsupportedFeature, "anything but text"),
}


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("case", REFUSED)
def test_its_limits_are_told(case: str) -> None:
    """With what it takes instead."""
    inputs, options, error, words = REFUSED[case]
    with LLMKit() as kit, pytest.raises(error, match=words):
        kit.embed(MODEL, inputs, **options)


@pytest.mark.usefixtures("model")
def test_another_name_is_not_answered_by_it() -> None:
    """Whoever asks for another model must not get these numbers."""
    with LLMKit() as kit, pytest.raises(NotFound, match="there is no 'bge'"):
        kit.embed("local/bge", "a")


@pytest.mark.usefixtures("model")
def test_the_semantic_cache_asks_it_by_default() -> None:
    """The same question in other words costs nothing the second time."""
    cache = Cache(semantic=Semantic())
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="It is easy."))
        client = {"keys": {"openai": fake.key}, "base_urls": {"openai": fake.base_url}}
        with LLMKit(**client, layers=[cache]) as kit:
            first = kit.complete("openai/gpt-4.1-mini", RESET)
            second = kit.complete("openai/gpt-4.1-mini", "how can I reset my password")
            kit.complete("openai/gpt-4.1-mini", RAIN)

    assert (first.text, 2) == (second.text, len(fake.requests))
    assert second.extra["cache"]["similarity"] > 0.95
    assert (1, 0) == (cache.statistics.read().similar, cache.statistics.read().failed)


async def posted(body: dict[str, Any]) -> tuple[int, Any]:
    import msgspec

    from llmkit.types.http import HttpRequest, Origin, Timeouts

    transport = LocalTransport()
    request = HttpRequest(
        method="POST",
        origin=Origin(scheme="http", host="127.0.0.1", port=1),
        path="/v1/embeddings",
        headers=(),
        body=msgspec.json.encode(body),
        timeouts=Timeouts(),
    )
    response = await transport.send(request)
    answer = msgspec.json.decode(await response.body.read_all())
    await transport.aclose()
    return response.status, answer


@pytest.mark.usefixtures("model")
def test_the_wire_is_that_of_others() -> None:
    """Lists of numbers, or base64 of the same; what it does not know is refused by name."""
    import asyncio

    _, listed = asyncio.run(posted({"model": "minilm", "input": "a"}))
    _, packed = asyncio.run(posted({"model": "minilm", "input": ["a"], "encoding_format": "base64"}))
    refused = [
        asyncio.run(posted({"model": "minilm", **body}))
        for body in ({"input": []}, {"input": [1]}, {"input": "a", "encoding_format": "hex"}, {"input": "a", "dimensions": 3}, {"x": 1})
    ]

    numbers = struct.unpack("<384f", base64.b64decode(packed["data"][0]["embedding"]))
    assert list(numbers) == listed["data"][0]["embedding"]
    assert [400] * 5 == [status for status, _ in refused]
    assert ["input", "input", "encoding_format", "dimensions", "x"] == [answer["error"]["param"] for _, answer in refused]


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    """The variable that named it is in the message."""
    wrong = tmp_path / "x.gguf"
    wrong.write_bytes(b"none")

    with pytest.raises(ConfigurationError, match="not a GGUF file") as caught:
        find_embedding_weights(str(wrong))

    assert "LLMKIT_EMBEDDING_GGUF" == caught.value.parameter
