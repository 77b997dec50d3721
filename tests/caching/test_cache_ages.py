"""Which answers are kept, how long, and what becomes of old and damaged ones."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from llmkit.accumulate import fold
from llmkit.caching import MemoryEntries
from llmkit.caching.entry import Entry, pack
from llmkit.errors import RateLimited
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.call import Call
from llmkit.runtime.step import run
from llmkit.types.parts import Image, Reasoning, Refusal, ServerToolCall, Text, ToolCall
from llmkit.types.reply import Attempt
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Candidate, CompletionResponse, FinishReason
from llmkit.types.tools import ServerTool
from llmkit.types.usage import Usage
from tests.caching.cache_cases import PARTS, REQUEST, World, answer, drained

CALL = ToolCall(id="1", name="f")


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
