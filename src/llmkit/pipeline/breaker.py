"""Leave a deployment alone that fails, and try it again with care."""

from __future__ import annotations

import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from llmkit.errors import (
    AuthenticationError,
    CircuitOpen,
    ConfigurationError,
    ConnectionFailed,
    LLMKitError,
    PaymentRequired,
    PermissionDenied,
    ProtocolError,
    ProviderError,
    RateLimited,
    ServerError,
    StreamInterrupted,
    Timeout,
)
from llmkit.pipeline.call import Call, Next, Reply
from llmkit.pipeline.circuit import BreakerRules, Circuit, Permit, outlying
from llmkit.pipeline.shared_circuits import MOST_PLACES, Mirror, Place, SharedCircuits
from llmkit.pipeline.standing import CircuitChange, CircuitState, shared_standing, standing
from llmkit.runtime.protocol import Runtime
from llmkit.stores.circuits import CircuitStore, State
from llmkit.stores.store import Away
from llmkit.types.events import Event
from llmkit.types.responses import CompletionResponse

T = TypeVar("T")
_LOGGER = logging.getLogger("llmkit")
_FAULTS = (ConnectionFailed, ServerError, Timeout, ProtocolError)
_OURS = (AuthenticationError, PermissionDenied, PaymentRequired, RateLimited)
"""Answers to our key or our haste, whatever status they come with."""


def is_fault(error: BaseException) -> bool:
    """Say whether a failure tells that the deployment is not well. No 4xx does, and nothing that was refused here."""
    if isinstance(error, StreamInterrupted):
        return error.cause is None or is_fault(error.cause)
    if isinstance(error, Timeout):
        return error.phase != "pool"  # our own connections were all in use
    if isinstance(error, ProviderError) and not isinstance(error, _OURS):
        return isinstance(error, ServerError) or error.status >= 500
    return isinstance(error, _FAULTS)


def deployment(call: Call) -> str:
    """Return what a call's model is reached by: `provider/model`, and the place of the key where it is not the first."""
    return f"{call.model}#{call.key}" if call.key else call.model


def same_model(deployment: str) -> str:
    """Return the name that a deployment shares with its peers: the model without the provider before it and the key behind it."""
    return deployment.partition("/")[2].partition("#")[0]


class Breaker:
    """Refuse calls to a deployment that failed too often in the last minute, with `CircuitOpen`, so that failover goes on at once.

    After a pause a few probes are let through; their success closes it, a failure makes the pause longer. Give one breaker to
    several clients to let them share what they know. `rules` says when; `on_change` is called with each `CircuitChange`.

    With a `store` many processes count together and leave a deployment alone together. It is asked once in `every` seconds for each
    deployment that is called, and for each failure and probe at once; between, a process goes by what it knows.
    While the store is `away` each process decides by itself (`open`), or no call is made (`closed`).
    """

    def __init__(
        self,
        rules: BreakerRules | None = None,
        *,
        on_change: Callable[[CircuitChange], None] | None = None,
        deployment: Callable[[Call], str] = deployment,
        peers: Callable[[str], str] = same_model,
        store: CircuitStore | None = None,
        every: float = 1.0,
        away: Away = "open",
    ) -> None:
        if away not in ("open", "closed"):
            raise ConfigurationError(f"away must be 'open' or 'closed', not {away!r}.", parameter="breaker.away")
        if not every > 0:
            raise ConfigurationError(f"breaker.every must be more than 0, not {every!r}.", parameter="breaker.every")
        self.rules = BreakerRules() if rules is None else rules
        self._on_change = on_change
        self._deployment = deployment
        self._group = peers
        self._circuits: dict[Place, Circuit] = {}
        self._lock = threading.Lock()
        self._shared: SharedCircuits | None = None
        if store is not None:
            self._shared = SharedCircuits(store, self.rules, every=every, away=away, strange=self._strange, changed=self._tell)

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "breaker"

    async def __call__(self, call: Call, next: Next[Reply], /) -> Reply:
        """Return the reply, or raise `CircuitOpen` before anything is sent."""
        begun = call.runtime.now()
        place = (self._deployment(call), call.operation)
        if self._shared is not None:
            return await self._through_shared(self._shared, place, call, next, begun)
        permit = self.admit(place, begun, call.deadline)
        try:
            reply = await next(call)
        except BaseException as error:
            self.record(place, permit, call.runtime.now(), failed=is_fault(error))
            raise
        if call.stream:
            outcome = _Outcome(call.runtime.now, begun, partial(self._end, place, permit, call.runtime))
            reply.watch(outcome)  # type: ignore[attr-defined]  # a streaming call's reply is a StreamCore
        else:
            now = call.runtime.now()
            self.record(place, permit, now, seconds=_seconds(reply, now - begun))
        return reply

    async def _through_shared(self, shared: SharedCircuits, place: Place, call: Call, next: Next[Reply], begun: float) -> Reply:
        runtime = call.runtime
        leave = await shared.admit(place, runtime, call.deadline)

        async def ended(failed: bool, seconds: float | None) -> None:
            shared.note(place, leave, failed=failed, seconds=seconds)
            await shared.tell(place, leave, runtime, failed=failed)

        try:
            reply = await next(call)
        except Exception as error:  # whatever it is, the probe's place must be free again
            await ended(is_fault(error), None)
            raise
        except BaseException:
            shared.note(place, leave, failed=False, seconds=None)  # cancelled: nothing can be awaited; the next look tells it
            raise
        if call.stream:
            reply.watch(_Outcome(runtime.now, begun, ended))  # type: ignore[attr-defined]  # as above
        else:
            await ended(False, _seconds(reply, runtime.now() - begun))
        return reply

    async def _end(self, place: Place, permit: Permit, runtime: Runtime, failed: bool, seconds: float | None) -> None:
        self.record(place, permit, runtime.now(), failed=failed, seconds=seconds)

    def admit(self, place: Place, now: float, lease: float | None = None) -> Permit:
        """Return the leave for one call. Raises `CircuitOpen`."""
        circuit = self._circuits.get(place) or self._new(place, now)
        before, due = circuit.state, circuit.due(now)
        if before == "closed" and not due:
            return circuit.permit  # without a lock: what another thread changes meanwhile makes this leave worth nothing, no more
        with self._lock:
            if due:
                self._eject(place, circuit, now)
            permit = circuit.admit(now, lease)
            after, reason, wait = circuit.state, circuit.reason, 0.0 if permit is not None else circuit.retry_after(now)
        if before != after:
            self._tell(place, before, after, reason)
        if permit is None:
            raise CircuitOpen(place[0], retry_after=wait, reason=reason)
        return permit

    def record(self, place: Place, permit: Permit, now: float, *, failed: bool = False, seconds: float | None = None) -> None:
        """Count what came of a call: a failure, or a success of so many `seconds`. Neither: it tells nothing."""
        circuit = self._circuits.get(place)
        if circuit is None:
            return
        with self._lock:
            before = circuit.state
            if failed:
                circuit.fail(permit, now)
            elif seconds is not None:
                circuit.succeed(permit, now, seconds)
            else:
                circuit.release(permit)
            after, reason = circuit.state, circuit.reason
        if before != after:
            self._tell(place, before, after, reason)

    def states(self, now: float | None = None) -> tuple[CircuitState, ...]:
        """Return how every deployment stands at `now`, a reading of the clock of the runtime (default: the system's).

        Of shared circuits, those that this process has called, as of its last look.
        """
        if now is None:
            from time import monotonic

            now = monotonic()
        if self._shared is not None:
            return tuple([shared_standing(place, mirror, now) for place, mirror in list(self._shared.mirrors.items())])
        with self._lock:
            return tuple([standing(place, circuit, now) for place, circuit in self._circuits.items()])

    def state(self, deployment: str, operation: str = "complete") -> State:
        """Return the state of one deployment; one that nobody called is closed."""
        known: Mapping[Place, Circuit | Mirror] = self._circuits if self._shared is None else self._shared.mirrors
        circuit = known.get((deployment, operation))
        return "closed" if circuit is None else circuit.state

    def _new(self, place: Place, now: float) -> Circuit:
        with self._lock:
            if len(self._circuits) >= MOST_PLACES:  # names of models may come from outside
                idle = [known for known, circuit in self._circuits.items() if circuit.idle(now)]
                closed = [known for known, circuit in self._circuits.items() if circuit.state == "closed"]
                for known in idle or (closed or list(self._circuits))[: MOST_PLACES // 4]:
                    del self._circuits[known]
            return self._circuits.setdefault(place, Circuit(self.rules, now))

    def _eject(self, place: Place, circuit: Circuit, now: float) -> None:
        """Compare it with its peers, once for each step of the window."""
        peers = [(other.state, other.sample(now)) for other in self._peers(place, self._circuits)]
        why = outlying(self.rules, circuit.sample(now), peers) if circuit.state == "closed" else ""
        if why:
            circuit.open(now, why)

    def _strange(self, place: Place) -> str:
        """Return why a shared circuit is an outlier among its peers, empty when it is none."""
        assert self._shared is not None
        mirrors = self._shared.mirrors
        if self.rules.score is None or place not in mirrors:
            return ""
        return outlying(self.rules, mirrors[place].sample(), [(other.state, other.sample()) for other in self._peers(place, mirrors)])

    def _peers(self, place: Place, known: Mapping[Place, T]) -> list[T]:
        group = self._group(place[0])
        others = list(known.items())
        return [it for other, it in others if other != place and other[1] == place[1] and self._group(other[0]) == group]

    def _tell(self, place: Place, before: State, after: State, reason: str) -> None:
        _LOGGER.info("%s (%s): %s, was %s. %s", *place, after, before, reason)
        if self._on_change is None:
            return
        try:
            self._on_change(CircuitChange(deployment=place[0], operation=place[1], before=before, after=after, reason=reason))
        except Exception:  # the user's function: its failure must not become the call's
            _LOGGER.exception("on_change of the breaker failed.")


class _Outcome:
    """Tells at its end what came of a stream."""

    __slots__ = ("_begun", "_ended", "_now", "_opened", "_told")

    def __init__(self, now: Callable[[], float], begun: float, ended: Callable[[bool, float | None], Awaitable[None]]) -> None:
        self._now, self._begun, self._ended = now, begun, ended
        self._opened = now()
        self._told = False

    def event(self, event: Event, /) -> None:
        """See an event."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """See the end. A reader who goes away early has seen the provider work."""
        if self._told:
            return  # a stream that was cut and taken up again counts once
        self._told = True
        if error is not None:
            await self._ended(is_fault(error), None)
            return
        # The answer says how long the exchange took; what is left of the time until the first event was our own waiting.
        tries = response.attempts
        began = self._now() - tries[-1].seconds if tries else self._begun
        await self._ended(False, max(self._opened - began, 0.0))


def _seconds(reply: Any, seconds: float) -> float:
    """Return how long the exchange took without our own waiting, where the answer says it."""
    tries = getattr(reply, "attempts", ())
    return float(tries[-1].seconds) if tries else seconds
