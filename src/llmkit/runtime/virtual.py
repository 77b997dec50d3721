"""A clock that jumps: tests of waiting code that wait for nothing."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from heapq import heappop, heappush
from types import coroutine
from typing import Any, TypeVar

from llmkit.errors import Suspended
from llmkit.runtime.protocol import Group, Overdue
from llmkit.runtime.signal import Signal

_GLANCE = 0.01
_NEW_YEAR = 1_767_225_600.0  # 2026-01-01T00:00:00Z
T = TypeVar("T")
Start = Callable[[], Coroutine[Any, Any, T]]


class Virtual:
    """`sleep` moves the clock and returns; `gather` and `race` play their coroutines in the order of the clock.

    Deterministic, in one thread, and never suspends its caller. `slept` lists what was asked of `sleep`.
    """

    def __init__(self, now: float = 1000.0) -> None:
        self._now = now
        self._depth = 0
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def wall(self) -> float:
        """The virtual world begins at the beginning of 2026."""
        return _NEW_YEAR + self._now

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass outside any coroutine."""
        self._now += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self._until(self._now + max(seconds, 0.0))

    async def wait(self, signal: Signal, timeout: float | None = None) -> bool:
        """Glance at the signal a hundred times a second; where nothing else plays, only the clock can move."""
        end = None if timeout is None else self._now + timeout
        while not signal.given and (end is None or self._now < end):
            if not self._depth and end is None:
                raise Suspended("Under the virtual clock nobody is there who could give the signal.")
            glance = self._now + _GLANCE if self._depth else self._now + (timeout or 0.0)
            await self._until(glance if end is None else min(glance, end))
        return signal.given

    async def _until(self, when: float) -> None:
        if self._depth:
            await _wake_at(when)
        self._now = max(self._now, when)

    async def gather(self, starts: Sequence[Start[T]], limit: int = 8) -> list[T]:
        results: dict[int, T] = {}
        play = _Play(self)
        queue = list(range(len(starts)))[::-1]
        try:
            while queue or play.agenda:
                while queue and len(play.agenda) < limit:
                    index = queue.pop()
                    play.add(index, starts[index](), self._now)
                ended = await play.next()
                if ended is not None:
                    index, value, error = ended
                    if error is not None:
                        raise error
                    results[index] = value
        finally:
            play.close()
        return [results[index] for index in range(len(starts))]

    def group(self, starts: Sequence[Start[T]], limit: int = 8) -> Group[T]:
        return _Group(self, starts, limit)

    async def call(self, function: Callable[[], Any], timeout: float | None = None) -> Any:
        """Play the function; it is overdue when the clock has moved too far meanwhile."""
        end = None if timeout is None else self._now + timeout
        late = Overdue(f"It took longer than {timeout:g} s.") if timeout is not None else None
        value = function()
        if inspect.isawaitable(value):
            play = _Play(self)
            play.add(0, _awaited(value), self._now)
            try:
                ended = None
                while ended is None:
                    if late is not None and end is not None and play.agenda[0][0] > end:
                        await self._until(end)
                        raise late
                    ended = await play.next()
            finally:
                play.close()
            _, value, error = ended
            if error is not None:
                raise error
        if late is not None and end is not None and self._now > end:
            raise late
        return value

    async def race(self, starts: Sequence[Start[T]], stagger: float = 0.0, discard: Callable[[T], Awaitable[None]] | None = None) -> T:
        """`discard` has nothing to do: a loser is closed the moment another has won."""
        play = _Play(self)
        failure: BaseException | None = None
        begun = 0
        turn = self._now
        try:
            while begun < len(starts) or play.agenda:
                if begun < len(starts) and (not play.agenda or turn <= play.agenda[0][0]):
                    await self._until(turn)
                    play.add(begun, starts[begun](), self._now)
                    begun += 1
                    turn = self._now + stagger
                ended = await play.next(before=turn if begun < len(starts) else None)
                if ended is None:
                    continue
                _, value, error = ended
                if error is None:
                    result: T = value
                    return result
                failure = failure or error
                turn = self._now
        finally:
            play.close()
        raise failure or ValueError("a race needs at least one start")


class _Play:
    """Coroutines in the order in which they want to wake up."""

    def __init__(self, runtime: Virtual) -> None:
        self._runtime = runtime
        self._count = 0
        self.agenda: list[tuple[float, int, int, Coroutine[Any, Any, Any]]] = []

    def add(self, index: int, work: Coroutine[Any, Any, Any], when: float) -> None:
        self._count += 1
        heappush(self.agenda, (when, self._count, index, work))

    async def next(self, before: float | None = None) -> tuple[int, Any, BaseException | None] | None:
        """Let the earliest run until it sleeps again (None) or ends; do nothing when it is not due `before` then."""
        if before is not None and self.agenda[0][0] > before:
            return None
        when, _, index, work = heappop(self.agenda)
        runtime = self._runtime
        await runtime._until(when)
        runtime._depth += 1
        try:
            wake = work.send(None)
        except StopIteration as stop:
            return index, stop.value, None
        except Exception as error:  # handed to the caller, which raises it
            return index, None, error
        finally:
            runtime._depth -= 1
        if not isinstance(wake, float):
            work.close()
            raise Suspended("A coroutine under the virtual clock awaited something else than its sleep.")
        self.add(index, work, wake)
        return None

    def close(self) -> None:
        for *_, work in self.agenda:
            work.close()


class _Group(Group[T]):
    def __init__(self, runtime: Virtual, starts: Sequence[Start[T]], limit: int) -> None:
        self._runtime, self._limit = runtime, max(limit, 1)
        self._play = _Play(runtime)
        self._queue = list(enumerate(starts))[::-1]

    async def next(self) -> tuple[int, T] | None:
        while self._queue or self._play.agenda:
            while self._queue and len(self._play.agenda) < self._limit:
                index, start = self._queue.pop()
                self._play.add(index, start(), self._runtime.now())
            ended = await self._play.next()
            if ended is None:
                continue
            index, value, error = ended
            if error is not None:
                raise error
            return index, value
        return None

    async def aclose(self) -> None:
        self._queue.clear()
        self._play.close()
        self._play.agenda.clear()


async def _awaited(work: Awaitable[T]) -> T:
    return await work


@coroutine
def _wake_at(when: float) -> Generator[float, None, None]:
    yield when
