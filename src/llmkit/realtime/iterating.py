"""How every session is read and ended, in both faces."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from llmkit.runtime.step import run
from llmkit.types.realtime import RealtimeEvent


class Iterating:
    """A session that plain code iterates and a `with` block ends."""

    _core: Any  # each kind of session has its own

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> RealtimeEvent:
        event: RealtimeEvent | None = run(self._core.next())
        if event is None:
            raise StopIteration
        return event

    def close(self) -> None:
        """End the session, wherever it stands."""
        run(self._core.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncIterating:
    """A session that a task iterates and an `async with` block ends."""

    _core: Any  # each kind of session has its own

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> RealtimeEvent:
        event: RealtimeEvent | None = await self._core.next()
        if event is None:
            raise StopAsyncIteration
        return event

    async def aclose(self) -> None:
        """End the session, wherever it stands."""
        await self._core.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()
