"""Readers of one stream: late, slow, cancelled, gone."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.accumulate import unfold
from llmkit.errors import AuthenticationError, LLMKitError, StreamInterrupted, Timeout
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.call import Call
from llmkit.pipeline.singleflight import SingleFlight
from llmkit.runtime.step import run
from llmkit.stream import StreamCore
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.events import Event, Finish
from llmkit.types.parts import Text
from llmkit.types.responses import CompletionResponse
from tests.caching.cache_cases import MODEL, World, answer, drained
from tests.caching.flight_cases import let_go_when, played, slow, together
from tests.faces import client_of

WHOLE = "The quick brown fox jumps over the lazy dog"


def test_a_late_reader_gets_everything_from_the_start(fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=5))
    flight = SingleFlight()
    with LLMKit(**client_of(fake, layers=[flight])) as kit, kit.stream(MODEL, "hi") as first:
        seen = ""
        while not seen:
            seen += next(first).text
        with kit.stream(MODEL, "hi") as second:
            fake.release()
            late = second.response()
        early = first.response()

    assert (1, WHOLE, WHOLE) == (len(fake.requests), early.text, late.text)
    assert ("shared" in late.extra, "shared" in early.extra) == (True, False)
    assert early.usage == late.usage
    assert {} == flight._flights.streams


def test_a_slow_reader_loses_nothing(fake: FakeProvider) -> None:
    """The first reads nothing until the others are through."""
    fake.add(Answer(text=WHOLE))
    with LLMKit(**client_of(fake, layers=[SingleFlight()])) as kit, kit.stream(MODEL, "hi") as slow:
        with kit.stream(MODEL, "hi") as quick:
            whole = list(quick)

        assert whole == list(slow)


def test_the_events_are_kept_once(fake: FakeProvider) -> None:
    """A hundred readers of an answer are not a hundred answers in memory."""
    fake.add(Answer(text=WHOLE))
    with LLMKit(**client_of(fake, layers=[SingleFlight()])) as kit, kit.stream(MODEL, "hi") as one, kit.stream(MODEL, "hi") as other:
        pairs = zip(one, other, strict=True)

        assert all(mine is yours for mine, yours in pairs)


def test_the_call_ends_when_the_last_reader_leaves(fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=5))
    flight = SingleFlight()
    with LLMKit(**client_of(fake, layers=[flight])) as kit:
        with kit.stream(MODEL, "hi") as first, kit.stream(MODEL, "hi") as second:
            next(first)
            next(second)
            first.close()
            assert not fake.requests[0].left.is_set()

        assert fake.requests[0].left.wait(5)
    assert {} == flight._flights.streams


def test_threads_read_one_stream(fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=5))
    flight = SingleFlight()
    found: list[str] = []

    def seats() -> int:
        return sum(broadcast._readers for broadcast in flight._flights.streams.values())

    with LLMKit(**client_of(fake, layers=[flight])) as kit:

        def read(number: int) -> None:
            with kit.stream(MODEL, "hi") as stream:
                found.append("".join(event.text for event in stream))

        watching = let_go_when(lambda: seats() == 5, fake)
        together(5, read)
        watching.join()

    assert ([WHOLE] * 5, 1) == (found, len(fake.requests))


def test_to_cancel_one_reader_is_not_to_cancel_the_others(fake: FakeProvider) -> None:
    """Also not when it is the one that reads for all."""
    fake.add(Fault.stall(after=5))

    async def main() -> list[str]:
        async with AsyncLLMKit(**client_of(fake, layers=[SingleFlight()])) as kit:
            waiting = 0

            async def read() -> str:
                nonlocal waiting
                async with kit.stream(MODEL, "hi") as stream:
                    words = ""
                    async for event in stream:
                        words += event.text
                        if event.text and len(words) == len(event.text):
                            waiting += 1
                    return words

            tasks = [asyncio.ensure_future(read()) for _ in range(4)]
            while waiting < 4:
                await asyncio.sleep(0.005)
            await asyncio.sleep(0)  # each goes on to wait for what comes next
            for task in tasks[:2]:
                task.cancel()
            await asyncio.wait(tasks[:2])
            fake.release()
            return await asyncio.gather(*tasks[2:])

    assert [WHOLE] * 2 == asyncio.run(main())
    assert 1 == len(fake.requests)


def test_when_all_tasks_are_cancelled_the_call_ends(fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=5))
    flight = SingleFlight()

    async def main() -> None:
        async with AsyncLLMKit(**client_of(fake, layers=[flight])) as kit:
            begun = 0

            async def read() -> None:
                nonlocal begun
                async with kit.stream(MODEL, "hi") as stream:
                    async for event in stream:
                        begun += bool(event.text)

            tasks = [asyncio.ensure_future(read()) for _ in range(3)]
            while begun < 3:
                await asyncio.sleep(0.005)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            assert {asyncio.current_task()} == asyncio.all_tasks()
            assert await asyncio.to_thread(fake.requests[0].left.wait, 5)

    asyncio.run(main())

    assert {} == flight._flights.streams


def test_a_cut_stream_is_cut_for_all_with_what_came(fake: FakeProvider) -> None:
    fake.add(Fault.cut(after=5))
    with LLMKit(**client_of(fake, layers=[SingleFlight()])) as kit, kit.stream(MODEL, "hi") as one, kit.stream(MODEL, "hi") as other:
        errors = []
        for stream in (one, other):
            with pytest.raises(StreamInterrupted) as caught:
                stream.response()
            errors.append(caught.value)

    assert errors[0] is not errors[1]
    assert errors[0].partial is not None
    assert errors[1].partial is not None
    assert errors[0].partial.text == errors[1].partial.text != ""
    assert (errors[0].retryable, str(errors[0])) == (errors[1].retryable, str(errors[1]))


def test_loops_share_no_stream(fake: FakeProvider) -> None:
    """A connection lives on one loop; readers on another would wait for ever."""
    fake.always(Answer(text=WHOLE))
    kit = AsyncLLMKit(**client_of(fake, layers=[SingleFlight()]))

    async def left_open() -> None:
        stream = await kit.stream(MODEL, "hi")
        await stream.__anext__()

    async def read() -> str:
        async with kit.stream(MODEL, "hi") as stream:
            return (await stream.response()).text

    asyncio.run(left_open())

    assert WHOLE == asyncio.run(read())
    assert 2 == len(fake.requests)


def test_partial_is_what_this_reader_has_seen(fake: FakeProvider) -> None:
    fake.add(Answer(text=WHOLE))
    with LLMKit(**client_of(fake, layers=[SingleFlight()])) as kit, kit.stream(MODEL, "hi") as slow:
        with kit.stream(MODEL, "hi") as quick:
            quick.response()

        assert "" == slow.partial.text or WHOLE.startswith(slow.partial.text)
        assert "openai" == slow.partial.provider


def test_a_shared_stream_is_kept_too(fake: FakeProvider) -> None:
    fake.add(Answer(text=WHOLE))
    cache = Cache()
    with LLMKit(**client_of(fake, layers=[cache, SingleFlight()])) as kit:
        with kit.stream(MODEL, "hi") as one, kit.stream(MODEL, "hi") as other:
            one.response()
            other.response()

        assert WHOLE == kit.complete(MODEL, "hi").text

    assert (1, 1) == (cache.statistics.read().stored, len(fake.requests))


class Slowly:
    """A body and its decoder: an event a second."""

    def __init__(self, world: World, response: CompletionResponse) -> None:
        self._world, self._events = world, unfold(response)
        self.done, self.error = False, None
        self.closed = 0

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        await self._world.runtime.sleep(1.0)
        return b"x" if self._events else b""

    async def read_all(self, deadline: float | None = None, limit: int | None = None) -> bytes:
        return b""

    def feed(self, data: bytes, /) -> list[Event]:
        event = self._events.pop(0)
        self.done = isinstance(event, Finish)
        return [event]

    def close(self) -> list[Event]:
        return []

    async def aclose(self) -> None:
        self.closed += 1


def slowly(world: World, bodies: list[Slowly]) -> Any:
    async def next(call: Call) -> StreamCore:
        world.asked += 1
        body = Slowly(world, answer(Text(text="a"), Text(text="b")))
        bodies.append(body)
        core = StreamCore(body, body, runtime=world.runtime, timeouts=call.timeouts, deadline=None)
        await core.prime()
        return core

    return next


def test_readers_of_every_pace_see_the_same_events() -> None:
    """Under the virtual clock: each comes at another time and reads at another pace."""
    world, flight, bodies = World(), SingleFlight(), []

    async def read(late: float, pace: float) -> list[Event]:
        await world.runtime.sleep(late)
        core = await flight(world.call(stream=True), slowly(world, bodies))
        while await core.fill():
            await world.runtime.sleep(pace)
        assert "ab" == core.response().text
        return core.events

    paces = [(0.0, 0.0), (0.5, 5.0), (2.5, 0.0), (4.5, 0.3), (6.5, 1.0)]
    found = run(world.runtime.gather([partial(read, *pace) for pace in paces]))

    assert [found[0]] * 5 == found
    assert 8 == len(found[0])
    assert (1, {}) == (world.asked, flight._flights.streams)


def test_nobody_joins_a_stream_that_was_forsaken() -> None:
    """Its reader neither reads nor closes: the server may have given it up long ago."""
    world, flight, bodies = World(), SingleFlight(), []
    first = run(flight(world.call(stream=True), slowly(world, bodies)))
    world.runtime.advance(31.0)

    second = drained(run(flight(world.call(stream=True), slowly(world, bodies))))

    assert ("ab", 2, 0) == (second.text, world.asked, bodies[0].closed)
    run(first.aclose())
    assert 1 == bodies[0].closed


@pytest.mark.parametrize("failure", [AuthenticationError("no", status=401), Timeout("total", 1.0)])
def test_a_stream_that_cannot_be_opened_fails_as_a_call_does(failure: LLMKitError) -> None:
    world, flight = World(failure, answer()), SingleFlight()

    found = played(world, flight, [slow(world)] * 3, [world.call(stream=True) for _ in range(3)])

    own = isinstance(failure, Timeout)
    assert [type(failure), *([StreamCore] * 2 if own else [type(failure)] * 2)] == [type(outcome) for outcome in found]
    assert (2 if own else 1) == world.asked
