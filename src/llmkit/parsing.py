"""`parse`: ask until the answer fits the user's type, a bounded number of times, over one deadline and one budget."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import msgspec

from llmkit.pipeline.call import Call
from llmkit.runtime.step import run
from llmkit.stream import StreamCore
from llmkit.structured.asking import Asking, asking
from llmkit.structured.growing import GrowingAnswer
from llmkit.structured.parsed import Parsed
from llmkit.structured.partial import NOTHING
from llmkit.types.responses import CompletionResponse

T = TypeVar("T")


def begin(kind: Any, call: Call, *, tries: int, mode: str | None) -> tuple[Asking[Any], Call]:
    """Return the state of a `parse` of `kind` and its first call. Raises `InvalidRequest`."""
    state = asking(kind, call.request, tries=tries, mode=mode)
    return state, msgspec.structs.replace(call, request=state.request)


async def parsed(state: Asking[T], call: Call, complete: Callable[[Call], Awaitable[CompletionResponse]]) -> Parsed[T]:
    """Return the value, asking again with what was wrong where an answer does not fit."""
    while True:
        response = await complete(call)
        found = state.judge(response)
        if found is not None:
            return found
        call = _again(state, call, response)


def _again(state: Asking[Any], call: Call, response: CompletionResponse) -> Call:
    """Ask next whoever answered; the answer that did not fit is one of the attempts."""
    answered = call.model
    if response.attempts:
        last = response.attempts[-1]
        call.budget.attempts.append(last.replace(error="OutputInvalid"))
        answered = f"{last.provider}/{last.model}"
    models = (answered, *(model for model in call.models if model != answered)) if answered in call.models else call.models
    return msgspec.structs.replace(call, request=state.request, models=models, model=models[0])


class ParseCore(Generic[T]):
    """Reads streams until an answer fits; written once for both faces."""

    __slots__ = ("_asking", "_call", "_cursor", "_failure", "_found", "_growing", "_open", "_stream", "value")

    def __init__(self, state: Asking[T], call: Call, open_: Callable[[Call], Awaitable[StreamCore]]) -> None:
        self._asking = state
        self._call = call
        self._open = open_
        self._stream: StreamCore | None = None
        self._growing = GrowingAnswer(state.kind, state.tool)
        self._cursor = 0
        self._found: Parsed[T] | None = None
        self._failure: BaseException | None = None
        self.value: Any = NOTHING
        """The answer as far as it came."""

    async def start(self) -> Self:
        """Open the first stream, so that what is wrong with the request is said at once."""
        self._stream = await self._open(self._call)
        return self

    async def advance(self) -> bool:
        """Read until the answer grew; False when it is complete and fits. Raises what is wrong with it."""
        if self._failure is not None:
            raise self._failure
        while self._found is None:
            if self._take():
                return True
            if not await self._more():
                await self._judge()
        return False

    async def parsed(self) -> Parsed[T]:
        """Read the rest and return the value. Raises what is wrong with the answer."""
        while await self.advance():
            pass
        assert self._found is not None
        return self._found

    async def aclose(self) -> None:
        """End the call and free its connection."""
        if self._stream is not None:
            await self._stream.aclose()

    def response(self) -> CompletionResponse:
        """Return the response as far as it came."""
        assert self._stream is not None
        return self._stream.response()

    def _take(self) -> bool:
        """Take what was read; tell whether the answer grew."""
        stream, growing = self._stream, self._growing
        assert stream is not None
        grew = False
        while self._cursor < len(stream.events):
            grew = growing.take(stream.events[self._cursor]) or grew
            self._cursor += 1
            if grew:
                break
        value = growing.value if grew else NOTHING
        if value is NOTHING:
            return False
        self.value = value
        return True

    async def _more(self) -> bool:
        assert self._stream is not None
        return self._cursor < len(self._stream.events) or await self._stream.fill()

    async def _judge(self) -> None:
        """The stream is over: take its value, or ask again."""
        stream, state = self._stream, self._asking
        assert stream is not None
        response = stream.response()
        try:
            self._found = state.judge(response)
        except BaseException as error:
            self._failure = error
            raise
        if self._found is None:
            await stream.aclose()
            self._call = _again(state, self._call, response)
            self._growing, self._cursor = GrowingAnswer(state.kind, state.tool), 0
            self._stream = await self._open(self._call)


class ParseStream(Generic[T]):
    """Iterate to get the answer as it grows (plain JSON values); `value()` is the whole of it as the type asked for."""

    def __init__(self, core: ParseCore[T]) -> None:
        self._core = core

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        if not run(self._core.advance()):
            raise StopIteration
        return self._core.value

    def value(self) -> T:
        """Read the rest and return the value. Raises `OutputInvalid` where none fits, `StreamInterrupted` if it was cut."""
        return run(self._core.parsed()).value

    def parsed(self) -> Parsed[T]:
        """Read the rest and return the value with its response, usage and tries."""
        return run(self._core.parsed())

    @property
    def partial(self) -> CompletionResponse:
        """Return the response as far as it came."""
        return self._core.response()

    def close(self) -> None:
        """End the call and free its connection."""
        run(self._core.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncParseStream(Generic[T]):
    """Iterate with `async for` to get the answer as it grows; `await value()` is the whole of it as the type asked for."""

    def __init__(self, core: ParseCore[T]) -> None:
        self._core = core

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        if not await self._core.advance():
            raise StopAsyncIteration
        return self._core.value

    async def value(self) -> T:
        """Read the rest and return the value. Raises `OutputInvalid` where none fits, `StreamInterrupted` if it was cut."""
        return (await self._core.parsed()).value

    async def parsed(self) -> Parsed[T]:
        """Read the rest and return the value with its response, usage and tries."""
        return await self._core.parsed()

    @property
    def partial(self) -> CompletionResponse:
        """Return the response as far as it came."""
        return self._core.response()

    async def aclose(self) -> None:
        """End the call and free its connection."""
        await self._core.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()


class OpeningParse(Generic[T]):
    """What `AsyncLLMKit.parse_stream` returns: `async with` it, or `await` it for the stream."""

    def __init__(self, opening: Callable[[], Awaitable[ParseCore[T]]]) -> None:
        self._opening = opening
        self._stream: AsyncParseStream[T] | None = None

    async def _open(self) -> AsyncParseStream[T]:
        return AsyncParseStream(await self._opening())

    def __await__(self) -> Generator[object, None, AsyncParseStream[T]]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncParseStream[T]:
        self._stream = await self._open()
        return self._stream

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._stream is not None:
            await self._stream.aclose()
