"""Time on an event loop."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from time import monotonic, time
from typing import Any, TypeVar

from llmkit.runtime.protocol import Group, Overdue
from llmkit.runtime.signal import Signal
from llmkit.runtime.thread import begin

T = TypeVar("T")
Start = Callable[[], Coroutine[Any, Any, T]]


class Asyncio:
    """Waits on the running loop; coroutines that run at once are tasks."""

    __slots__ = ()

    def now(self) -> float:
        return monotonic()

    def wall(self) -> float:
        return time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, signal: Signal, timeout: float | None = None) -> bool:
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            with suppress(RuntimeError):  # its loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(_finish, woken)

        signal.listen(wake)
        try:
            await asyncio.wait((woken,), timeout=None if timeout is None else max(timeout, 0.0))
        finally:
            signal.leave(wake)
            woken.cancel()
        return signal.given

    async def gather(self, starts: Sequence[Start[T]], limit: int = 8) -> list[T]:
        results: dict[int, T] = {}
        queue = iter(enumerate(starts))

        async def work() -> None:
            for index, start in queue:
                results[index] = await start()

        await _all([asyncio.ensure_future(work()) for _ in range(min(limit, len(starts)))])
        return [results[index] for index in range(len(starts))]

    def group(self, starts: Sequence[Start[T]], limit: int = 8) -> Group[T]:
        return _Group(starts, limit)

    async def call(self, function: Callable[[], Any], timeout: float | None = None) -> Any:
        work = asyncio.ensure_future(_result(function))
        try:
            await asyncio.wait((work,), timeout=timeout)
            if not work.done():
                work.cancel()
                await asyncio.wait((work,), timeout=1.0)  # let it clear up, but not for ever
                raise Overdue(f"It took longer than {timeout:g} s.")
            if work.cancelled():  # by itself: whoever cancels this task is heard above
                raise RuntimeError("It was cancelled.")
            return work.result()
        finally:
            work.cancel()

    async def race(self, starts: Sequence[Start[T]], stagger: float = 0.0, discard: Callable[[T], Awaitable[None]] | None = None) -> T:
        tasks: list[asyncio.Task[T]] = []
        pending: set[asyncio.Task[T]] = set()
        failure: BaseException | None = None
        winner: asyncio.Task[T] | None = None
        try:
            while winner is None and (pending or len(tasks) < len(starts)):
                if len(tasks) < len(starts):
                    tasks.append(asyncio.ensure_future(starts[len(tasks)]()))
                    pending.add(tasks[-1])
                more = len(tasks) < len(starts)
                done, pending = await asyncio.wait(pending, timeout=stagger if more else None, return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    if task not in done:
                        continue
                    if task.cancelled():
                        failure = failure or asyncio.CancelledError()
                    elif (error := task.exception()) is not None:
                        failure = failure or error
                    else:
                        winner = winner or task
        finally:
            await _drop([task for task in tasks if task is not winner], discard)
        if winner is None:
            raise failure or ValueError("a race needs at least one start")
        return winner.result()


def _finish(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)


async def _result(function: Callable[[], Any]) -> Any:
    """Call an async function here, a plain one in a thread; what a plain one returns may still have to be awaited."""
    if inspect.iscoroutinefunction(function):
        return await function()
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def done(value: Any, error: BaseException | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
            loop.call_soon_threadsafe(_settle, future, value, error)

    begin(function, done)
    value = await future
    return await value if inspect.isawaitable(value) else value


def _settle(future: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(value)
    elif isinstance(error, StopIteration):  # a future cannot hold it
        future.set_exception(RuntimeError("It raised StopIteration."))
    else:
        future.set_exception(error)


class _Group(Group[T]):
    """A task for each coroutine; the next begins when one ends."""

    def __init__(self, starts: Sequence[Start[T]], limit: int) -> None:
        self._queue = list(enumerate(starts))[::-1]
        self._limit = max(limit, 1)
        self._running: dict[asyncio.Task[T], int] = {}

    async def next(self) -> tuple[int, T] | None:
        while self._queue and len(self._running) < self._limit:
            index, start = self._queue.pop()
            self._running[asyncio.ensure_future(start())] = index
        if not self._running:
            return None
        done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        task = min(done, key=self._running.__getitem__)
        return self._running.pop(task), task.result()

    async def aclose(self) -> None:
        self._queue.clear()
        running, self._running = list(self._running), {}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _all(tasks: list[asyncio.Task[None]]) -> None:
    """Wait for every task; when one fails, or this one is cancelled, stop the others and wait for them too."""
    if not tasks:
        return
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if task in done and not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def _drop(tasks: list[asyncio.Task[T]], discard: Callable[[T], Awaitable[None]] | None) -> None:
    """Cancel the losers, wait until they are gone, and close what a late one still brought."""
    for task in tasks:
        task.cancel()
    for late in await asyncio.gather(*tasks, return_exceptions=True):
        if discard is not None and not isinstance(late, BaseException):
            await discard(late)
