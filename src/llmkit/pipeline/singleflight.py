"""Of many who ask the same at the same time, one asks for all."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from copy import copy
from typing import Any, Literal

import msgspec

from llmkit.caching.admission import KEPT, OPERATIONS
from llmkit.caching.broadcast import Broadcast
from llmkit.caching.flights import FlightStore
from llmkit.caching.key import SHARED_BY, SharedBy
from llmkit.caching.mark import as_shared
from llmkit.caching.statistics import Statistics
from llmkit.errors import BudgetExceeded, ConfigurationError, LLMKitError, LocalRateLimited, Timeout, nearest
from llmkit.pipeline.cache import about, named
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.formation import Formation
from llmkit.runtime.home import home
from llmkit.runtime.protocol import Runtime
from llmkit.runtime.signal import Signal
from llmkit.stores.store import Away, ask
from llmkit.stream import StreamCore
from llmkit.types.events import Event
from llmkit.types.reply import Reply
from llmkit.types.responses import CompletionResponse

_OWN = (Timeout, LocalRateLimited, BudgetExceeded)
"""Failures that are the asker's own: another one's time, limit or budget may still do."""


class Flight:
    """One call that several wait for. Neither a response nor a failure: whoever asked was cancelled."""

    __slots__ = ("failure", "landed", "response")

    def __init__(self) -> None:
        self.landed = Signal()
        self.response: Reply | None = None
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

    With a `store` the processes that use it share calls too. One of them has the lease to ask for all; the others look until its answer
    has landed, and a stream's they get whole, told as a stream. A failure sends each of them to ask for itself. When the process that
    asks dies, or takes longer than the `lease`, another asks.
    """

    shared_by: SharedBy = "user"
    operations: Sequence[str] = KEPT
    """What is shared: conversations, vectors, rankings and judgements, not what is made anew each time (images, speech ...)."""
    store: FlightStore | None = None
    lease: float = 60.0
    """Seconds after which another process may ask, since nothing was heard of the one that does."""
    streams: Literal["wait", "own"] = "wait"
    """What a stream does while another process asks: wait for the whole answer (as long as `first_event` allows), or ask on its own."""
    away: Away = "open"
    """While the store cannot be asked each process asks for itself (`open`), or calls fail (`closed`)."""
    statistics: Statistics = msgspec.field(default_factory=Statistics)
    _flights: Flights = msgspec.field(default_factory=Flights)
    _formation: Formation | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name, known in (("shared_by", SHARED_BY), ("streams", ("wait", "own")), ("away", ("open", "closed"))):
            if (value := getattr(self, name)) not in known:
                raise ConfigurationError(f"{name} cannot be {value!r}.", parameter=name, hint=f"It is one of {', '.join(known)}.")
        if isinstance(self.lease, bool) or not isinstance(self.lease, int | float) or not 0 < self.lease < float("inf"):
            raise ConfigurationError(f"lease must be a number of seconds, not {self.lease!r}.", parameter="lease")
        for operation in self.operations:
            if isinstance(self.operations, str) or operation not in OPERATIONS:
                near = nearest(operation, OPERATIONS)
                hint = f"Did you mean {near[0]}?" if near else f"It is a list of {', '.join(OPERATIONS)}."
                raise ConfigurationError(f"Calls of {operation!r} cannot be shared.", parameter="operations", hint=hint)
        formation: Formation | None = None
        if self.store is not None:
            formation = Formation(self.store, lease=self.lease, away=self.away, statistics=self.statistics)
        msgspec.structs.force_setattr(self, "_formation", formation)

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "singleflight"

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply of the one call."""
        if call.operation not in self.operations or call.resumption is not None or (call.stream and call.operation != "complete"):
            return await next(call)
        key = named(call, (*about(call, self.shared_by), *(_timing(call) if call.stream else ())))
        if key is None:
            return await next(call)
        return await (self._stream(key, call, next) if call.stream else self._whole(key, call, next))

    async def aclose(self, runtime: Runtime) -> None:
        """Close the store; it can be used again."""
        if self.store is not None:
            await ask(self.store, runtime, self.store.close)

    async def _whole(self, key: bytes, call: Call, next: Next[Any]) -> Any:
        tried = False
        while True:
            flight, own = self._flights.flight(key)
            if own:
                return await self._fly(key, flight, call, next)
            await _wait(call, flight.landed)
            if flight.response is not None:
                return self._shared(flight.response)
            tried = _told(flight.failure, tried)

    async def _fly(self, key: bytes, flight: Flight, call: Call, next: Next[Any]) -> Any:
        shared = False
        try:
            if self._formation is None:
                flight.response = await next(call)
            else:
                flight.response, shared = await self._formation.whole(key, call, next)
            return self._shared(flight.response) if shared else flight.response
        except LLMKitError as error:
            flight.failure = copy(error)
            raise
        finally:
            self._flights.landed(key, flight)

    def _shared(self, response: Reply) -> Reply:
        self.statistics.save("joined", response.cost)
        return as_shared(response)

    async def _stream(self, key: bytes, call: Call, next: Next[Any]) -> StreamCore:
        tried, place = False, home(call.runtime)
        while True:
            broadcast, own = self._flights.broadcast(key, place, call.runtime.now())
            paying = own
            if own:
                paying = await self._open(key, broadcast, call, next)
            else:
                await _boarded(broadcast, call)
            if broadcast.shared:
                core = broadcast.reader(call.runtime, call.timeouts, call.deadline, paying=paying)
                if not paying:
                    core.watch(_Joined(self.statistics, broadcast))
                return core
            tried = _told(broadcast.failure, tried)

    async def _open(self, key: bytes, broadcast: Broadcast, call: Call, next: Next[Any]) -> bool:
        """Open the stream; say whether it is paid for here."""
        failure: LLMKitError | None = None
        shared = False
        try:
            if self._formation is None or self.streams == "own":
                source = await next(call)
            else:
                source, shared = await self._formation.stream(key, call, next)
            broadcast.open(source, call.runtime.now())
            return not shared
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
