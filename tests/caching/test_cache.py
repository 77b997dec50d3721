"""The cache in the client: what is asked twice is sent once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.accumulate import fold
from llmkit.caching import MemoryEntries, SqliteEntries
from llmkit.caching.entry import Entry, pack
from llmkit.errors import ConfigurationError, LLMKitError, RateLimited, StoreUnavailable
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.call import Budget, Call, Scope
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.stream import StreamCore
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.told import stream_of
from llmkit.types.http import Timeouts
from llmkit.types.messages import Message
from llmkit.types.parts import Image, Part, Reasoning, Refusal, ServerToolCall, Text, ToolCall
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Attempt, Candidate, CompletionResponse, FinishReason
from llmkit.types.tools import ServerTool
from llmkit.types.usage import Cost, Usage
from tests.faces import FACES, ask, client_of

MODEL = "openai/gpt-4.1-mini"
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


PARTS: tuple[Part, ...] = (Text(text="a"),)


def answer(*parts: Part, finish: Any = "stop", **more: Any) -> CompletionResponse:
    cost = Cost(amount=Decimal("0.5"), basis="provider")
    return CompletionResponse(content=parts or PARTS, finish=FinishReason(unified=finish), cost=cost, **more)


REQUEST = CompletionRequest(model="fake/one", messages=(Message.user("hi"),))
CALL = ToolCall(id="1", name="f")


class World:
    """A call under the virtual clock, and what comes after the cache."""

    def __init__(self, *replies: Any) -> None:
        self.runtime = Virtual()
        self.replies = list(replies)
        self.asked = 0

    async def next(self, call: Call) -> Any:
        self.asked += 1
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, LLMKitError):
            raise reply
        return stream_of(reply, runtime=self.runtime, timeouts=call.timeouts) if call.stream else reply

    def call(self, request: CompletionRequest = REQUEST, *, stream: bool = False, tenant: str = "") -> Call:
        return Call(
            request=request,
            models=("fake/one",),
            model="fake/one",
            runtime=self.runtime,
            timeouts=Timeouts(),
            deadline=None,
            budget=Budget(2),
            scope=Scope(tenant=tenant),
            stream=stream,
        )

    def ask(self, cache: Cache, request: CompletionRequest = REQUEST, *, stream: bool = False, tenant: str = "") -> CompletionResponse:
        reply = run(cache(self.call(request, stream=stream, tenant=tenant), self.next))
        return drained(reply) if stream else reply


def drained(core: StreamCore) -> CompletionResponse:
    while run(core.fill()):
        pass
    return core.response()


@pytest.mark.parametrize(
    ("response", "request_", "options", "kept"),
    [
        (answer(), REQUEST, {}, True),
        (answer(Text(text="a"), Reasoning(text="b")), REQUEST, {}, True),
        (answer(finish="length"), REQUEST, {}, False),
        (answer(finish="length"), REQUEST, {"truncated": True}, True),
        (answer(CALL, finish="tool_calls"), REQUEST, {}, False),
        (answer(CALL, finish="tool_calls"), REQUEST, {"tools": True}, True),
        (answer(CALL), REQUEST, {}, False),
        (answer(ServerToolCall(id="1", name="web_search"), Text(text="a")), REQUEST, {}, False),
        (answer(), REQUEST.replace(tools=(ServerTool(name="web_search"),)), {}, False),
        (answer(), REQUEST.replace(tools=(ServerTool(name="web_search"),)), {"tools": True}, True),
        *((answer(finish=finish), REQUEST, {"tools": True, "truncated": True}, False) for finish in ("content_filter", "refusal", "pause")),
        *((answer(finish=finish), REQUEST, {"tools": True, "truncated": True}, False) for finish in ("interrupted", "error", "other")),
        (answer(Refusal(text="no")), REQUEST, {}, False),
        (CompletionResponse(finish=FinishReason(unified="stop")), REQUEST, {}, False),
        (answer(Image(url="https://example.com/a.png")), REQUEST, {}, False),
        (answer(Image(data=b"1")), REQUEST, {}, True),
        (answer(candidates=(Candidate(content=PARTS, finish=FinishReason(unified="length")),)), REQUEST, {}, False),
        (answer(candidates=(Candidate(content=PARTS, finish=FinishReason(unified="stop")),)), REQUEST, {}, True),
        (answer(extra={"x": object()}), REQUEST, {}, False),
        (answer(), REQUEST, {"deterministic_only": True}, False),
        (answer(), REQUEST.replace(temperature=0), {"deterministic_only": True}, True),
        (answer(), REQUEST, {"only": lambda call: False}, False),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_only_whole_answers_are_kept(
    response: CompletionResponse, request_: CompletionRequest, options: dict[str, Any], kept: bool, stream: bool
) -> None:
    """A wrong hit is worse than a miss."""
    world, cache = World(response), Cache(**options)

    world.ask(cache, request_, stream=stream)
    world.ask(cache, request_, stream=stream)

    assert (1 if kept else 2) == world.asked


def test_a_hit_is_told_as_events_and_says_where_it_comes_from() -> None:
    full = answer(Reasoning(text="hm"), Text(text="a"), Image(data=b"1"), usage=Usage(uncached=3), id="1")
    full = full.replace(attempts=(Attempt(provider="p", model="m", seconds=1.0),), request_id="r")
    world, cache = World(full), Cache()
    world.ask(cache)
    world.runtime.advance(5.0)

    core = run(cache(world.call(stream=True), world.next))
    told = drained(core)

    assert fold(core.events).content == told.content == full.content
    assert full.usage == told.usage
    assert ((), None, Decimal(0)) == (told.attempts, told.request_id, told.cost.amount if told.cost else None)
    assert {"age": 5.0, "stale": False, "saved": {"amount": "0.5", "currency": "USD"}} == told.extra["cache"]


def test_what_is_not_known_to_have_cost_is_not_counted_as_saved() -> None:
    world, cache = World(answer().replace(cost=None)), Cache()
    world.ask(cache)

    response = world.ask(cache)

    assert response.extra["cache"]["saved"] is None
    assert (1, {}) == ((figures := cache.statistics.read()).unpriced, figures.saved)


def test_an_answer_expires() -> None:
    world, cache = World(answer()), Cache(ttl=10.0)
    for seconds in (0.0, 9.0, 2.0):
        world.runtime.advance(seconds)
        world.ask(cache)

    assert 2 == world.asked
    assert (1, 1, 2) == ((figures := cache.statistics.read()).hits, figures.expired, figures.misses)


@pytest.mark.parametrize("stream", [False, True])
def test_while_one_asks_anew_all_others_get_the_old_answer(stream: bool) -> None:
    world, cache = World(answer(Text(text="old")), answer(Text(text="new"))), Cache(ttl=10.0, stale=100.0)
    world.ask(cache, stream=stream)
    world.runtime.advance(20.0)
    others: list[CompletionResponse] = []

    async def next(call: Call) -> Any:
        others.append(world.ask(cache, stream=stream))
        return await world.next(call)

    reply = run(cache(world.call(stream=stream), next))
    fresh = drained(reply) if stream else reply

    assert (["old"], "new", 2) == ([other.text for other in others], fresh.text, world.asked)
    assert others[0].extra["cache"]["stale"]
    assert "new" == world.ask(cache, stream=stream).text
    assert 1 == cache.statistics.read().stale


@pytest.mark.parametrize("stream", [False, True])
def test_an_old_answer_is_better_than_a_failure_that_passes(stream: bool) -> None:
    world, cache = World(answer(Text(text="old")), RateLimited("slow down"), answer(Text(text="new"))), Cache(ttl=10.0, stale=100.0)
    world.ask(cache, stream=stream)
    world.runtime.advance(20.0)

    told = [world.ask(cache, stream=stream).text for _ in range(2)]

    assert ["old", "new"] == told


def test_beyond_its_bounds_an_old_answer_is_not_given() -> None:
    world, cache = World(answer(), RateLimited("slow down")), Cache(ttl=10.0, stale=100.0)
    world.ask(cache)
    world.runtime.advance(111.0)

    with pytest.raises(RateLimited):
        world.ask(cache)


def _damaged(key: bytes, good: bytes) -> list[bytes]:
    return [
        b"",
        good[:-1],
        good[:20] + bytes([good[20] ^ 1]) + good[21:],
        good.replace(b'"a"', b'"b"'),
        pack(Entry(response=answer(), created=0.0), b"another key"),
        pack(Entry(response=answer(), created=0.0, form=99), key),
    ]


@pytest.mark.parametrize("number", range(6))
def test_a_damaged_entry_is_a_miss_and_goes(number: int) -> None:
    """Half a write, a flipped bit, an entry moved to another's key, one of another version."""
    world, store = World(answer()), MemoryEntries()
    cache = Cache(store=store)
    world.ask(cache)
    key = next(iter(store._kept))
    bad = _damaged(key, store._kept[key])[number]
    store.put(key, bad, now=0.0, expires=1e12)

    assert "a" == world.ask(cache).text

    assert (2, 1) == (world.asked, cache.statistics.read().damaged)
    assert bad != store.get(key, 0.0)


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


def test_a_cancelled_refresh_lets_the_next_one_ask() -> None:
    world, cache = World(answer(Text(text="old")), answer(Text(text="new"))), Cache(ttl=10.0, stale=100.0)
    world.ask(cache)
    world.runtime.advance(20.0)

    async def cancelled(call: Call) -> Any:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run(cache(world.call(), cancelled))

    assert "new" == world.ask(cache).text


@pytest.mark.parametrize("stream", [False, True])
def test_each_time_an_answer_gets_old_it_is_asked_for_anew(stream: bool) -> None:
    world, cache = World(answer()), Cache(ttl=10.0, stale=100.0)

    for _ in range(4):
        world.ask(cache, stream=stream)
        world.runtime.advance(11.0)

    assert (4, 0) == (world.asked, cache.statistics.read().stale)
