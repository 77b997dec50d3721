"""How a breaker's deployments stand, for people and their functions."""

from __future__ import annotations

import msgspec

from llmkit.pipeline.circuit import Circuit
from llmkit.pipeline.outlier import Sample
from llmkit.pipeline.shared_circuits import Mirror, Place
from llmkit.stores.circuits import State


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


def standing(place: Place, circuit: Circuit, now: float) -> CircuitState:
    """Return how a circuit of this process stands."""
    retry_after = 0.0 if circuit.state == "closed" else circuit.retry_after(now)
    return _told(place, circuit, circuit.sample(now), retry_after)


def shared_standing(place: Place, mirror: Mirror, now: float) -> CircuitState:
    """Return how a shared circuit stands, as far as this process knows."""
    return _told(place, mirror, mirror.sample(), 0.0 if mirror.state == "closed" else max(mirror.until - now, 0.0))


def _told(place: Place, circuit: Circuit | Mirror, sample: Sample, retry_after: float) -> CircuitState:
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
        retry_after=retry_after,
    )
