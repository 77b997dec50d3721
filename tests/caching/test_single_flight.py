"""Of many who ask the same at the same time, one asks for all."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import AuthenticationError, ConfigurationError, Timeout
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.singleflight import SingleFlight
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.http import Timeouts
from tests.caching.cache_cases import MODEL, World, answer
from tests.caching.flight_cases import let_go_when, played, slow, together
from tests.faces import client_of


def followers(flight: SingleFlight) -> int:
    """Return how many wait for calls under way."""
    return sum(len(waited.landed._waiting) for waited in flight._flights.whole.values())


def test_threads_that_ask_the_same_share_one_call(fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=1, answer=Answer(text="once")))
    flight = SingleFlight()
    found: list[Any] = []
    with LLMKit(**client_of(fake, layers=[flight])) as kit:
        watching = let_go_when(lambda: followers(flight) == 5, fake)
        together(6, lambda number: found.append(kit.complete(MODEL, "hi")))
        watching.join()

    shared = [response for response in found if "shared" in response.extra]
    assert (1, ["once"] * 6, 5) == (len(fake.requests), [response.text for response in found], len(shared))
    assert [(0, ())] * 5 == [(response.cost.amount, response.attempts) for response in shared]
    assert 5 == flight.statistics.read().joined


def test_tasks_that_ask_the_same_share_one_call(fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=1, answer=Answer(text="once")))
    flight = SingleFlight()

    async def main() -> list[Any]:
        async with AsyncLLMKit(**client_of(fake, layers=[flight])) as kit:
            return await asyncio.gather(*(kit.complete(MODEL, "hi") for _ in range(6)))

    watching = let_go_when(lambda: followers(flight) == 5, fake)
    found = asyncio.run(main())
    watching.join()

    assert (1, ["once"] * 6) == (len(fake.requests), [response.text for response in found])


def test_what_is_not_the_same_is_not_shared(fake: FakeProvider) -> None:
    fake.always(Answer(text="ok"))
    flight = SingleFlight()
    found: list[Any] = []
    with LLMKit(**client_of(fake, layers=[flight])) as kit:
        together(4, lambda number: found.append(kit.complete(MODEL, "hi", tenant=str(number))))

        kit.complete(MODEL, "hi", tenant="0")

    assert (5, 0, {}) == (len(fake.requests), flight.statistics.read().joined, flight._flights.whole)


def test_the_askers_failure_goes_to_all() -> None:
    """A wrong key is wrong for everybody; and each gets an error of his own to raise."""
    world, flight = World(AuthenticationError("no", status=401)), SingleFlight()

    found = played(world, flight, [slow(world)] * 4)

    assert ([AuthenticationError] * 4, 1) == ([type(error) for error in found], world.asked)
    assert 4 == len({id(error) for error in found})


def test_a_failure_that_was_the_askers_own_is_taken_over_once() -> None:
    """The time of whoever asked ran out, not that of those who came later; but not each of them asks on his own."""
    world, flight = World(Timeout("total", 1.0), answer()), SingleFlight()

    found = played(world, flight, [slow(world)] * 4)

    assert (Timeout, ["a"] * 3, 2) == (type(found[0]), [response.text for response in found[1:]], world.asked)


def test_who_asked_in_vain_twice_gives_up() -> None:
    world, flight = World(Timeout("total", 1.0)), SingleFlight()

    found = played(world, flight, [slow(world)] * 4)

    assert ([Timeout] * 4, 2) == ([type(error) for error in found], world.asked)


def test_a_follower_waits_no_longer_than_its_own_deadline() -> None:
    world, flight = World(answer()), SingleFlight()
    hurried = msgspec.structs.replace(world.call(), deadline=world.runtime.now() + 2.0, timeouts=Timeouts(total=2.0))

    found = played(world, flight, [slow(world, 10.0)] * 2, [world.call(), hurried])

    assert ("a", Timeout, "total") == (found[0].text, type(found[1]), found[1].phase)


@pytest.mark.parametrize("stream", [False, True])
def test_when_the_asker_is_cancelled_another_one_asks(stream: bool, fake: FakeProvider) -> None:
    """Whoever came first may go: nobody else is to notice."""
    fake.add(Fault.stall(after=0, answer=Answer(text="lost")), Answer(text="found"))
    flight = SingleFlight()

    async def ask(kit: AsyncLLMKit) -> str:
        if not stream:
            return (await kit.complete(MODEL, "hi")).text
        async with kit.stream(MODEL, "hi") as running:
            return (await running.response()).text

    async def main() -> list[str]:
        async with AsyncLLMKit(**client_of(fake, layers=[flight])) as kit:
            tasks = [asyncio.ensure_future(ask(kit)) for _ in range(4)]
            while not fake.requests:
                await asyncio.sleep(0.005)
            tasks[0].cancel()
            found = await asyncio.gather(*tasks[1:])
            assert tasks[0].cancelled()
            return found

    assert ["found"] * 3 == asyncio.run(main())
    assert 2 == len(fake.requests)
    assert ({}, {}) == (flight._flights.whole, flight._flights.streams)


def test_what_was_shared_is_kept_once(fake: FakeProvider) -> None:
    """The cache stands before the flight: only the answer that was paid for goes into it, with its cost."""
    fake.add(Fault.stall(after=1, answer=Answer(text="once")))
    flight, cache = SingleFlight(), Cache()
    found: list[Any] = []
    with LLMKit(**client_of(fake, layers=[flight, cache])) as kit:
        watching = let_go_when(lambda: followers(flight) == 2, fake)
        together(3, lambda number: found.append(kit.complete(MODEL, "hi")))
        watching.join()

        hit = kit.complete(MODEL, "hi")

    assert (1, 1) == (cache.statistics.read().stored, len(fake.requests))
    assert "shared" not in hit.extra
    assert hit.extra["cache"]["saved"] is not None


def test_no_one_can_be_named_who_is_not_known() -> None:
    with pytest.raises(ConfigurationError):
        SingleFlight(shared_by="all")  # type: ignore[arg-type]
