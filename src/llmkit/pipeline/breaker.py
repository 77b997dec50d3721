"""Leave a deployment alone that fails, and try it again with care."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from llmkit.errors import (
    AuthenticationError,
    CircuitOpen,
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
from llmkit.pipeline.circuit import BreakerRules, Circuit, Permit, State
from llmkit.types.events import Event
from llmkit.types.reply import Attempt
from llmkit.types.responses import CompletionResponse

Place: TypeAlias = tuple[str, str]
"""Deployment and operation."""
MOST_PLACES = 4096
_LOGGER = logging.getLogger("llmkit")
_FAULTS = (ConnectionFailed, ServerError, Timeout, ProtocolError)
_FAULT_NAMES = frozenset({"ConnectionFailed", "TLSError", "Timeout", "ServerError", "Overloaded", "StreamInterrupted", "ProtocolError"})
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


class CircuitState(msgspec.Struct, frozen=True, kw_only=True):
    """How a deployment stands: what came of the calls in the window, and until when it is left alone."""

    deployment: str
    operation: str
    state: State
    reason: str
    calls: int
    failures: int
    slow: int
    failure_rate: float
    slow_rate: float
    mean_seconds: float
    refused: int
    """Calls that were not let through, since the first."""
    openings: int
    """How often it opened in a row."""
    retry_after: float


class CircuitChange(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment's state has changed."""

    deployment: str
    operation: str
    before: State
    after: State
    reason: str


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
    """

    def __init__(
        self,
        rules: BreakerRules | None = None,
        *,
        on_change: Callable[[CircuitChange], None] | None = None,
        deployment: Callable[[Call], str] = deployment,
        peers: Callable[[str], str] = same_model,
    ) -> None:
        self.rules = BreakerRules() if rules is None else rules
        self._on_change = on_change
        self._deployment = deployment
        self._group = peers
        self._circuits: dict[Place, Circuit] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "breaker"

    async def __call__(self, call: Call, next: Next[Reply], /) -> Reply:
        """Return the reply, or raise `CircuitOpen` before anything is sent."""
        begun, known = call.runtime.now(), len(call.budget.attempts)
        place = (self._deployment(call), call.operation)
        permit = self.admit(place, begun, call.deadline)
        outcome = _Outcome(self, place, permit, call, begun, known)
        try:
            reply = await next(call)
        except BaseException as error:
            outcome.failed(error)
            raise
        if call.stream:
            outcome.opened = call.runtime.now()
            reply.watch(outcome)  # type: ignore[attr-defined]  # the reply of a streaming call is a StreamCore
        else:
            outcome.succeeded(getattr(reply, "attempts", ()))
        return reply

    def admit(self, place: Place, now: float, lease: float | None = None) -> Permit:
        """Return the leave for one call. Raises `CircuitOpen`."""
        circuit = self._circuits.get(place) or self._new(place, now)
        before = circuit.state
        with self._lock:
            if circuit.due(now):
                self._eject(place, circuit, now)
            permit = circuit.admit(now, lease)
            after, reason, wait = circuit.state, circuit.reason, 0.0 if permit is not None else circuit.retry_after(now)
        if before != after:
            self._tell(place, before, after, reason)
        if permit is None:
            raise CircuitOpen(place[0], retry_after=wait, reason=reason)
        return permit

    def record(self, place: Place, permit: Permit, now: float, *, failures: int = 0, seconds: float | None = None) -> None:
        """Count what came of a call: tries that failed, and a success of so many `seconds`. Neither: it tells nothing."""
        circuit = self._circuits.get(place)
        if circuit is None:
            return
        with self._lock:
            before = circuit.state
            for _ in range(failures):
                circuit.fail(permit, now)
            if seconds is not None:
                circuit.succeed(permit, now, seconds)
            elif not failures:
                circuit.release(permit)
            after, reason = circuit.state, circuit.reason
        if before != after:
            self._tell(place, before, after, reason)

    def states(self, now: float | None = None) -> tuple[CircuitState, ...]:
        """Return how every deployment stands at `now`, a reading of the clock of the runtime (default: the system's)."""
        if now is None:
            from time import monotonic

            now = monotonic()
        with self._lock:
            return tuple([_state(place, circuit, now) for place, circuit in self._circuits.items()])

    def state(self, deployment: str, operation: str = "complete") -> State:
        """Return the state of one deployment; one that nobody called is closed."""
        circuit = self._circuits.get((deployment, operation))
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
        """Compare it with its peers, once for each step of the window; half of a group is never ejected by comparison."""
        group = self._group(place[0])
        peers = [
            other
            for known, other in self._circuits.items()
            if other is not circuit and known[1] == place[1] and self._group(known[0]) == group
        ]
        away = sum(1 for other in peers if other.state != "closed")
        if not peers or away + 1 > (len(peers) + 1) // 2:
            return
        why = circuit.outlying([other.sample(now) for other in peers if other.state == "closed"], now)
        if why:
            circuit.open(now, why)

    def _tell(self, place: Place, before: State, after: State, reason: str) -> None:
        _LOGGER.info("%s (%s): %s, was %s. %s", *place, after, before, reason)
        if self._on_change is None:
            return
        try:
            self._on_change(CircuitChange(deployment=place[0], operation=place[1], before=before, after=after, reason=reason))
        except Exception:  # the user's function: its failure must not become the call's
            _LOGGER.exception("on_change of the breaker failed.")


class _Outcome:
    """Tells the breaker what came of one call: of a stream, at its end."""

    __slots__ = ("_begun", "_breaker", "_call", "_known", "_permit", "_place", "_told", "opened")

    def __init__(self, breaker: Breaker, place: Place, permit: Permit, call: Call, begun: float, known: int) -> None:
        self._breaker, self._place, self._permit, self._call = breaker, place, permit, call
        self._begun, self._known = begun, known
        self._told = False
        self.opened = begun

    def event(self, event: Event, /) -> None:
        """See an event."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """See the end. A reader who goes away early has seen the provider work."""
        if self._told:
            return  # a stream that was cut and taken up again counts once
        if error is not None:
            self.failed(error, first=False)
            return
        # The answer says how long the exchange took; what is left of the time until the first event was our own waiting.
        now, tries = self._call.runtime.now(), response.attempts
        began = now - tries[-1].seconds if tries else self._begun
        self._tell(self._tried(), max(self.opened - began, 0.0))

    def succeeded(self, tries: Sequence[Attempt]) -> None:
        """Count a success; `tries` say how long the last took without our own waiting."""
        self._tell(self._tried(), tries[-1].seconds if tries else self._call.runtime.now() - self._begun)

    def failed(self, error: BaseException, *, first: bool = True) -> None:
        """Count a failure that is the deployment's, and the tries before it."""
        tried = self._tried()
        if first and tried and self._recorded_last():  # the last try is this failure
            tried -= 1
        self._tell(tried + is_fault(error), None)

    def _recorded_last(self) -> bool:
        last = self._call.budget.attempts[-1]
        return last.error in _FAULT_NAMES

    def _tried(self) -> int:
        """Return how many tries the retry layer made in vain, and for which the deployment is to blame."""
        attempts = self._call.budget.attempts
        if len(attempts) == self._known:
            return 0
        mine = [attempt for attempt in attempts[self._known :] if f"{attempt.provider}/{attempt.model}" == self._call.model]
        return sum(1 for attempt in mine if attempt.error in _FAULT_NAMES)

    def _tell(self, failures: int, seconds: float | None) -> None:
        self._told = True
        self._breaker.record(self._place, self._permit, self._call.runtime.now(), failures=failures, seconds=seconds)


def _state(place: Place, circuit: Circuit, now: float) -> CircuitState:
    sample = circuit.sample(now)
    return CircuitState(
        deployment=place[0],
        operation=place[1],
        state=circuit.state,
        reason=circuit.reason,
        calls=sample.calls,
        failures=sample.failures,
        slow=sample.slow,
        failure_rate=sample.failure_rate,
        slow_rate=sample.slow_rate,
        mean_seconds=sample.mean,
        refused=circuit.refused,
        openings=circuit.openings,
        retry_after=0.0 if circuit.state == "closed" else circuit.retry_after(now),
    )
