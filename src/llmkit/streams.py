"""The faces of a running answer: iterate for its events, ask for the whole response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from llmkit.runtime.step import run
from llmkit.stream import StreamCore
from llmkit.types.events import Event
from llmkit.types.responses import CompletionResponse

E = TypeVar("E")
R = TypeVar("R")
S = TypeVar("S", bound="AsyncEventStream[Any, Any]")


class EventStream(Generic[E, R]):
    """Iterate to get events; leave the `with` block to end the call, wherever it stands."""

    def __init__(self, core: StreamCore) -> None:
        self._core = core

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> E:
        core = self._core
        cursor = core.cursor
        if cursor == len(core.events) and not run(core.fill()):
            raise StopIteration
        core.cursor = cursor + 1
        event: E = core.events[cursor]  # type: ignore[assignment]  # the decoder's own events
        return event

    def response(self) -> R:
        """Read the rest and return the whole response. Raises `StreamInterrupted` if it was cut."""
        core = self._core
        while run(core.fill()):
            pass
        response: R = core.response()  # type: ignore[assignment]  # the fold's own reply
        return response

    @property
    def partial(self) -> R:
        """Return the response as far as it came; its finish is `interrupted` before the end."""
        response: R = self._core.response()  # type: ignore[assignment]  # the fold's own reply
        return response

    def resume(self) -> None:
        """Take up a stream that was cut, behind the last event that came: iterate on. Raises `UnsupportedFeature` where it cannot be."""
        run(self._core.resume())

    def close(self) -> None:
        """End the call and free its connection."""
        run(self._core.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncEventStream(Generic[E, R]):
    """Iterate with `async for`; leave the `async with` block to end the call, wherever it stands."""

    def __init__(self, core: StreamCore) -> None:
        self._core = core

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> E:
        core = self._core
        cursor = core.cursor
        if cursor == len(core.events) and not await core.fill():
            raise StopAsyncIteration
        core.cursor = cursor + 1
        event: E = core.events[cursor]  # type: ignore[assignment]  # the decoder's own events
        return event

    async def response(self) -> R:
        """Read the rest and return the whole response. Raises `StreamInterrupted` if it was cut."""
        core = self._core
        while await core.fill():
            pass
        response: R = core.response()  # type: ignore[assignment]  # the fold's own reply
        return response

    @property
    def partial(self) -> R:
        """Return the response as far as it came; its finish is `interrupted` before the end."""
        response: R = self._core.response()  # type: ignore[assignment]  # the fold's own reply
        return response

    async def resume(self) -> None:
        """Take up a stream that was cut, behind the last event that came. See `Stream.resume`."""
        await self._core.resume()

    async def aclose(self) -> None:
        """End the call and free its connection."""
        await self._core.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()


class Opening(Generic[S]):
    """What an async client's streaming methods return: `async with` it, or `await` it for the stream."""

    def __init__(self, opening: Callable[[], Awaitable[StreamCore]], kind: Callable[[StreamCore], S]) -> None:
        self._opening, self._kind = opening, kind
        self._stream: S | None = None

    async def _open(self) -> S:
        return self._kind(await self._opening())

    def __await__(self) -> Generator[object, None, S]:
        return self._open().__await__()

    async def __aenter__(self) -> S:
        self._stream = await self._open()
        return self._stream

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._stream is not None:
            await self._stream.aclose()


class Stream(EventStream[Event, CompletionResponse]):
    """The running answer of a conversation."""


class AsyncStream(AsyncEventStream[Event, CompletionResponse]):
    """The running answer of a conversation, for asyncio."""


class OpeningStream(Opening[AsyncStream]):
    """What `AsyncLLMKit.stream` returns."""

    def __init__(self, opening: Callable[[], Awaitable[StreamCore]]) -> None:
        super().__init__(opening, AsyncStream)
