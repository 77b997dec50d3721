"""A run, event by event: those of the model's answers, and those of the tools between them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeAlias

from llmkit.errors import LLMKitError
from llmkit.run.loop import Loop
from llmkit.runtime.step import run
from llmkit.stream import StreamCore
from llmkit.tools.events import RunEvent, StepFinished
from llmkit.tools.outcome import RunResult

Ask: TypeAlias = Callable[[Any, Any, Mapping[str, Any]], Awaitable[StreamCore]]


class RunCore:
    """Pulls a run forward by one event at a time; written once for both faces."""

    def __init__(self, loop: Loop, ask: Ask) -> None:
        self.loop = loop
        self._ask = ask
        self._stream: StreamCore | None = None
        self._cursor = 0
        self._closed = False

    async def next(self) -> RunEvent | None:
        """Return the next event, None at the end. A failure carries the run so far as its `run`."""
        if self._closed:
            return None
        try:
            event = await self._next()
        except BaseException as error:
            if isinstance(error, LLMKitError):
                error.run = self.loop.result("interrupted")
            await self.aclose()
            raise
        if event is None:
            await self.aclose()
        return event

    async def _next(self) -> RunEvent | None:
        loop = self.loop
        if not loop.tools.ready:
            await loop.open()
        while True:
            if self._stream is not None:
                event = await self._told(self._stream)
            elif loop.answering is not None:
                event = await loop.answering.next() or StepFinished(step=await loop.answered())
            elif loop.finish is not None:
                return None
            else:
                self._stream, self._cursor = await self._ask(*loop.arguments()), 0
                continue
            if event is not None:
                return event

    async def _told(self, stream: StreamCore) -> RunEvent | None:
        """Return the next event of the answer; at its end give the whole to the loop."""
        if self._cursor == len(stream.events) and not await stream.fill():
            self._stream = None
            before = len(self.loop.steps)
            await self.loop.took(stream.response())
            return StepFinished(step=self.loop.steps[-1]) if len(self.loop.steps) > before else None
        self._cursor += 1
        return stream.events[self._cursor - 1]

    async def aclose(self) -> None:
        """End the run where it stands."""
        if self._closed:
            return
        self._closed = True
        if self._stream is not None:
            await self._stream.aclose()
        await self.loop.aclose()


class RunStream:
    """Iterate to get events; leave the `with` block to end the run, wherever it stands."""

    def __init__(self, core: RunCore) -> None:
        self._core = core

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> RunEvent:
        event = run(self._core.next())
        if event is None:
            raise StopIteration
        return event

    def result(self) -> RunResult:
        """Play the rest and return the result."""
        for _ in self:
            pass
        return self._core.loop.result()

    @property
    def partial(self) -> RunResult:
        """Return the run as far as its steps are over; its finish is `interrupted` before the end."""
        return self._core.loop.result()

    def close(self) -> None:
        """End the run."""
        run(self._core.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncRunStream:
    """Iterate with `async for`; leave the `async with` block to end the run, wherever it stands."""

    def __init__(self, core: RunCore) -> None:
        self._core = core

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> RunEvent:
        event = await self._core.next()
        if event is None:
            raise StopAsyncIteration
        return event

    async def result(self) -> RunResult:
        """Play the rest and return the result."""
        while await self._core.next() is not None:
            pass
        return self._core.loop.result()

    @property
    def partial(self) -> RunResult:
        """Return the run as far as its steps are over; its finish is `interrupted` before the end."""
        return self._core.loop.result()

    async def aclose(self) -> None:
        """End the run."""
        await self._core.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()
