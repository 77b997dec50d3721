"""A running answer: read, decoded and kept, written once for both faces."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, runtime_checkable

import msgspec

from llmkit.accumulate import fold
from llmkit.errors import LLMKitError, ProtocolError, StreamInterrupted, Timeout, UnsupportedFeature
from llmkit.room import MEDIA, WORDS, Room
from llmkit.runtime.protocol import Runtime
from llmkit.types.dialect import StreamDecoder
from llmkit.types.events import Event, Start, WireEvent
from llmkit.types.http import Body, Timeouts
from llmkit.types.responses import CompletionResponse

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a decoder raises for a value that it did not expect at a place where anything may come."""
Reopen = Callable[[str, float | None], Awaitable[Body]]
"""Gets the path and the deadline; returns the body that goes on there."""
Finisher = Callable[[CompletionResponse], CompletionResponse]


class Watcher(Protocol):
    """Sees a stream without being able to change it."""

    def event(self, event: Event, /) -> None:
        """See an event when it has come."""
        ...

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """See the end, once: the answer as far as it came. Neither complete nor an error: the reader went away."""
        ...


class Lens(Protocol):
    """Changes or holds back events before anybody sees them."""

    def feed(self, events: list[Event], /) -> list[Event]:
        """Return what may be seen now. Raises `LLMKitError` where the stream must end here."""
        ...

    def close(self) -> list[Event]:
        """Return what was held back: no more comes."""
        ...


@runtime_checkable
class Resumable(Protocol):
    """What a stream decoder has on top where a cut stream can be taken up again."""

    def resume(self) -> str | None:
        """Make ready for bytes from another place; return the path where they are, None where there is none."""
        ...


class StreamCore:
    """Reads a body, decodes it, keeps every event; written once for both faces."""

    __slots__ = (
        "_body",
        "_deadline",
        "_decoder",
        "_describe",
        "_draining",
        "_failure",
        "_finisher",
        "_fold",
        "_lenses",
        "_open",
        "_reopen",
        "_room",
        "_runtime",
        "_timeouts",
        "_told_end",
        "_watchers",
        "cursor",
        "events",
    )

    def __init__(
        self,
        body: Body,
        decoder: StreamDecoder,
        *,
        runtime: Runtime,
        timeouts: Timeouts,
        deadline: float | None,
        fold: Callable[[list[Any]], Any] = fold,
        media: bool = False,
    ) -> None:
        self._fold, self._room = fold, Room(MEDIA if media else WORDS)
        self.events: list[Event] = []
        self.cursor = 0
        self._body, self._decoder, self._runtime = body, decoder, runtime
        self._timeouts, self._deadline = timeouts, deadline
        self._open, self._draining = True, False
        self._failure: LLMKitError | None = None
        self._finisher: Finisher | None = None
        self._describe: Callable[[LLMKitError], LLMKitError] | None = None
        self._reopen: Reopen | None = None
        self._lenses: list[Lens] = []
        self._watchers: list[Watcher] = []
        self._told_end = False

    def watch(self, watcher: Watcher) -> None:
        """Let `watcher` see all events, those that have come already too."""
        self._watchers.append(watcher)
        for event in self.events:
            watcher.event(event)

    def through(self, lens: Lens) -> None:
        """Let everybody see the events, those that have come already too, only through `lens`."""
        self._lenses.append(lens)
        self.events = lens.feed(self.events)
        if self._draining or not self._open:
            self.events += lens.close()

    def finish_with(self, finisher: Finisher) -> None:
        """Let `finisher` complete the folded response (provider, warnings, attempts)."""
        self._finisher = finisher

    def finish_also(self, finisher: Finisher) -> None:
        """Let `finisher` have the response after those before it."""
        before = self._finisher
        self._finisher = finisher if before is None else lambda response: finisher(before(response))

    def describe_with(self, describe: Callable[[LLMKitError], LLMKitError]) -> None:
        """Let `describe` complete a failure (provider, model, no secret)."""
        self._describe = describe

    def reopen_with(self, reopen: Reopen) -> None:
        """Let `reopen` fetch what comes behind the last event, where the provider keeps answers."""
        self._reopen = reopen

    async def resume(self) -> None:
        """Read on after a cut, behind the last event that came. Raises `UnsupportedFeature` where that cannot be done."""
        path = self._decoder.resume() if isinstance(self._decoder, Resumable) and self._failure is not None else None
        if path is None or self._reopen is None:
            hint = "Ask for an answer that the provider keeps (store=True and background), with a format that has these."
            raise UnsupportedFeature("being taken up again", where="This stream", hint=hint)
        if self._timeouts.total is not None:
            self._deadline = self._runtime.now() + self._timeouts.total
        try:
            self._body = await self._reopen(path, self._deadline)
        except LLMKitError as error:
            self._failure = error
            raise
        self._failure, self._open, self._told_end = None, True, False

    async def prime(self) -> None:
        """Read until the first event worth showing, so that a failure before it can still be retried."""
        while not any(not isinstance(event, Start | WireEvent) for event in self.events):
            if not await self.fill():
                break

    async def fill(self) -> bool:
        """Read until new events are there; False at the end. Raises what went wrong, after the events before it were given out."""
        if self._failure is not None:
            await self._raise(self._failure)
        if self._draining:
            await self._drain()
        if not self._open:
            await self._tell_end(None)
            return False
        events: list[Event] = []
        try:
            events = await self._visible()
        except BaseException:
            await self.aclose()
            raise
        self.events += events
        for watcher in self._watchers:
            for event in events:
                watcher.event(event)
        if self._failure is not None and not events:
            await self._raise(self._failure)
        if not self._open and not events:
            await self._tell_end(None)
        return bool(events)

    async def _visible(self) -> list[Event]:
        """Return the next events that may be seen."""
        if not self._lenses:
            return await self._advance()
        while True:
            events = await self._advance()
            over = self._draining or not self._open
            for lens in self._lenses:
                events = lens.feed(events)
                if over:
                    events += lens.close()
            if events or over:
                return events

    async def _raise(self, failure: LLMKitError) -> None:
        error = self._interruption(failure)
        await self._tell_end(error)
        raise error

    async def _tell_end(self, error: LLMKitError | None) -> None:
        if self._told_end or not self._watchers:
            return
        self._told_end = True
        response, complete = self.response(), error is None and self._decoder.done
        for watcher in self._watchers:
            await watcher.end(response, error, complete)

    async def _advance(self) -> list[Event]:
        decoder, first = self._decoder, not self.events
        limit = self._timeouts.first_event if first else self._timeouts.idle
        phase = "first_event" if first else "idle"
        deadline = None if limit is None else self._runtime.now() + limit
        if self._deadline is not None and (deadline is None or self._deadline < deadline):
            deadline, phase = self._deadline, "total"
        while True:
            failure: LLMKitError | None = None
            data = b""
            try:
                data = await self._body.read(deadline, phase)
            except LLMKitError as error:
                failure = error
            if failure is not None:
                # Where nothing but the end of the bytes says that the answer is complete, a lost connection must not look like it.
                rest = [] if getattr(decoder, "open_ended", False) else self._last()[0]
                return await self._end(rest, failure)
            if not data:
                return await self._end(*self._last())
            try:
                events = decoder.feed(data)
            except ProtocolError as error:
                failure = error
            except UNREADABLE:
                failure = _unreadable()
            if failure is not None:
                return await self._end([], failure)
            if (failure := decoder.error or self._room.left(data, events)) is not None:
                return await self._end(events, failure)
            if decoder.done:
                self._draining = True
                return events
            if events:
                return events
            if deadline is not None and self._runtime.now() > deadline:  # bytes that say nothing may come faster than they are read
                return await self._end(self._last()[0], Timeout(phase, getattr(self._timeouts, phase, None)))

    def _last(self) -> tuple[list[Event], LLMKitError | None]:
        try:
            return self._decoder.close(), self._decoder.error
        except ProtocolError as error:
            return [], error
        except UNREADABLE:
            return [], _unreadable()

    async def _drain(self) -> None:
        """After the terminal event only a few bytes can follow; read them so that the connection can be kept."""
        self._draining = self._open = False
        deadline = self._runtime.now() + 0.05
        try:
            while await self._body.read(deadline, "idle"):
                pass
        except LLMKitError:
            pass  # The answer is complete; only the connection is lost, and `aclose` gives it up.
        await self._body.aclose()

    async def _end(self, events: list[Event], failure: LLMKitError | None) -> list[Event]:
        self._open = False
        await self._body.aclose()
        if not self._decoder.done:
            if failure is None and not events and not self.events:
                failure = ProtocolError("The answer holds nothing, or nothing of its format.")
            self._failure = failure or StreamInterrupted("The stream ended before the answer was complete.")
        return events

    def _interruption(self, failure: LLMKitError) -> LLMKitError:
        """Before the first visible event the failure speaks for itself; after it the partial response comes along."""
        if self._describe is not None:
            failure = self._describe(failure)
        if not any(not isinstance(event, Start | WireEvent) for event in self.events):
            return failure
        if isinstance(failure, StreamInterrupted):
            interruption = StreamInterrupted(failure.message, partial=self.response())
        else:
            text = f"The stream was interrupted: {failure.message}"
            interruption = StreamInterrupted(text, partial=self.response(), cause=failure)
        interruption.provider, interruption.model, interruption.attempts = failure.provider, failure.model, failure.attempts
        return interruption

    def response(self) -> CompletionResponse:
        """Return the response as far as it came."""
        response: CompletionResponse = self._fold(self.events)
        return self._finisher(response) if self._finisher else response

    async def aclose(self) -> None:
        """End the call and free its connection."""
        self._open = False
        await self._body.aclose()
        await self._tell_end(None)


def _unreadable() -> ProtocolError:
    return ProtocolError("An event of the stream is not what was promised.")
