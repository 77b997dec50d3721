"""What a runtime can do: tell the time, wait, and run several coroutines at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

from llmkit.runtime.signal import Signal

T = TypeVar("T")


class Runtime(Protocol):
    """The effects that differ between sync and async. Each engine is one small module."""

    def now(self) -> float:
        """Return the monotonic clock's reading in seconds: the clock of every deadline."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    async def wait(self, signal: Signal, timeout: float | None = None) -> bool:
        """Wait until `signal` is given; say whether it was, or the time ran out."""
        ...

    async def gather(self, starts: Sequence[Callable[[], Coroutine[Any, Any, T]]], limit: int = 8) -> list[T]:
        """Run all, at most `limit` at once; return the results in order. The first failure stops the rest and is raised."""
        ...

    async def race(
        self,
        starts: Sequence[Callable[[], Coroutine[Any, Any, T]]],
        stagger: float = 0.0,
        discard: Callable[[T], Awaitable[None]] | None = None,
    ) -> T:
        """Start one, and the next each time `stagger` seconds pass or one fails; return the first success.

        The others are cancelled where that is possible; the result of one that finishes all the same goes to `discard`, so
        that what it opened is closed. When all fail, the first failure is raised.
        """
        ...
