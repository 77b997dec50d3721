"""Answers and calls that many processes share through a server, seen through the clients; and what happens without it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.caching import RedisEntries, RedisFlights
from llmkit.errors import ConfigurationError, StoreUnavailable
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.singleflight import SingleFlight
from llmkit.stores.redis import Server
from llmkit.testing import Answer, FakeProvider
from llmkit.testing.replies import Reply as Answered
from tests import questions
from tests.faces import DIALECTS, FACES, ask, client_of
from tests.stores.crowd import in_processes, kill_all
from tests.stores.redis_server import RedisServer

MODEL = DIALECTS["openai_chat"][1]


@pytest.fixture
def server(redis_url: str, request: pytest.FixtureRequest) -> Server:
    return Server(redis_url, prefix=request.node.name, timeout=20)


def test_an_entry_is_there_until_its_time_is_over(server: Server) -> None:
    """Bytes as they are, by the server's clock: the callers' clocks say only for how long."""
    store = RedisEntries(server)

    store.put(b"a", b"\x00\xff", now=1e9, expires=1e9 + 60)
    store.put(b"b", b"2", now=1e9, expires=1e9)

    assert [b"\x00\xff", None] == [store.get(b"a", 0.0), store.get(b"b", 0.0)]
    assert 59_000 < server.command("PTTL", "cache:61") <= 60_000


def test_what_is_too_large_is_not_kept_and_nor_is_what_was_there(server: Server) -> None:
    store = RedisEntries(server, size=10)
    store.put(b"a", b"12345", now=0.0, expires=60.0)

    store.put(b"a", b"0123456789x", now=0.0, expires=60.0)

    assert store.get(b"a", 0.0) is None


def test_to_forget_is_to_forget_ones_own(server: Server, redis_url: str) -> None:
    """A prefix may hold what is a pattern elsewhere."""
    store, pattern = RedisEntries(server), Server(redis_url, prefix="*")
    other = RedisEntries(pattern)
    for number in range(600):
        store.put(b"%d" % number, b"1", now=0.0, expires=60.0)
    other.put(b"a", b"1", now=0.0, expires=60.0)
    server.command("SET", "ledger:x", "1")

    store.remove(b"3")
    assert [None, b"1"] == [store.get(b"3", 0.0), store.get(b"4", 0.0)]
    assert ["cache:61"] == pattern.names("cache:")
    other.clear()
    assert b"1" == store.get(b"4", 0.0)
    store.clear()

    assert ["ledger:x"] == server.names("")


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("first", ["sync", "sync stream"])
def test_what_one_client_was_answered_another_has_for_nothing(
    first: str, face: str, redis_url: str, request: pytest.FixtureRequest
) -> None:
    """Whoever asked, streamed or not; and a stream is told as a stream."""

    def layers() -> list[Any]:
        return [Cache(store=RedisEntries(Server(redis_url, prefix=request.node.name, timeout=20)))]

    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="once", usage=(5, 2)))
        paid = ask(first, client_of(fake, layers=layers()), MODEL, "Hi")
        hit = ask(face, client_of(fake, layers=layers()), MODEL, "Hi")

    assert (1, "once", 0) == (len(fake.requests), hit.text, hit.cost.amount if hit.cost else None)
    assert (paid.usage, paid.content) == (hit.usage, hit.content)
    assert hit.extra["cache"]["age"] < 60


class Telling(RedisFlights):
    """Tells when it has learned who leads."""

    tell: Any = None

    def lead(self, key: bytes, token: str, seconds: float, now: float) -> str:
        found = super().lead(key, token, seconds, now)
        self.tell(0)
        return found


@pytest.mark.parametrize("stream", [False, True])
def test_eight_processes_make_one_call(stream: bool, redis_url: str, request: pytest.FixtureRequest) -> None:
    """The provider answers when all have asked; a stream's followers get the whole answer, told as a stream."""
    gate, prefix = threading.Event(), request.node.name

    def answer(request: Any) -> Answer:
        assert gate.wait(20)
        return Answer(text="once")

    with FakeProvider("openai_chat") as fake:
        fake.always(answer)

        def work(number: int, tell: Any) -> None:
            store = Telling(Server(redis_url, prefix=prefix, timeout=20))
            store.tell = tell
            reply = ask("sync stream" if stream else "sync", client_of(fake, layers=[SingleFlight(store=store)]), MODEL, "Hi")
            tell(100 * ("shared" in reply.extra) + 1 * (reply.text == "once"))

        told = in_processes(8, work, after=8, then=lambda _: gate.set())

        assert ([0] * 8, [1] + [101] * 7, 1) == (told[:8], sorted(told[8:]), len(fake.requests))


def test_when_the_process_that_asks_is_killed_another_one_asks(redis_url: str, request: pytest.FixtureRequest) -> None:
    """Its lease ends on the server, whoever looks or not."""
    gate, prefix = threading.Event(), request.node.name

    def answer(request: Any) -> Answer:
        assert gate.wait(20)
        return Answer(text="found")

    def over(children: Any) -> None:
        kill_all(children)
        gate.set()

    with FakeProvider("openai_chat") as fake:
        fake.always(answer)

        def work(number: int, tell: Any) -> None:
            store = Telling(Server(redis_url, prefix=prefix, timeout=20))
            store.tell = tell
            ask("sync", client_of(fake, layers=[SingleFlight(store=store, lease=0.3)]), MODEL, "Hi")

        assert [0] == in_processes(1, work, after=1, then=over)
        layer = SingleFlight(store=RedisFlights(Server(redis_url, prefix=prefix, timeout=20)))

        assert "found" == ask("sync", client_of(fake, layers=[layer]), MODEL, "Hi").text


BODY = b'{"object":"list","model":"e","data":[{"object":"embedding","index":0,"embedding":[0.25,0.5]}],"usage":{"prompt_tokens":10}}'


def test_vectors_are_shared_as_answers_are(redis_url: str, request: pytest.FixtureRequest) -> None:
    """Four processes ask at once for the same vectors, and one asks later: they are sent for once."""
    gate, prefix = threading.Event(), request.node.name

    def answer(received: Any) -> Answered:
        assert gate.wait(20)
        return Answered(headers=(("content-type", "application/json"),), pieces=(BODY,))

    with questions.server(answer) as (address, received):

        def embedded(tell: Any) -> Any:
            server = Server(redis_url, prefix=prefix, timeout=20)
            store = Telling(server)
            store.tell = tell
            layers = [Cache(store=RedisEntries(server)), SingleFlight(store=store)]
            with LLMKit(keys={"deepinfra": "sk-embedding-0123456789"}, base_urls={"deepinfra": address}, layers=layers) as kit:
                return kit.embed("deepinfra/BAAI/bge-m3", ["a"])

        told = in_processes(4, lambda _, tell: tell([0.25, 0.5] == list(embedded(tell).vectors[0])), after=4, then=lambda _: gate.set())
        later = embedded(print)

    assert ([0] * 4 + [1] * 4, 1) == (told, len(received))
    assert [[0.25, 0.5]] == later.vectors.tolist()
    assert "cache" in later.extra


def test_a_server_that_dies_is_a_miss_for_the_cache(own_redis: RedisServer) -> None:
    """And when it is back, it is used again."""
    cache = Cache(store=RedisEntries(own_redis.url))
    with FakeProvider("openai_chat") as fake, LLMKit(**client_of(fake, layers=[cache])) as kit:
        fake.always(Answer(text="yes"))
        texts = [kit.complete(MODEL, "Hi").text for _ in range(2)]
        own_redis.kill()
        texts += [kit.complete(MODEL, "Hi").text for _ in range(2)]
        own_redis.start()
        texts += [kit.complete(MODEL, "Hi").text for _ in range(2)]

    assert (["yes"] * 6, 4) == (texts, len(fake.requests))
    assert (2, 4) == (cache.statistics.read().hits, cache.statistics.read().failed)


@pytest.mark.parametrize("face", ["sync", "async stream"])
def test_a_server_that_dies_makes_calls_ones_own_or_closes_them(face: str, own_redis: RedisServer) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="yes"))
        ask(face, client_of(fake, layers=[SingleFlight(store=RedisFlights(own_redis.url))]), MODEL, "Hi")
        own_redis.kill()

        assert "yes" == ask(face, client_of(fake, layers=[SingleFlight(store=RedisFlights(own_redis.url))]), MODEL, "Hi").text
        with pytest.raises(StoreUnavailable):
            ask(face, client_of(fake, layers=[SingleFlight(store=RedisFlights(own_redis.url), away="closed")]), MODEL, "Hi")

    assert 2 == len(fake.requests)


def test_bounds_that_keep_nothing_are_refused() -> None:
    for kind in (RedisEntries, RedisFlights):
        with pytest.raises(ConfigurationError):
            kind("redis://localhost", size=0)
