"""Calling the user's functions: one contract for the three runtimes, with what each does about time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from llmkit.runtime import Asyncio, Blocking, Runtime, Virtual, run
from llmkit.runtime.background import Background
from llmkit.runtime.protocol import Overdue
from llmkit.runtime.signal import Signal
from tests.runtime.test_runtimes import Play, _giving, play  # noqa: F401 - a fixture

KINDS = ("plain", "async", "returns an awaitable")


def _function(kind: str, runtime: Runtime, value: Any) -> Callable[[], Any]:
    async def later() -> Any:
        await (runtime.sleep(0.001) if isinstance(runtime, Virtual) else asyncio.sleep(0.001))
        if isinstance(value, BaseException):
            raise value
        return value

    def now() -> Any:
        if isinstance(value, BaseException):
            raise value
        return value

    return {"plain": now, "async": later, "returns an awaitable": lambda: later()}[kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("timeout", [None, 5.0])
def test_a_call_returns_what_the_function_returns(play: Play, kind: str, timeout: float | None) -> None:  # noqa: F811
    async def work(runtime: Runtime) -> Any:
        return await runtime.call(_function(kind, runtime, 7), timeout)

    assert 7 == play(work)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("timeout", [None, 5.0])
def test_a_call_raises_what_the_function_raises(play: Play, kind: str, timeout: float | None) -> None:  # noqa: F811
    async def work(runtime: Runtime) -> Any:
        return await runtime.call(_function(kind, runtime, LookupError("gone")), timeout)

    with pytest.raises(LookupError, match="gone"):
        play(work)


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_that_takes_too_long_is_overdue(play: Play, kind: str) -> None:  # noqa: F811
    released = threading.Event()

    async def work(runtime: Runtime) -> Any:
        async def later() -> None:
            await (runtime.sleep(60) if isinstance(runtime, Virtual) else asyncio.sleep(60))

        def now() -> None:
            if isinstance(runtime, Virtual):
                runtime.advance(60)
            else:
                released.wait(60)

        function: Callable[[], Any] = {"plain": now, "async": later, "returns an awaitable": lambda: later()}[kind]
        return await runtime.call(function, 0.02)

    with pytest.raises(Overdue, match=r"0\.02"):
        play(work)
    released.set()


def test_an_overdue_async_function_is_cancelled() -> None:
    """It holds sockets and locks: it must learn that nobody waits any more."""
    told: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            told.append("cancelled")
            raise

    with pytest.raises(Overdue):
        asyncio.run(Asyncio().call(endless, 0.01))
    with pytest.raises(Overdue):
        run(Blocking().call(endless, 0.01))

    assert ["cancelled", "cancelled"] == told


def test_a_plain_function_does_not_hold_up_the_event_loop() -> None:
    async def main() -> list[str]:
        order: list[str] = []
        free = threading.Event()

        def wait() -> None:
            free.wait(5)
            order.append("function")

        async def other() -> None:
            order.append("loop")
            free.set()

        await asyncio.gather(Asyncio().call(wait), other())
        return order

    assert ["loop", "function"] == asyncio.run(main())


def test_a_function_that_cancels_itself_does_not_cancel_its_caller() -> None:
    async def odd() -> None:
        raise asyncio.CancelledError

    with pytest.raises(RuntimeError, match="cancelled"):
        asyncio.run(Asyncio().call(odd))


def test_a_cancelled_caller_cancels_the_function() -> None:
    told: list[str] = []

    async def main() -> None:
        begun = asyncio.Event()

        async def endless() -> None:
            begun.set()
            try:
                await asyncio.sleep(60)
            finally:
                told.append("ended")

        task = asyncio.ensure_future(Asyncio().call(endless))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert ["ended"] == told


def test_an_async_function_runs_in_the_sync_client_even_inside_a_loop() -> None:
    """A notebook's sync client stands inside a running loop."""

    async def seven() -> int:
        await asyncio.sleep(0)
        return 7

    async def main() -> Any:
        return run(Blocking().call(seven))

    assert 7 == asyncio.run(main())


async def _drained(group: Any) -> list[tuple[int, Any]]:
    found = []
    try:
        while (ended := await group.next()) is not None:
            found.append(ended)
    finally:
        await group.aclose()
    return found


def test_a_group_tells_results_as_they_come(play: Play) -> None:  # noqa: F811
    """Each ends only when the one after it was heard."""
    heard = [Signal() for _ in range(3)]
    heard[2].give()

    async def work(runtime: Runtime) -> list[tuple[int, Any]]:
        async def give(place: int) -> int:
            await runtime.wait(heard[place], 30)
            return place

        group = runtime.group([partial(give, place) for place in range(3)])
        found = []
        while (ended := await group.next()) is not None:
            found.append(ended)
            heard[ended[0] - 1].give()
        await group.aclose()
        return found

    assert [(2, 2), (1, 1), (0, 0)] == play(work)


@pytest.mark.parametrize("limit", [1, 2])
def test_a_group_runs_at_most_the_limit_at_once(play: Play, limit: int) -> None:  # noqa: F811
    running = highest = 0
    lock = threading.Lock()

    async def work(runtime: Runtime) -> list[tuple[int, Any]]:
        async def one() -> int:
            nonlocal running, highest
            with lock:
                running += 1
                highest = max(highest, running)
            await runtime.sleep(0.005)
            with lock:
                running -= 1
            return 0

        return await _drained(runtime.group([one] * 5, limit=limit))

    assert 5 == len(play(work))
    assert limit == highest


def test_a_group_of_nothing_is_empty(play: Play) -> None:  # noqa: F811
    async def work(runtime: Runtime) -> list[tuple[int, Any]]:
        return await _drained(runtime.group([]))

    assert [] == play(work)


def test_a_group_raises_a_failure_and_a_closed_one_is_over(play: Play) -> None:  # noqa: F811
    async def work(runtime: Runtime) -> Any:
        group = runtime.group([_giving(runtime, -1), _giving(runtime, 2, 0.01), _giving(runtime, 3, 0.01)], limit=1)
        with pytest.raises(LookupError):
            await group.next()
        await group.aclose()
        return await group.next()

    assert play(work) is None


def test_the_background_loop_serves_both_colours_and_ends() -> None:
    background = Background("test")

    async def double(value: int) -> int:
        await asyncio.sleep(0)
        return 2 * value

    async def other_loop() -> int:
        return await background.call(partial(double, 4))

    results = background.submit(partial(double, 3)).result(5), asyncio.run(other_loop())
    background.close()

    assert (6, 8) == results
    assert "test" not in [thread.name for thread in threading.enumerate()]
