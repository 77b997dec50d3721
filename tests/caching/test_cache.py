"""The cache in the client: what is asked twice is sent once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.caching import MemoryEntries, SqliteEntries
from llmkit.errors import ConfigurationError, LLMKitError, RateLimited, StoreUnavailable
from llmkit.pipeline.cache import Cache
from llmkit.testing import Answer, FakeProvider, Fault
from tests.caching.cache_cases import MODEL, World, answer
from tests.faces import FACES, ask, client_of

STORES: dict[str, Callable[[Path], Any]] = {
    "memory": lambda path: MemoryEntries(),
    "sqlite": lambda path: SqliteEntries(path / "cache.db"),
}


@pytest.mark.parametrize("second", FACES)
@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("first", ["sync", "async stream"])
def test_what_is_asked_twice_is_sent_once(first: str, second: str, store: str, fake: FakeProvider, tmp_path: Path) -> None:
    """An answer kept by one face is given by every other, stream or not."""
    fake.add(Answer(text="Hello there", reasoning="hm", usage=(10, 5)))
    cache = Cache(store=STORES[store](tmp_path))

    one = ask(first, client_of(fake, layers=[cache]), MODEL, "hi")
    two = ask(second, client_of(fake, layers=[cache]), MODEL, "hi")

    assert 1 == len(fake.requests)
    assert (one.content, one.finish, one.usage, one.id, one.model, one.provider) == (
        two.content,
        two.finish,
        two.usage,
        two.id,
        two.model,
        two.provider,
    )
    assert one.cost is not None
    assert ((), Decimal(0)) == (two.attempts, two.cost.amount if two.cost else None)
    assert {"amount": f"{one.cost.amount:f}", "currency": "USD"} == two.extra["cache"]["saved"]
    assert (1, 1, 1, {"USD": one.cost.amount}) == (
        (figures := cache.statistics.read()).misses,
        figures.hits,
        figures.stored,
        figures.saved,
    )


@pytest.mark.parametrize(
    ("shared_by", "changes", "sent"),
    [
        ("user", {"tenant": "b"}, 2),
        ("user", {"user": "v"}, 2),
        ("user", {"tags": ["x"]}, 1),
        ("user", {"timeout": 33.0}, 1),
        ("tenant", {"user": "v"}, 1),
        ("tenant", {"tenant": "b"}, 2),
        ("everyone", {"tenant": "b", "user": "v"}, 1),
        ("user", {"temperature": 0.1}, 2),
    ],
)
def test_another_tenants_answer_is_never_given(shared_by: Any, changes: dict[str, Any], sent: int, fake: FakeProvider) -> None:
    """Told from one to another, an answer is a leak; told no further than said, it is what the cache is for."""
    fake.always(Answer(text="secret"))
    with LLMKit(**client_of(fake, layers=[Cache(shared_by=shared_by)], tenant="a")) as kit:
        kit.complete(MODEL, "hi", user="u")

        kit.complete(MODEL, "hi", **{"user": "u", **changes})

    assert sent == len(fake.requests)


@pytest.mark.parametrize("face", FACES)
def test_errors_are_not_kept(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.rate_limited(), Answer(text="ok"))
    client = client_of(fake, layers=[Cache()], retries=0)
    with pytest.raises(RateLimited):
        ask(face, client, MODEL, "hi")

    assert "ok" == ask(face, client, MODEL, "hi").text


@pytest.mark.parametrize("fault", [Fault.cut(after=5), Fault.error_in_stream()])
def test_a_stream_that_was_cut_is_not_kept(fault: Fault, fake: FakeProvider) -> None:
    fake.add(fault, Answer(text="ok"))
    cache = Cache()
    client = client_of(fake, layers=[cache], retries=0)
    with pytest.raises(LLMKitError):
        ask("sync stream", client, MODEL, "hi")

    assert "ok" == ask("sync stream", client, MODEL, "hi").text
    assert 1 == cache.statistics.read().stored


def test_a_stream_that_its_reader_left_is_not_kept(fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=5), Answer(text="ok"))
    cache = Cache()
    with LLMKit(**client_of(fake, layers=[cache])) as kit:
        with kit.stream(MODEL, "hi") as stream:
            next(event for event in stream if event.text)

        kit.complete(MODEL, "hi")

    assert 2 == len(fake.requests)


def test_two_clients_of_two_addresses_are_kept_apart_by_a_namespace(fake: FakeProvider) -> None:
    fake.always(Answer(text="ok"))
    store = MemoryEntries()

    for namespace in ("a", "b"):
        ask("sync", client_of(fake, layers=[Cache(store=store, namespace=namespace)]), MODEL, "hi")

    assert (2, 2) == (len(fake.requests), len(store))


def test_a_hit_is_the_callers_own(fake: FakeProvider) -> None:
    """Whoever changes what hangs on an answer changes nobody else's."""
    fake.add(Answer(text="ok"))
    with LLMKit(**client_of(fake, layers=[Cache()])) as kit:
        kit.complete(MODEL, "hi")
        kit.complete(MODEL, "hi").extra["mine"] = 1

        assert "mine" not in kit.complete(MODEL, "hi").extra


class Away:
    """A store that cannot be asked."""

    blocking = True

    def get(self, key: bytes, now: float) -> bytes | None:
        raise StoreUnavailable("The store", "gone")

    def put(self, key: bytes, value: bytes, *, now: float, expires: float) -> int:
        raise StoreUnavailable("The store", "gone")

    def remove(self, key: bytes) -> None:
        raise StoreUnavailable("The store", "gone")

    clear = remove  # type: ignore[assignment]


def test_without_its_store_the_cache_is_not_there() -> None:
    """A cache is a convenience: without it the call is made."""
    world, cache = World(answer()), Cache(store=Away())

    world.ask(cache)

    assert (1, 2, 0) == (world.asked, (figures := cache.statistics.read()).failed, figures.stored)


def test_a_store_with_files_does_not_hold_up_the_loop(fake: FakeProvider) -> None:
    threads: list[str] = []

    class Slow(MemoryEntries):
        blocking = True  # type: ignore[assignment]

        def get(self, key: bytes, now: float) -> bytes | None:
            threads.append(threading.current_thread().name)
            return super().get(key, now)

    fake.add(Answer(text="ok"))

    ask("async", client_of(fake, layers=[Cache(store=Slow())]), MODEL, "hi")

    assert ["llmkit-call"] == threads


def test_many_threads_and_loops_share_one_cache(fake: FakeProvider) -> None:
    fake.always(Answer(text="ok"))
    cache = Cache()
    client = client_of(fake, layers=[cache])
    ask("sync", client, MODEL, "hi")
    texts: list[str] = []

    threads = [threading.Thread(target=lambda face=face: texts.append(ask(face, client, MODEL, "hi").text)) for face in FACES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (["ok"] * 4, 1, 4) == (texts, len(fake.requests), cache.statistics.read().hits)


@pytest.mark.parametrize(
    ("options", "parameter"),
    [
        ({"ttl": 0}, "ttl"),
        ({"ttl": float("inf")}, "ttl"),
        ({"stale": -1}, "stale"),
        ({"shared_by": "all"}, "shared_by"),
        ({"ttl": "1h"}, "ttl"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Cache(**options)

    assert parameter == caught.value.parameter
