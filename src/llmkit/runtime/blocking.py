"""Time in the caller's own thread."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, TypeVar

from llmkit.runtime.protocol import Group, Overdue
from llmkit.runtime.signal import Signal
from llmkit.runtime.step import run
from llmkit.runtime.thread import begin

T = TypeVar("T")
Start = Callable[[], Coroutine[Any, Any, T]]
Outcome = tuple[int, Any, BaseException | None]


class Blocking:
    """Sleeps for real; coroutines that run at once get a thread each, so nothing here ever suspends."""

    __slots__ = ()

    def now(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)

    async def wait(self, signal: Signal, timeout: float | None = None) -> bool:
        event = Event()
        signal.listen(event.set)
        try:
            event.wait(None if timeout is None else max(timeout, 0.0))
        finally:
            signal.leave(event.set)
        return signal.given

    async def gather(self, starts: Sequence[Start[T]], limit: int = 8) -> list[T]:
        if limit <= 1 or len(starts) <= 1:
            return [await start() for start in starts]
        outcomes: SimpleQueue[Outcome] = SimpleQueue()
        results: dict[int, T] = {}
        queue = list(enumerate(starts))[::-1]
        running = 0
        failure: BaseException | None = None
        while queue or running:
            while queue and running < limit:
                index, start = queue.pop()
                _spawn(index, start, outcomes.put)
                running += 1
            index, value, error = outcomes.get()
            running -= 1
            if error is None:
                results[index] = value
            else:
                failure = failure or error
                queue.clear()
        if failure is not None:
            raise failure
        return [results[index] for index in range(len(starts))]

    def group(self, starts: Sequence[Start[T]], limit: int = 8) -> Group[T]:
        return _Group(starts, limit)

    async def call(self, function: Callable[[], Any], timeout: float | None = None) -> Any:
        """Run an async function on an event loop of its own, in a thread: the caller's may have one already."""
        if timeout is None and not inspect.iscoroutinefunction(function):
            value = function()
            if not inspect.isawaitable(value):
                return value
            awaitable = value
            function = lambda: awaitable  # noqa: E731 - what it returned is awaited in the thread
        outcome: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        begin(lambda: _result(function, timeout), lambda value, error: outcome.put((value, error)))
        try:
            # The loop in the thread keeps the time of an async function; the second is for its clearing up.
            value, error = outcome.get(timeout=None if timeout is None else timeout + (inspect.iscoroutinefunction(function) * 2.0))
        except Empty:
            raise Overdue(f"It took longer than {timeout:g} s.") from None
        if error is not None:
            raise error
        return value

    async def race(self, starts: Sequence[Start[T]], stagger: float = 0.0, discard: Callable[[T], Awaitable[None]] | None = None) -> T:
        """Run the losers to their end in the background: a blocking call cannot be cancelled from outside."""
        finish = _Finish(discard)
        begun = failed = 0
        failure: BaseException | None = None
        try:
            while failed < len(starts):
                if begun < len(starts):
                    _spawn(begun, starts[begun], finish.put)
                    begun += 1
                try:
                    _, value, error = finish.outcomes.get(timeout=stagger if begun < len(starts) else None)
                except Empty:
                    continue
                if error is None:
                    result: T = value
                    return result
                failed += 1
                failure = failure or error
        finally:
            finish.close()
        raise failure or ValueError("a race needs at least one start")


def _result(function: Callable[[], Any], timeout: float | None) -> Any:
    value = function()
    if not inspect.isawaitable(value):
        return value
    import asyncio  # Costs a sync client 30 ms, and only one with async functions needs it.

    from llmkit.runtime.asyncio import Asyncio

    async def awaited() -> Any:
        return await value

    return asyncio.run(Asyncio().call(awaited, timeout))


class _Group(Group[T]):
    """A thread for each coroutine; where there is only one, it runs in the caller's."""

    def __init__(self, starts: Sequence[Start[T]], limit: int) -> None:
        self._queue = list(enumerate(starts))[::-1]
        self._alone = len(starts) == 1 or limit <= 1
        self._limit = limit
        self._running = 0
        self._outcomes: SimpleQueue[Outcome] = SimpleQueue()

    async def next(self) -> tuple[int, T] | None:
        if self._alone:
            if not self._queue:
                return None
            index, start = self._queue.pop()
            return index, await start()
        while self._queue and self._running < self._limit:
            _spawn(*self._queue.pop(), self._outcomes.put)
            self._running += 1
        if not self._running:
            return None
        index, value, error = self._outcomes.get()
        self._running -= 1
        if error is not None:
            raise error
        return index, value

    async def aclose(self) -> None:
        self._queue.clear()
        self._running = 0


class _Finish:
    """Takes outcomes until the race is decided, then throws the late ones away."""

    def __init__(self, discard: Callable[[Any], Awaitable[None]] | None) -> None:
        self.outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self._discard = discard
        self._lock = Lock()
        self._open = True

    def put(self, outcome: Outcome) -> None:
        with self._lock:
            if self._open:
                self.outcomes.put(outcome)
                return
        self._throw_away(outcome)

    def close(self) -> None:
        with self._lock:
            self._open = False
        while True:
            try:
                outcome = self.outcomes.get_nowait()
            except Empty:
                return
            self._throw_away(outcome)

    def _throw_away(self, outcome: Outcome) -> None:
        if outcome[2] is None and self._discard is not None:
            run(_awaited(self._discard(outcome[1])))


async def _awaited(work: Awaitable[None]) -> None:
    await work


def _spawn(index: int, start: Start[Any], put: Callable[[Outcome], None]) -> None:
    def work() -> None:
        try:
            outcome: Outcome = (index, run(start()), None)
        except BaseException as error:  # carried to the thread that waits, which raises it
            outcome = (index, None, error)
        put(outcome)

    Thread(target=copy_context().run, args=(work,), name="llmkit-race", daemon=True).start()
