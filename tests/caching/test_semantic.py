"""Questions that mean the same have the same answer, and no others have."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.caching import MemoryEntries, MemoryVectors, Semantic, SqliteEntries, SqliteVectors
from llmkit.errors import ConfigurationError, LLMKitError, StoreUnavailable
from llmkit.pipeline.cache import Cache
from llmkit.testing import Answer, FakeProvider
from llmkit.testing.replies import Reply
from llmkit.types.messages import Message
from llmkit.types.parts import Image, Text
from llmkit.types.requests import CompletionRequest, OutputFormat
from llmkit.types.tools import Tool
from tests.caching.alike_cases import ONE, SAME, alike, asking, at, equal
from tests.caching.cache_cases import MODEL, World, answer
from tests.caching.test_wording import OTHER
from tests.faces import FACES, ask, client_of
from tests.questions import server


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_a_question_in_other_words_is_answered_without_a_call(face: str, store: str, fake: FakeProvider, tmp_path: Path) -> None:
    """The answer says how alike the questions are and how old it is, in every face, streams too."""
    fake.add(Answer(text="Click on Forgot.", usage=(10, 5)))
    path = tmp_path / "cache.db"
    kept = (MemoryEntries(), MemoryVectors()) if store == "memory" else (SqliteEntries(path), SqliteVectors(path))
    cache = Cache(store=kept[0], semantic=Semantic(embed=at(0.97), vectors=kept[1]))
    one = ask("sync stream", client_of(fake, layers=[cache]), MODEL, ONE)

    two = ask(face, client_of(fake, layers=[cache]), MODEL, SAME)

    assert (1, one.text, one.usage) == (len(fake.requests), two.text, two.usage)
    assert one.cost is not None
    assert (Decimal(0), ()) == (two.cost.amount if two.cost else None, two.attempts)
    mark = two.extra["cache"]
    assert (pytest.approx(0.97, abs=1e-4), False) == (mark["similarity"], mark["stale"])
    assert {"amount": f"{one.cost.amount:f}", "currency": "USD"} == mark["saved"]
    figures = cache.statistics.read()
    assert (1, 1, 1, {"USD": one.cost.amount}) == (figures.misses, figures.hits, figures.similar, figures.saved)


def test_the_very_same_words_need_no_vector() -> None:
    texts: list[str] = []

    def embed(some: list[str]) -> list[list[float]]:
        texts.extend(some)
        return equal(some)

    world, cache = World(answer()), alike(embed)
    for _ in range(3):
        world.ask(cache, asking(ONE))

    assert ([ONE], 1) == (texts, world.asked)


@pytest.mark.parametrize(("similarity", "threshold", "asked"), [(0.94, 0.95, 2), (0.96, 0.95, 1), (0.94, 0.9, 1)])
def test_what_is_less_alike_than_the_threshold_is_asked(similarity: float, threshold: float, asked: int) -> None:
    world, cache = World(answer()), alike(at(similarity), threshold=threshold)

    world.ask(cache, asking(ONE))
    world.ask(cache, asking(SAME))

    assert asked == world.asked


@pytest.mark.parametrize(("one", "other"), [pair for pair in OTHER if pair[0] != pair[1]])
def test_a_word_that_matters_is_no_matter_of_likeness(one: str, other: str) -> None:
    """However near the vectors are: here they are equal."""
    world, cache = World(answer()), alike()

    world.ask(cache, asking(one))
    second = world.ask(cache, asking(other))

    assert (2, False) == (world.asked, "cache" in second.extra)


TOOL = Tool(name="f")
HISTORY = (Message.user("hi"), Message.assistant("hello"))
CHANGES: dict[str, dict[str, Any]] = {
    "model": {"models": ("fake/two",)},
    "tenant": {"tenant": "b"},
    "system": {"messages": (Message.system("be rude"), Message.user(SAME))},
    "history": {"messages": (*HISTORY, Message.user(SAME))},
    "temperature": {"temperature": 0.1},
    "output": {"output": OutputFormat(kind="json_object")},
    "tools": {"tools": (TOOL,)},
    "max_tokens": {"max_tokens": 5},
    "extra_body": {"extra_body": {"a": 1}},
    "dialect": {"dialect": "other"},
    "name": {"messages": (Message(role="user", content=(Text(text=SAME),), name="Ann"),)},
    "image": {"messages": (Message.user(SAME, Image(data=b"1")),)},
    "parts": {"messages": (Message.user(SAME, ""),)},
}


@pytest.mark.parametrize("name", CHANGES)
def test_everything_but_the_words_of_the_last_turn_must_be_equal(name: str) -> None:
    """Another tenant's answer is a leak, another model's or another prompt's is a wrong one: no likeness leads there."""
    world, cache = World(answer()), alike(also=("tools", "media"))
    changes = dict(CHANGES[name])
    tenant = changes.pop("tenant", "a")
    models = changes.pop("models", ("fake/one",))
    world.ask(cache, asking(ONE), tenant="a")

    world.ask(cache, asking(SAME).replace(**changes), tenant=tenant, models=models)
    asked = world.asked
    world.ask(cache, asking(SAME), tenant="a")

    assert (2, 2) == (asked, world.asked)


@pytest.mark.parametrize(("shared_by", "asked"), [("user", 2), ("tenant", 1), ("everyone", 1)])
def test_an_answer_is_shared_no_further_than_the_cache_says(shared_by: Any, asked: int, fake: FakeProvider) -> None:
    fake.always(Answer(text="a"))
    client = client_of(fake, layers=[alike(shared_by=shared_by)])

    ask("sync", client, MODEL, ONE, user="u", tenant="a")
    ask("sync", client, MODEL, SAME, user="v", tenant="a")

    assert asked == len(fake.requests)


CAUTIOUS: list[tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]] = [
    ({"tools": (TOOL,)}, (), {"also": ["tools"]}),
    ({"n": 2}, (), {"also": ["several"]}),
    ({"store": True}, (), {"also": ["stored"]}),
    ({}, (Image(data=b"1"),), {"also": ["media"]}),
    ({"temperature": 0.9}, (), {"hottest": 1.0}),
    ({}, ("Mind that. " * 80,), {"longest": 2000}),
]


@pytest.mark.parametrize(("fields", "more", "told"), CAUTIOUS)
def test_some_requests_are_answered_so_only_when_told(fields: Any, more: Any, told: Any) -> None:
    for options, asked in (({}, 2), (told, 1)):
        world, cache = World(answer()), alike(**options)
        for words in (ONE, SAME):
            world.ask(cache, asking(words, *more, **fields))

        assert asked == world.asked


@pytest.mark.parametrize("last", [Message.assistant("I"), Message(role="tool"), Message.user(""), Message.user(Image(data=b"1"))])
def test_where_the_last_turn_is_no_question_nothing_is_like_it(last: Message) -> None:
    texts: list[str] = []
    world, cache = World(answer()), alike(lambda some: texts.extend(some) or equal(some), also=("media",))

    world.ask(cache, CompletionRequest(model="fake/one", messages=(Message.user("hi"), last)))

    assert [] == texts


class Nobody:
    def __call__(self, texts: list[str]) -> Any:
        raise OSError("away")


async def _later(texts: list[str]) -> list[list[float]]:
    return equal(texts)


@pytest.mark.parametrize("embed", [Nobody(), lambda texts: [], lambda texts: [[0.0]], lambda texts: [[float("nan")]], "local/minilm"])
def test_without_a_vector_the_call_is_made(embed: Any) -> None:
    """What makes vectors is a convenience; and nobody has joined whom a model could be asked through."""
    world, cache = World(answer()), alike(embed)

    texts = [world.ask(cache, asking(words)).text for words in (ONE, SAME, ONE)]

    assert (["a"] * 3, 2, 2) == (texts, world.asked, cache.statistics.read().failed)


def test_a_vector_that_takes_too_long_is_done_without() -> None:
    world = World(answer())

    async def slow(texts: list[str]) -> list[list[float]]:
        await world.runtime.sleep(60.0)
        return equal(texts)

    cache, begun = alike(slow, patience=2.0), world.runtime.now()
    world.ask(cache, asking(ONE))

    assert (2.0, 1) == (world.runtime.now() - begun, cache.statistics.read().failed)


@pytest.mark.parametrize("face", ["sync", "async"])
def test_an_async_function_makes_vectors_too(face: str, fake: FakeProvider) -> None:
    fake.add(Answer(text="a"))
    client = client_of(fake, layers=[alike(_later)])

    for words in (ONE, SAME):
        ask(face, client, MODEL, words)

    assert 1 == len(fake.requests)


class Client:
    """A client that makes vectors."""

    def __init__(self, runtime: Any) -> None:
        self.runtime, self.asked = runtime, []  # type: ignore[var-annotated]

    def names(self, models: Any) -> Any:
        return models

    async def embed(self, model: str, texts: list[str], options: dict[str, Any]) -> Any:
        self.asked.append((model, texts, options["tenant"], options["tags"]))
        return type("Answer", (), {"vectors": equal(texts)})()


def test_a_model_is_asked_through_the_client_that_makes_the_call() -> None:
    """On the account of whoever asks, and with a tag to find it by. A cache may serve many clients."""
    world, cache = World(answer()), alike("fake/embedder")
    mine, other = Client(world.runtime), Client(World(answer()).runtime)
    for client in (other, mine):
        cache.join(client)

    for words in (ONE, SAME):
        world.ask(cache, asking(words), tenant="a")

    assert (1, []) == (world.asked, other.asked)
    assert [("fake/embedder", [words], "a", ("semantic-cache",)) for words in (ONE, SAME)] == mine.asked


@pytest.mark.parametrize("embed", ["nobody-knows/this", "no model of this name"])
def test_a_model_that_nobody_can_ask_is_refused_when_the_client_is_made(embed: str) -> None:
    """Not with each call, where it would only be a cache that never helps."""
    with pytest.raises(LLMKitError):
        LLMKit(layers=[alike(embed)])


def test_vectors_that_lead_to_another_partition_lead_nowhere() -> None:
    """Whoever can write into the vectors cannot have one tenant told another's answer."""
    vectors = MemoryVectors()
    world, cache = World(answer(Text(text="secret")), answer(Text(text="own"))), alike(vectors=vectors)
    world.ask(cache, asking(ONE), tenant="a")
    ((partition, key),) = vectors._ages
    world.ask(cache, asking(ONE), tenant="b")
    of_b = next(name for name, _ in vectors._ages if name != partition)
    forged = vectors._partitions[partition].vectors[key]
    vectors.clear()
    vectors.put(of_b, key, forged)

    response = world.ask(cache, asking(SAME), tenant="b")

    assert ("own", 3) == (response.text, world.asked)
    assert (of_b, key) not in vectors._ages


def test_an_answer_that_is_gone_is_forgotten_by_its_question() -> None:
    vectors, store = MemoryVectors(), MemoryEntries()
    world, cache = World(answer()), alike(vectors=vectors, store=store)
    world.ask(cache, asking(ONE))
    store.clear()

    world.ask(cache, asking(SAME))

    assert (2, 1) == (world.asked, len(vectors))


def test_an_old_answer_is_given_only_to_the_very_same_words() -> None:
    world, cache = World(answer()), alike(ttl=10.0, stale=100.0)
    world.ask(cache, asking(ONE))
    world.runtime.advance(20.0)

    world.ask(cache, asking(SAME))

    assert 2 == world.asked


def test_what_is_not_kept_has_no_question() -> None:
    vectors = MemoryVectors()
    world, cache = World(answer(finish="length")), alike(vectors=vectors)

    world.ask(cache, asking(ONE))

    assert 0 == len(vectors)


async def _yes(old: str, new: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("verify", "asked"), [(lambda old, new: True, 1), (_yes, 1), (lambda old, new: False, 2), (lambda old, new: {}[old], 2)]
)
def test_a_function_of_yours_can_have_the_last_word(verify: Any, asked: int) -> None:
    """It takes the place of the rule about content words, not of that about numbers, negations and names."""
    world, cache = World(answer()), alike(verify=verify)

    world.ask(cache, asking("How do I change my password?"))
    world.ask(cache, asking("How do I reset my password?"))
    first = world.asked
    world.ask(cache, asking("How do I not reset my password?"))

    assert (asked, asked + 1) == (first, world.asked)


class Away(MemoryVectors):
    """Vectors that cannot be reached."""

    def near(self, partition: bytes, vector: Any, count: int) -> Any:
        raise StoreUnavailable("The store", "gone")

    put = near  # type: ignore[assignment]


def test_without_its_vectors_the_cache_is_the_exact_one() -> None:
    world, cache = World(answer()), alike(vectors=Away())

    for words in (ONE, SAME, ONE):
        world.ask(cache, asking(words))

    assert (2, 4, 1) == (world.asked, (figures := cache.statistics.read()).failed, figures.hits)


def test_a_cancelled_caller_is_not_taken_for_a_failure_of_the_vectors() -> None:
    async def cancelled(texts: list[str]) -> Any:
        raise asyncio.CancelledError

    world, cache = World(answer()), alike(cancelled)

    with pytest.raises(asyncio.CancelledError):
        world.ask(cache, asking(ONE))


@pytest.mark.parametrize(
    ("options", "parameter"),
    [
        ({"embed": ""}, "embed"),
        ({"embed": 3}, "embed"),
        ({"threshold": 0.2}, "threshold"),
        ({"threshold": "high"}, "threshold"),
        ({"hottest": 9}, "hottest"),
        ({"longest": 0}, "longest"),
        ({"patience": 0}, "patience"),
        ({"also": "tools"}, "also"),
        ({"also": ["tool"]}, "also"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Semantic(**options)

    assert parameter == caught.value.parameter


@pytest.mark.parametrize("face", FACES)
def test_a_models_vectors_are_asked_for_over_the_same_client(face: str, fake: FakeProvider) -> None:
    """The question for a vector is a call as any other, and is not kept itself."""
    fake.add(Answer(text="a"))
    body = b'{"object":"list","model":"e","data":[{"object":"embedding","index":0,"embedding":[0.6,0.8]}],"usage":{"prompt_tokens":3}}'
    cache = alike("deepinfra/BAAI/bge-m3")
    with server(lambda request: Reply(headers=(("content-type", "application/json"),), pieces=(body,))) as (address, received):
        client = client_of(fake, layers=[cache])
        client["keys"] = {**client["keys"], "deepinfra": "sk-embedding-0123456789"}
        client["base_urls"] = {**client["base_urls"], "deepinfra": address}

        replies = [ask(face, client, MODEL, words) for words in (ONE, SAME)]

    assert (1, [[ONE], [SAME]]) == (len(fake.requests), [request.json["input"] for request in received])
    assert pytest.approx(1.0) == replies[1].extra["cache"]["similarity"]
    assert (1, 1, 1) == ((figures := cache.statistics.read()).misses, figures.hits, figures.stored)
