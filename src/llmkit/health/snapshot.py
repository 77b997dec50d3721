"""Put together what the layers know of each deployment; nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmkit.errors import ConfigurationError, LLMKitError
from llmkit.health.report import WORST, DeploymentHealth, HealthReport, ServerHealth, StoreHealth
from llmkit.health.seen import Seen
from llmkit.health.watched import Watched

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.health.layer import Health

_DEGRADED = 0.1
"""The share of failures from which a deployment is not healthy."""
_ENOUGH = 0.5
"""Calls that the figures must still stand for to say anything."""
Place = tuple[str, str]


def snapshot(
    client: Core, health: Health | None, *, stores: tuple[StoreHealth, ...] = (), servers: tuple[ServerHealth, ...] = ()
) -> HealthReport:
    """Return how everything stands now, as far as the layers of `client` and `health` know."""
    now = client.runtime.now()
    facts: dict[Place, dict[str, Any]] = {}
    if health is not None:
        for place, seen in health.seen.all():
            _of(facts, place).update(_figures(seen, now))
    for layer in client.layers:
        if layer.name in _READERS and hasattr(layer, "states"):
            _READERS[layer.name](facts, layer, now)
        if layer.name == "failover" and hasattr(layer, "resting"):
            for model, seconds in layer.resting(now).items():
                _each(facts, model, resting=seconds, why="left alone after a failure")
        if layer.name == "ratelimit" and hasattr(getattr(layer, "store", None), "pauses"):
            for name, nanoseconds in layer.store.pauses(round(now * 1e9)).items():  # type: ignore[attr-defined]  # just looked for
                _each(facts, name.removeprefix("pause "), resting=nanoseconds / 1e9, why="the provider asked to wait")
    checks = {one.model: one for one in (health.watched() if health is not None else [])}
    for model in checks:
        if all(known != model for known, _ in facts):
            _of(facts, (model, "complete"))
    found = [_told(client, place, known, checks.get(place[0]), now) for place, known in facts.items()]
    ordered = sorted(found, key=lambda one: (WORST.index(one.state), one.deployment, one.operation))
    return HealthReport(at=client.runtime.wall(), deployments=tuple(ordered), stores=stores, servers=servers)


def _of(facts: dict[Place, dict[str, Any]], place: Place) -> dict[str, Any]:
    return facts.setdefault(place, {})


def _each(facts: dict[Place, dict[str, Any]], model: str, *, resting: float, why: str) -> None:
    """Note of a model that it rests, in all operations."""
    name = model.partition("#")[0]
    places = [place for place in facts if place[0] == name] or [(name, "complete")]
    for place in places:
        known = _of(facts, place)
        if resting > known.get("resting", 0.0):
            known.update(resting=resting, why=why)


def _figures(seen: Seen, now: float) -> dict[str, Any]:
    record = seen.record
    return {
        "calls": record.fresh(now),
        "error_rate": record.errors,
        "mean_seconds": record.seconds if record.worked else None,
        "last_success": None if seen.worked_at is None else now - seen.worked_at,
        "last_failure": None if seen.failed_at is None else now - seen.failed_at,
        "failure": seen.failure,
    }


def _circuits(facts: dict[Place, dict[str, Any]], layer: Any, now: float) -> None:
    for state in layer.states(now):
        known = _of(facts, (state.deployment.partition("#")[0], state.operation))
        known.setdefault("circuits", []).append(state)
        if "calls" not in known and state.calls:
            known["rates"] = (float(state.calls), state.failure_rate, state.mean_seconds if state.calls > state.failures else None)


def _places(facts: dict[Place, dict[str, Any]], layer: Any, now: float) -> None:
    for state in layer.states():
        known = _of(facts, (state.deployment.partition("#")[0], state.operation))
        for name, value in (("under_way", state.held), ("limit", state.limit), ("waiting", state.waiting)):
            known[name] = known.get(name, 0) + value


_READERS = {"breaker": _circuits, "concurrency": _places}


def _told(client: Core, place: Place, known: dict[str, Any], watched: Watched | None, now: float) -> DeploymentHealth:
    circuits = known.pop("circuits", [])
    calls, rate, mean = known.pop("rates", (0.0, None, None))
    resting, why = known.pop("resting", 0.0), known.pop("why", "")
    one = DeploymentHealth(
        deployment=place[0],
        operation=place[1],
        state="unknown",
        circuit=max([state.state for state in circuits], key=("closed", "half_open", "open").index, default=""),
        keys_resting=_keys(client, place[0], now),
        checked=None if watched is None or watched.at is None else now - watched.at,
        check="" if watched is None else watched.words,
        **{"calls": calls, "error_rate": rate, "mean_seconds": mean, **known},
    )
    return _judged(client, one, circuits, watched, resting, why)


def _judged(
    client: Core, one: DeploymentHealth, circuits: list[Any], watched: Watched | None, resting: float, why: str
) -> DeploymentHealth:
    """Return it with its state, the worst that something says."""
    if reason := _uncallable(client, one.deployment):
        return one.replace(state="down", reason=reason)
    if watched is not None and watched.up is False:
        return one.replace(state="down", reason=f"its check says {watched.words}")
    shut = [state for state in circuits if state.state == "open"]
    if shut and len(shut) == len(circuits):
        return one.replace(state="open", reason=shut[0].reason, retry_after=min(state.retry_after for state in shut))
    count = client.keys.counts().get(one.deployment.partition("/")[0], 0)
    if resting > 0 or (count > 1 and len(one.keys_resting) == count):
        return one.replace(state="resting", reason=why or "all of its keys rest", retry_after=resting)
    if one.circuit not in ("", "closed"):
        return one.replace(state="degraded", reason=f"a circuit is {one.circuit.replace('_', ' ')}")
    if watched is not None and watched.verdict is False:
        return one.replace(state="degraded", reason=f"its last check says {watched.words}")
    if one.error_rate is not None and one.error_rate >= _DEGRADED and one.calls >= _ENOUGH:
        return one.replace(state="degraded", reason="it fails often")
    good = (watched is not None and watched.verdict) or (one.calls >= _ENOUGH and one.error_rate is not None)
    return one.replace(state="healthy") if good else one


def _uncallable(client: Core, model: str) -> str:
    """Say why it cannot be called from here at all; empty: it can."""
    provider = model.partition("/")[0]
    try:
        return "" if client.configured(provider) else "no key"
    except ConfigurationError as error:
        return error.message
    except LLMKitError as error:
        return type(error).__name__


def _keys(client: Core, model: str, now: float) -> tuple[int, ...]:
    if client.rotation is None:
        return ()
    provider, _, name = model.partition("/")
    rests = client.rotation.resting(now)
    return tuple(sorted({place for owner, place, only, _ in rests if owner == provider and only in ("", name)}))
