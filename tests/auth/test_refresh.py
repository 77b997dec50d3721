"""A fetched credential: kept until shortly before it expires, fetched once for all who wait, dropped when refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, cast

import pytest

from llmkit.auth.refresh import Fetched, Refreshing
from llmkit.auth.source import Effects
from llmkit.errors import AuthenticationError, LLMKitError, Timeout
from llmkit.runtime import Asyncio, Blocking, Runtime, Virtual, run
from llmkit.types.http import Timeouts, Transport


def effects(runtime: Runtime, deadline: float | None = None) -> Effects:
    return Effects(runtime=runtime, transport=cast("Transport", None), timeouts=Timeouts(), deadline=deadline)


class Server:
    """Hands out numbered credentials; `pause` is what a fetch waits for, `failures` what it raises first."""

    def __init__(self, lifetime: float | None = 3600.0, pause: Callable[[Effects], Any] | None = None) -> None:
        self.lifetime = lifetime
        self.pause = pause
        self.failures: list[BaseException] = []
        self.count = 0

    async def fetch(self, effects: Effects) -> Fetched[str]:
        self.count += 1
        name = f"c{self.count}"
        if self.pause is not None:
            await self.pause(effects)
        if self.failures:
            raise self.failures.pop(0)
        return Fetched(credential=name, lifetime=self.lifetime)


def _pause(seconds: float) -> Callable[[Effects], Any]:
    return lambda given: given.runtime.sleep(seconds)


@pytest.mark.parametrize(("lifetime", "passed", "fetches"), [(3600, 3299, 1), (3600, 3300, 2), (60, 44, 1), (60, 45, 2), (None, 1e9, 1)])
def test_a_credential_is_kept_until_shortly_before_it_expires(lifetime: float | None, passed: float, fetches: int) -> None:
    """Five minutes before; one that lives shorter, in its last quarter; one without an end, never."""
    clock, server = Virtual(), Server(lifetime)
    keeper = Refreshing(server.fetch)
    run(keeper.get(effects(clock)))

    clock.advance(passed)
    found = run(keeper.get(effects(clock)))

    assert (f"c{fetches}", fetches) == (found, server.count)


def test_many_threads_wait_for_one_fetch() -> None:
    gate = threading.Event()
    begun = threading.Event()

    async def pause(given: Effects) -> None:
        begun.set()
        gate.wait(5)

    server = Server(pause=pause)
    keeper = Refreshing(server.fetch)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(run(keeper.get(effects(Blocking()))))) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun.wait(5)
    gate.set()
    for thread in threads:
        thread.join(5)

    assert (["c1"] * 8, 1) == (found, server.count)


def test_many_tasks_wait_for_one_fetch() -> None:
    server = Server(pause=_pause(0.01))
    keeper = Refreshing(server.fetch)

    async def main() -> list[str]:
        return await asyncio.gather(*[keeper.get(effects(Asyncio())) for _ in range(8)])

    assert (["c1"] * 8, 1) == (asyncio.run(main()), server.count)


def test_a_thread_and_an_event_loop_wait_for_the_same_fetch() -> None:
    """A waiter is woken in its own way, whoever fetches: here a thread does and a task waits."""
    gate, begun = threading.Event(), threading.Event()

    async def pause(given: Effects) -> None:
        begun.set()
        gate.wait(5)

    server = Server(pause=pause)
    keeper = Refreshing(server.fetch)
    thread = threading.Thread(target=lambda: run(keeper.get(effects(Blocking()))))
    thread.start()
    begun.wait(5)

    async def main() -> str:
        waiting = asyncio.ensure_future(keeper.get(effects(Asyncio())))
        await asyncio.sleep(0)
        gate.set()
        return await waiting

    assert ("c1", 1) == (asyncio.run(main()), server.count)
    thread.join(5)


def test_under_the_virtual_clock_the_second_waits_too() -> None:
    clock, server = Virtual(), Server(pause=_pause(2.0))
    keeper = Refreshing(server.fetch)

    found = run(clock.gather([lambda: keeper.get(effects(clock))] * 3))

    assert (["c1"] * 3, 1) == (found, server.count)


def test_all_who_wait_see_the_failure_and_each_its_own_error() -> None:
    """Errors are marked with a call's provider and model: one object for all would mix them up. The next call tries again."""
    server = Server(pause=_pause(0.01))
    server.failures = [AuthenticationError("no", status=401)]
    keeper = Refreshing(server.fetch)

    async def main() -> list[Any]:
        return await asyncio.gather(*[keeper.get(effects(Asyncio())) for _ in range(3)], return_exceptions=True)

    errors = asyncio.run(main())

    assert [AuthenticationError] * 3 == [type(error) for error in errors]
    assert 3 == len({id(error) for error in errors})
    assert {401} == {error.status for error in errors}
    assert 1 == server.count
    assert "c2" == asyncio.run(keeper.get(effects(Asyncio())))


@pytest.mark.parametrize("end", [asyncio.CancelledError, lambda: Timeout("total"), ValueError])
def test_when_the_one_who_fetches_is_stopped_the_next_in_line_fetches(end: Callable[[], BaseException]) -> None:
    """Its caller's impatience, or a defect, says nothing about the others' calls."""
    server = Server(pause=_pause(0.01))
    server.failures = [end()]
    keeper = Refreshing(server.fetch)

    async def main() -> list[Any]:
        return await asyncio.gather(*[keeper.get(effects(Asyncio())) for _ in range(3)], return_exceptions=True)

    first, *others = asyncio.run(main())

    assert isinstance(first, BaseException)
    assert (["c2", "c2"], 2) == (others, server.count)


def test_a_waiter_waits_no_longer_than_its_own_deadline() -> None:
    clock, server = Virtual(), Server(pause=_pause(60.0))
    keeper = Refreshing(server.fetch)
    errors: list[LLMKitError] = []

    async def impatient() -> str:
        try:
            return await keeper.get(effects(clock, clock.now() + 5.0))
        except Timeout as error:
            errors.append(error)
            return f"{clock.now() - 1000.0:.0f}"

    found = run(clock.gather([lambda: keeper.get(effects(clock)), impatient]))

    assert ["c1", "5"] == found
    assert 1 == len(errors)


def test_while_the_old_one_works_only_the_one_who_fetches_waits() -> None:
    clock, server = Virtual(), Server(pause=_pause(1.0))
    keeper = Refreshing(server.fetch)
    run(keeper.get(effects(clock)))

    clock.advance(3400)
    found = run(clock.gather([lambda: keeper.get(effects(clock))] * 2))

    assert (["c2", "c1"], 2) == (found, server.count)


def test_a_failed_renewal_does_not_fail_the_call_while_the_old_one_works() -> None:
    clock, server = Virtual(), Server()
    keeper = Refreshing(server.fetch)
    run(keeper.get(effects(clock)))
    server.failures = [AuthenticationError("down", status=500)]

    clock.advance(3400)
    found = [run(keeper.get(effects(clock))) for _ in range(3)]
    clock.advance(31)
    found.append(run(keeper.get(effects(clock))))

    assert (["c1", "c1", "c1", "c3"], 3) == (found, server.count)


def test_what_was_refused_is_dropped_unless_it_was_replaced_already() -> None:
    server = Server()
    keeper = Refreshing(server.fetch)
    first = run(keeper.get(effects(Virtual())))

    assert keeper.forget(first)
    second = run(keeper.get(effects(Virtual())))
    keeper.forget(first)

    assert ("c2", "c2", "c2") == (second, keeper.held, run(keeper.get(effects(Virtual()))))
