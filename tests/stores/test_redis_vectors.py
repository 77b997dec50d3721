"""Vectors on a Redis server: many processes find the same."""

from __future__ import annotations

import random
from typing import Any

import pytest

from llmkit.caching import Semantic
from llmkit.caching.redis import RedisEntries
from llmkit.caching.redis_vectors import RedisVectors
from llmkit.caching.vectors import Vector, unit
from llmkit.errors import ConfigurationError, StoreUnavailable
from llmkit.pipeline.cache import Cache
from llmkit.stores.redis import Server
from llmkit.testing import Answer, FakeProvider
from tests.caching.alike_cases import ONE, SAME, equal
from tests.caching.cache_cases import MODEL
from tests.faces import FACES, ask, client_of


def vector(*numbers: float) -> Vector:
    found = unit(numbers)
    assert found is not None
    return found


@pytest.fixture
def store(redis_url: str, request: pytest.FixtureRequest) -> Any:
    return RedisVectors(Server(redis_url, prefix=request.node.name), entries=200)


def test_the_nearest_is_found_and_the_oldest_goes(store: RedisVectors) -> None:
    chance = random.Random(3)
    kept = {b"%d" % number: vector(*[chance.gauss(0, 1) for _ in range(160)]) for number in range(210)}
    for key, one in kept.items():
        store.put(b"p", key, one)
    store.put(b"other", b"equal", kept[b"150"])

    found = store.near(b"p", kept[b"150"], 2)

    assert (2, b"150", pytest.approx(1.0)) == (len(found), found[0].key, found[0].similarity)
    assert b"9" != store.near(b"p", kept[b"9"], 1)[0].key
    assert b"10" == store.near(b"p", kept[b"10"], 1)[0].key


def test_what_was_removed_or_replaced_is_not_found(store: RedisVectors) -> None:
    store.put(b"p", b"a", vector(1, 0))
    store.put(b"p", b"a", vector(0, 1))
    store.put(b"p", b"b", vector(1, 0))
    store.remove(b"p", b"b")

    assert [(0.0, b"a")] == store.near(b"p", vector(1, 0), 9)
    store.clear()
    assert [] == store.near(b"p", vector(1, 0), 9)


@pytest.mark.parametrize("face", FACES)
def test_another_process_answers_a_question_in_other_words(face: str, redis_url: str) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="Click on Forgot."))
        server = Server(redis_url, prefix=f"alike {face}")
        caches = [Cache(store=RedisEntries(server), semantic=Semantic(embed=equal, vectors=RedisVectors(server))) for _ in range(2)]

        ask("sync", client_of(fake, layers=[caches[0]]), MODEL, ONE)
        reply = ask(face, client_of(fake, layers=[caches[1]]), MODEL, SAME)

        assert ("Click on Forgot.", 1) == (reply.text, len(fake.requests))
        assert pytest.approx(1.0) == reply.extra["cache"]["similarity"]


def test_a_server_that_is_away_says_so() -> None:
    pytest.importorskip("redis", reason="NOT TESTED: the package redis is not installed (the extra [redis])")
    store = RedisVectors("redis://127.0.0.1:1", entries=1)

    for ask_it in (lambda: store.near(b"p", vector(1, 0), 1), lambda: store.put(b"p", b"a", vector(1, 0))):
        with pytest.raises(StoreUnavailable):
            ask_it()


@pytest.mark.parametrize("options", [{"entries": 0}, {"lasts": 0}, {"lasts": "long"}])
def test_bounds_that_keep_nothing_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        RedisVectors("redis://127.0.0.1:1", **options)
