"""Let only so many calls work at a deployment at once; find the number by itself, where that is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from llmkit.errors import ConfigurationError, LLMKitError, Overloaded, RateLimited, StreamInterrupted, Timeout, TooManyAtOnce
from llmkit.pipeline.breaker import deployment
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.call import Reply as AnyReply
from llmkit.pipeline.places import Place, Places
from llmkit.types.events import Event
from llmkit.types.reply import Reply

MOST_DEPLOYMENTS = 4096
Key: TypeAlias = tuple[str, str]


def is_overload(error: BaseException) -> bool:
    """Say whether a failure tells that more was asked of the deployment than it can do."""
    if isinstance(error, StreamInterrupted):
        return error.cause is not None and is_overload(error.cause)
    if isinstance(error, Timeout):
        return error.phase in ("connect", "first_event", "idle")
    return isinstance(error, RateLimited | Overloaded)


class AdaptiveLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Additive increase, multiplicative decrease: one more after each round of successes, `decrease` times as many after an overload."""

    initial: int = 8
    least: int = 1
    most: int = 256
    decrease: float = 0.7

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.initial <= self.most:
            raise ConfigurationError("It must hold that 1 <= least <= initial <= most.", parameter="concurrency.limit")
        if not 0 < self.decrease < 1:
            raise ConfigurationError("concurrency.limit.decrease must be between 0 and 1.", parameter="concurrency.limit.decrease")


class ConcurrencyState(msgspec.Struct, frozen=True, kw_only=True):
    """How a deployment stands: its limit now, the places that are taken, and who waits."""

    deployment: str
    operation: str
    limit: int
    held: int
    waiting: int
    refused: int
    mean_seconds: float


class Concurrency:
    """Hold at most `limit` calls at each deployment, key and operation; the others wait up to `patience` seconds, or get `TooManyAtOnce`.

    A stream holds its place until its end; a call that is to be tried again holds none during the pause. At most `queue` wait; they
    are let in by turns of tenant, user and key. An `AdaptiveLimit` finds the number: 429, overload and timeouts lower it, successes
    raise it while it is used.
    """

    def __init__(
        self,
        limit: int | AdaptiveLimit = 32,
        *,
        queue: int = 1024,
        patience: float = 60.0,
        deployment: Callable[[Call], str] = deployment,
    ) -> None:
        if isinstance(limit, bool) or not isinstance(limit, int | AdaptiveLimit) or (isinstance(limit, int) and limit < 1):
            raise ConfigurationError("concurrency.limit must be at least 1, or an AdaptiveLimit.", parameter="concurrency.limit")
        if queue < 0:
            raise ConfigurationError("concurrency.queue must be at least 0.", parameter="concurrency.queue")
        if not patience >= 0:
            raise ConfigurationError("concurrency.patience must be at least 0.", parameter="concurrency.patience")
        self._limit, self._queue, self._patience = limit, queue, patience
        self._deployment = deployment
        self._lanes: dict[Key, _Lane] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "concurrency"

    async def __call__(self, call: Call, next: Next[AnyReply], /) -> AnyReply:
        """Return the reply, or raise `TooManyAtOnce` before anything is sent."""
        key = (self._deployment(call), call.operation)
        lane = self._lanes.get(key) or self._new(key)
        runtime, deadline = call.runtime, call.deadline
        begun = runtime.now()
        place = lane.places.take(begun, call.scope, deadline + 1.0 if call.stream and deadline is not None else None)
        if place is None or place.state != "held":
            await self._wait(lane, place, call, key[0], begun)
            begun = runtime.now()
        assert place is not None
        try:
            reply = await next(call)
            if call.stream:
                reply.watch(_Hold(lane, place, begun, runtime.now))  # type: ignore[attr-defined]  # a streaming call's reply is a StreamCore
                return reply
        except BaseException as error:
            lane.leave(place, begun, runtime.now(), error)
            raise
        lane.leave(place, begun, runtime.now(), None)
        return reply

    def states(self) -> tuple[ConcurrencyState, ...]:
        """Return how every deployment stands."""
        with self._lock:
            lanes = list(self._lanes.items())
        return tuple([lane.told(key) for key, lane in lanes])

    async def _wait(self, lane: _Lane, place: Place | None, call: Call, name: str, begun: float) -> None:
        """Return when the place is the call's, or raise `TooManyAtOnce`."""
        if place is not None and place.signal is not None:
            deadline = call.deadline
            patience = self._patience if deadline is None else min(self._patience, max(deadline - begun, 0.0))
            try:
                await call.runtime.wait(place.signal, patience)
            except BaseException:
                lane.places.release(place)  # also one that was given while the call was cancelled
                raise
            if place.signal.given:
                return
            lane.places.release(place)
        lane.refused += 1
        raise TooManyAtOnce(name, limit=lane.places.limit, retry_after=lane.retry_after())

    def _new(self, key: Key) -> _Lane:
        with self._lock:
            if len(self._lanes) >= MOST_DEPLOYMENTS:  # names of models may come from outside; what is in use stays
                for known in [known for known, lane in self._lanes.items() if not lane.places.held and not lane.places.waiting]:
                    del self._lanes[known]
            return self._lanes.setdefault(key, _Lane(self._limit, self._queue))


class _Lane:
    """One deployment's places, and the rule by which their number changes."""

    __slots__ = ("_lock", "_lowered_at", "_rule", "_wanted", "mean", "places", "refused")

    def __init__(self, limit: int | AdaptiveLimit, queue: int) -> None:
        self._rule = limit if isinstance(limit, AdaptiveLimit) else None
        initial = limit.initial if isinstance(limit, AdaptiveLimit) else limit
        self.places = Places(initial, queue)
        self.refused = 0
        self.mean = 0.0
        self._wanted = float(initial)
        self._lowered_at = float("-inf")
        self._lock = threading.Lock()

    def told(self, key: Key) -> ConcurrencyState:
        places = self.places
        return ConcurrencyState(
            deployment=key[0],
            operation=key[1],
            limit=places.limit,
            held=places.held,
            waiting=places.waiting,
            refused=self.refused,
            mean_seconds=self.mean,
        )

    def retry_after(self) -> float:
        """Return when a place may be free: everybody before takes as long as usual."""
        places = self.places
        return max((self.mean or 1.0) * (places.waiting + 1) / places.limit, 0.1)

    def leave(self, place: Place, begun: float, now: float, error: BaseException | None) -> None:
        """Give a place back, and learn from how it went with the call that began at `begun`."""
        if place.state == "gone":
            return  # its lease ran out, or the stream ended twice
        if error is None:
            # Without a lock: two threads at once may lose one of two durations, which a mean over many bears.
            self.mean += (now - begun - self.mean) * (0.1 if self.mean else 1.0)
        if self._rule is not None:
            self._learn(self._rule, begun, now, good=error is None, overload=error is not None and is_overload(error))
        self.places.release(place)

    def _learn(self, rule: AdaptiveLimit, begun: float, now: float, *, good: bool, overload: bool) -> None:
        """Move the limit after a call; all that were under way when it was lowered tell of the same overload."""
        with self._lock:
            if overload:
                if begun >= self._lowered_at:
                    self._wanted = max(self._wanted * rule.decrease, float(rule.least))
                    self._lowered_at = now
            elif good and self.places.held * 2 >= self.places.limit:
                self._wanted = min(self._wanted + 1 / self._wanted, float(rule.most))
            limit = int(self._wanted + 1e-9)
        if limit != self.places.limit:
            self.places.resize(limit)


class _Hold:
    """Gives the place of a stream back at its end."""

    __slots__ = ("_begun", "_lane", "_now", "_place")

    def __init__(self, lane: _Lane, place: Place, begun: float, now: Callable[[], float]) -> None:
        self._lane, self._place, self._begun, self._now = lane, place, begun, now

    def event(self, event: Event, /) -> None:
        """See an event."""

    async def end(self, response: Reply, error: LLMKitError | None, complete: bool, /) -> None:
        """See the end."""
        self._lane.leave(self._place, self._begun, self._now(), error)
