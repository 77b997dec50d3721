"""An event loop in a thread of its own, for what lives longer than a call and speaks only asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]


class Background:
    """Both clients reach the same loop: a sync caller waits for the future, an async one awaits `call`."""

    __slots__ = ("_loop", "_thread")

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def submit(self, work: Work[T]) -> Future[T]:
        """Run `work` on the loop; cancelling the future cancels it there."""
        return asyncio.run_coroutine_threadsafe(work(), self._loop)

    async def call(self, work: Work[T]) -> T:
        """Run `work` on the loop while the caller's own loop goes on; cancelling the caller cancels it there."""
        return await asyncio.wrap_future(self.submit(work))

    def close(self) -> None:
        """Stop the loop and wait for its thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5.0)


class Latch:
    """Opened once, from any thread; a coroutine of the background loop waits for it."""

    __slots__ = ("_event", "_loop")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def open(self) -> None:
        """Let go whoever waits."""
        self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        """Wait until it is open."""
        await self._event.wait()


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` does; cancel it and raise `TimeoutError` after `seconds`."""
    async with asyncio.timeout(seconds):
        return await work
