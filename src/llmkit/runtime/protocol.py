"""What a runtime can do: tell the time, wait, and run several coroutines at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

from llmkit.runtime.signal import Signal

T = TypeVar("T")
Done = TypeVar("Done", covariant=True)


class Overdue(TimeoutError):
    """A function took longer than it may."""


class Group(Protocol[Done]):
    """Coroutines under way at once; their results are taken one by one, as they come."""

    async def next(self) -> tuple[int, Done] | None:
        """Return the next result with the index of its start; None when all are told. Raises what a coroutine raised."""
        ...

    async def aclose(self) -> None:
        """Begin no more, and cancel what runs where that is possible."""
        ...


class Runtime(Protocol):
    """The effects that differ between sync and async. Each engine is one small module."""

    def now(self) -> float:
        """Return the monotonic clock's reading in seconds: the clock of every deadline."""
        ...

    def wall(self) -> float:
        """Return the time of day in seconds since 1970: for dates and prices, never for durations."""
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

    def group(self, starts: Sequence[Callable[[], Coroutine[Any, Any, T]]], limit: int = 8) -> Group[T]:
        """Run all, at most `limit` at once, and tell each result when it is there. Whoever asks for a group closes it."""
        ...

    async def call(self, function: Callable[[], Any], timeout: float | None = None) -> Any:
        """Call a function of the user's, plain or async, without holding up anybody else; raise `Overdue` after `timeout` seconds.

        An async one is cancelled then; a plain one cannot be stopped: its thread is left to end by itself.
        """
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
