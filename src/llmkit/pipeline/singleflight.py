"""Of many who ask the same at the same time, one asks for all."""

from __future__ import annotations

import threading
from copy import copy
from typing import Any

import msgspec

from llmkit.caching.broadcast import Broadcast
from llmkit.caching.key import SHARED_BY, SharedBy, key_of
from llmkit.caching.mark import as_shared
from llmkit.caching.statistics import Statistics
from llmkit.errors import BudgetExceeded, ConfigurationError, LLMKitError, LocalRateLimited, Timeout
from llmkit.pipeline.cache import about
from llmkit.pipeline.call import Call, Next
from llmkit.runtime.home import home
from llmkit.runtime.signal import Signal
from llmkit.stream import StreamCore
from llmkit.types.events import Event
from llmkit.types.responses import CompletionResponse

_OWN = (Timeout, LocalRateLimited, BudgetExceeded)
"""Failures that are the asker's own: another one's time, limit or budget may still do."""


class Flight:
    """One call that several wait for. Neither a response nor a failure: whoever asked was cancelled."""

    __slots__ = ("failure", "landed", "response")

    def __init__(self) -> None:
        self.landed = Signal()
        self.response: CompletionResponse | None = None
        self.failure: LLMKitError | None = None


class Flights:
    """What is under way, by key."""

    __slots__ = ("lock", "streams", "whole")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.whole: dict[bytes, Flight] = {}
        self.streams: dict[tuple[bytes, int], Broadcast] = {}

    def flight(self, key: bytes) -> tuple[Flight, bool]:
        """Return the flight of `key`, and whether it is the caller's to fly."""
        with self.lock:
            flight = self.whole.get(key)
            if flight is not None:
                return flight, False
            flight = self.whole[key] = Flight()
            return flight, True

    def landed(self, key: bytes, flight: Flight) -> None:
        """Let the next one with `key` ask anew, and wake all who wait."""
        with self.lock:
            if self.whole.get(key) is flight:
                del self.whole[key]
        flight.landed.give()

    def broadcast(self, key: bytes, place: object, now: float) -> tuple[Broadcast, bool]:
        """Return the stream of `key` in the home `place`, joined, and whether it is the caller's to open."""
        name = (key, id(place))  # the broadcast holds the place, so that its id is of nothing else meanwhile
        with self.lock:
            broadcast = self.streams.get(name)
        if broadcast is not None and broadcast.join(now):
            return broadcast, False
        made = Broadcast(place, lambda: self._forget(name, made))
        made.join(now)
        with self.lock:
            current = self.streams.get(name)
            if current is None or current is broadcast:
                self.streams[name] = made
                return made, True
        return self.broadcast(key, place, now)

    def _forget(self, name: tuple[bytes, int], broadcast: Broadcast) -> None:
        with self.lock:
            if self.streams.get(name) is broadcast:
                del self.streams[name]


class SingleFlight(msgspec.Struct, frozen=True, kw_only=True):
    """Share one call among all who ask exactly the same while it is under way, streams from their beginning.

    Its failure goes to all, but a failure that was the asker's own (its time ran out) lets each ask once more; when the asker
    is cancelled, another one asks. An answer that another's call brought says so in `response.extra["shared"]` and costs 0.
    """

    shared_by: SharedBy = "user"
    statistics: Statistics = msgspec.field(default_factory=Statistics)
    _flights: Flights = msgspec.field(default_factory=Flights)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.shared_by not in SHARED_BY:
            hint = f"It is one of {', '.join(SHARED_BY)}."
            raise ConfigurationError(f"A call cannot be shared by {self.shared_by!r}.", parameter="shared_by", hint=hint)

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "singleflight"

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply of the one call."""
        if call.operation != "complete" or call.resumption is not None:
            return await next(call)
        key = key_of(call.request, (*about(call, self.shared_by), *(_timing(call) if call.stream else ())))
        if key is None:
            return await next(call)
        return await (self._stream(key, call, next) if call.stream else self._whole(key, call, next))

    async def _whole(self, key: bytes, call: Call, next: Next[Any]) -> CompletionResponse:
        tried = False
        while True:
            flight, own = self._flights.flight(key)
            if own:
                return await self._fly(key, flight, call, next)
            await _wait(call, flight.landed)
            if flight.response is not None:
                self.statistics.save("joined", flight.response.cost)
                return as_shared(flight.response)
            tried = _told(flight.failure, tried)

    async def _fly(self, key: bytes, flight: Flight, call: Call, next: Next[Any]) -> CompletionResponse:
        try:
            flight.response = await next(call)
            return flight.response
        except LLMKitError as error:
            flight.failure = copy(error)
            raise
        finally:
            self._flights.landed(key, flight)

    async def _stream(self, key: bytes, call: Call, next: Next[Any]) -> StreamCore:
        tried, place = False, home(call.runtime)
        while True:
            broadcast, own = self._flights.broadcast(key, place, call.runtime.now())
            if own:
                await self._open(broadcast, call, next)
                return broadcast.reader(call.runtime, call.timeouts, call.deadline, paying=True)
            await _boarded(broadcast, call)
            if broadcast.shared:
                core = broadcast.reader(call.runtime, call.timeouts, call.deadline, paying=False)
                core.watch(_Joined(self.statistics, broadcast))
                return core
            tried = _told(broadcast.failure, tried)

    async def _open(self, broadcast: Broadcast, call: Call, next: Next[Any]) -> None:
        failure: LLMKitError | None = None
        try:
            broadcast.open(await next(call), call.runtime.now())
        except LLMKitError as error:
            failure = copy(error)
            raise
        finally:
            if not broadcast.opened.given:
                broadcast.fail(failure)


class _Joined:
    """Counts what a shared stream saved."""

    def __init__(self, statistics: Statistics, broadcast: Broadcast) -> None:
        self._statistics, self._broadcast = statistics, broadcast

    def event(self, event: Event, /) -> None:
        """Wait for the end."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """Count the cost that somebody else bore."""
        self._statistics.save("joined", self._broadcast.cost)


async def _boarded(broadcast: Broadcast, call: Call) -> None:
    """Wait until the stream is open, or is not going to be; give the place back where that takes too long."""
    waited = False
    try:
        await _wait(call, broadcast.opened)
        waited = True
    finally:
        if not waited:
            await broadcast.leave()


def _timing(call: Call) -> tuple[str, ...]:
    """Return how long the call waits for what: a shared stream keeps the times of whoever opened it."""
    return tuple([str(value) for value in msgspec.structs.astuple(call.timeouts)])


async def _wait(call: Call, signal: Signal) -> None:
    left = None if call.deadline is None else max(0.0, call.deadline - call.runtime.now())
    if not await call.runtime.wait(signal, left):
        raise Timeout("total", call.timeouts.total)


def _told(failure: LLMKitError | None, tried: bool) -> bool:
    """Raise the other's failure, unless the caller may still ask; return whether that was its one chance."""
    if failure is None:  # whoever asked was cancelled
        return tried
    if tried or not isinstance(failure, _OWN):
        raise copy(failure)
    return True
