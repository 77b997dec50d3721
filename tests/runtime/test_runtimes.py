"""One contract for the three runtimes: results in order, first success wins, losers are dropped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from typing import Any

import pytest

from llmkit.errors import Suspended
from llmkit.runtime import Asyncio, Blocking, Runtime, Virtual, run

Play = Callable[[Callable[[Runtime], Awaitable[Any]]], Any]


def _on_asyncio(work: Callable[[Runtime], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        result = await work(Asyncio())
        assert {asyncio.current_task()} == asyncio.all_tasks()
        return result

    return asyncio.run(main())


def _blocking(work: Callable[[Runtime], Awaitable[Any]]) -> Any:
    return run(_awaited(work(Blocking())))


def _virtual(work: Callable[[Runtime], Awaitable[Any]]) -> Any:
    return run(_awaited(work(Virtual())))


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


@pytest.fixture(params=[_on_asyncio, _blocking, _virtual], ids=["asyncio", "blocking", "virtual"])
def play(request: pytest.FixtureRequest) -> Play:
    result: Play = request.param
    return result


def _giving(runtime: Runtime, value: int, after: float = 0.0) -> Callable[[], Coroutine[Any, Any, int]]:
    async def give() -> int:
        await runtime.sleep(after)
        if value < 0:
            raise LookupError(str(value))
        return value

    return give


def test_sleep_moves_the_clock(play: Play) -> None:
    async def work(runtime: Runtime) -> float:
        before = runtime.now()
        await runtime.sleep(0.01)
        return runtime.now() - before

    assert play(work) >= 0.0099


def test_gather_returns_results_in_the_order_of_the_starts(play: Play) -> None:
    async def work(runtime: Runtime) -> list[int]:
        return await runtime.gather([_giving(runtime, 1, 0.02), _giving(runtime, 2, 0.01), _giving(runtime, 3)])

    assert [1, 2, 3] == play(work)


def test_gather_of_nothing_is_empty(play: Play) -> None:
    async def work(runtime: Runtime) -> list[int]:
        return await runtime.gather([])

    assert [] == play(work)


@pytest.mark.parametrize("limit", [1, 2])
def test_gather_runs_at_most_the_limit_at_once(play: Play, limit: int) -> None:
    running = highest = 0
    lock = threading.Lock()

    async def work(runtime: Runtime) -> list[int]:
        async def one() -> int:
            nonlocal running, highest
            with lock:
                running += 1
                highest = max(highest, running)
            await runtime.sleep(0.005)
            with lock:
                running -= 1
            return 0

        return await runtime.gather([one] * 5, limit=limit)

    assert [0] * 5 == play(work)
    assert limit == highest


def test_gather_raises_the_first_failure(play: Play) -> None:
    async def work(runtime: Runtime) -> list[int]:
        return await runtime.gather([_giving(runtime, 1), _giving(runtime, -2), _giving(runtime, 3)])

    with pytest.raises(LookupError, match="-2"):
        play(work)


def test_a_race_does_not_start_the_second_when_the_first_is_quick(play: Play) -> None:
    started = []

    async def work(runtime: Runtime) -> int:
        async def second() -> int:
            started.append(2)
            return 2

        return await runtime.race([_giving(runtime, 1), second], stagger=0.5)

    assert 1 == play(work)
    assert [] == started


def test_a_race_starts_the_next_when_the_stagger_has_passed(play: Play) -> None:
    async def work(runtime: Runtime) -> int:
        return await runtime.race([_giving(runtime, 1, 0.5), _giving(runtime, 2)], stagger=0.01)

    assert 2 == play(work)


def test_a_race_starts_the_next_at_once_when_one_fails(play: Play) -> None:
    async def work(runtime: Runtime) -> int:
        return await runtime.race([_giving(runtime, -1), _giving(runtime, 2)], stagger=3600)

    assert 2 == play(work)


def test_a_race_that_all_lose_raises_the_first_failure(play: Play) -> None:
    async def work(runtime: Runtime) -> int:
        return await runtime.race([_giving(runtime, -1), _giving(runtime, -2)])

    with pytest.raises(LookupError, match="-1"):
        play(work)


def test_the_loser_on_a_loop_is_cancelled_before_the_race_returns() -> None:
    ended = []

    async def main() -> int:
        runtime = Asyncio()

        async def slow() -> int:
            try:
                await runtime.sleep(3600)
            finally:
                ended.append("slow")
            return 1

        return await runtime.race([slow, _giving(runtime, 2)], stagger=0.001)

    assert 2 == asyncio.run(main())
    assert ["slow"] == ended


def test_a_late_success_on_a_loop_is_discarded() -> None:
    discarded = []

    async def discard(value: int) -> None:
        discarded.append(value)

    async def main() -> int:
        runtime = Asyncio()

        async def stubborn() -> int:
            try:
                await runtime.sleep(3600)
            except asyncio.CancelledError:
                return 7
            return 1

        return await runtime.race([stubborn, _giving(runtime, 2)], stagger=0.001, discard=discard)

    assert 2 == asyncio.run(main())
    assert [7] == discarded


def test_a_late_success_in_a_thread_is_discarded() -> None:
    release, discarded = threading.Event(), threading.Event()

    async def discard(value: int) -> None:
        if value == 1:
            discarded.set()

    async def held() -> int:
        release.wait(5)
        return 1

    runtime = Blocking()
    winner = run(runtime.race([held, _giving(runtime, 2)], stagger=0.001, discard=discard))
    release.set()

    assert 2 == winner
    assert discarded.wait(5)


def test_threads_of_a_gather_see_the_context_of_the_caller() -> None:
    variable: ContextVar[int] = ContextVar("variable", default=0)
    variable.set(5)

    async def read() -> int:
        return variable.get()

    assert [5, 5] == run(Blocking().gather([read, read]))


def test_cancelling_a_gather_ends_its_tasks() -> None:
    async def main() -> int:
        runtime = Asyncio()
        task = asyncio.ensure_future(runtime.gather([_giving(runtime, 1, 3600)] * 3))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return len(asyncio.all_tasks())

    assert 1 == asyncio.run(main())


def test_the_virtual_clock_jumps_and_remembers() -> None:
    runtime = Virtual(now=0.0)

    run(runtime.sleep(3600))

    assert 3600.0 == runtime.now()
    assert [3600] == runtime.slept


def test_virtual_branches_share_one_clock() -> None:
    runtime = Virtual(now=0.0)

    result = run(runtime.gather([_giving(runtime, 1, 30.0), _giving(runtime, 2, 20.0)]))

    assert [1, 2] == result
    assert 30.0 == runtime.now()


def test_a_virtual_race_inside_a_gather_ends_on_the_right_second() -> None:
    runtime = Virtual(now=0.0)

    async def hedged() -> int:
        return await runtime.race([_giving(runtime, 1, 100.0), _giving(runtime, 2, 5.0)], stagger=10.0)

    assert [2, 3] == run(runtime.gather([hedged, _giving(runtime, 3, 7.0)]))
    assert 15.0 == runtime.now()


def test_the_virtual_runtime_refuses_to_wait_for_anything_else() -> None:
    async def foreign() -> None:
        await asyncio.sleep(1)

    async def bare() -> None:
        await asyncio.sleep(0)

    with pytest.raises(Suspended):
        run(Virtual().gather([bare]))
    with pytest.raises(RuntimeError):
        run(Virtual().gather([foreign]))
