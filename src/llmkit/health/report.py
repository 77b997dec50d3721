"""How everything stands: what `kit.health()` returns."""

from __future__ import annotations

from typing import Literal, TypeAlias

from llmkit.types.model import Model

State: TypeAlias = Literal["healthy", "degraded", "resting", "open", "down", "unknown"]
"""`down`: its checks failed, or it cannot be called from here. `open`: its circuit is. `resting`: it is left alone for a while after
a refusal. `degraded`: it works, but not always, or not any more by its last check. `unknown`: nobody asked it."""
WORST: tuple[State, ...] = ("down", "open", "resting", "degraded", "unknown", "healthy")


class DeploymentHealth(Model, frozen=True, kw_only=True):
    """One deployment in one operation. What nobody measures is None; ages and pauses are seconds."""

    deployment: str
    """`provider/id`; an account of its own stands in it: `provider@name/id`."""
    operation: str
    state: State
    reason: str = ""
    circuit: Literal["", "closed", "open", "half_open"] = ""
    """The worst of its keys; empty: there is no breaker."""
    retry_after: float = 0.0
    """It is asked again then."""
    calls: float = 0.0
    """How many calls of late the figures stand for: old ones count less."""
    error_rate: float | None = None
    mean_seconds: float | None = None
    """Of those that worked."""
    last_success: float | None = None
    """Seconds ago."""
    last_failure: float | None = None
    failure: str = ""
    """The class of the last failure."""
    under_way: int | None = None
    limit: int | None = None
    """Calls at once, as the layer `Concurrency` has it."""
    waiting: int = 0
    keys_resting: tuple[int, ...] = ()
    """Places of the provider's keys, from 0; never keys."""
    checked: float | None = None
    """The last check was so many seconds ago."""
    check: str = ""
    """What came of it: `ok`, or why not."""


class StoreHealth(Model, frozen=True, kw_only=True):
    """What a layer keeps its state in. `reachable` is None where nobody looked."""

    layer: str
    store: str
    reachable: bool | None = None
    reason: str = ""


class ServerHealth(Model, frozen=True, kw_only=True):
    """A model server on this machine that answered."""

    name: str
    base_url: str
    models: int = 0


class HealthReport(Model, frozen=True, kw_only=True):
    """How all deployments stood at `at` (Unix seconds), the worst first. `servers` and `stores` are as the last check found them."""

    at: float
    deployments: tuple[DeploymentHealth, ...] = ()
    stores: tuple[StoreHealth, ...] = ()
    servers: tuple[ServerHealth, ...] = ()

    @property
    def well(self) -> bool:
        """Tell whether nothing is down: no deployment, no circuit, no store."""
        return all(one.state not in ("down", "open") for one in self.deployments) and all(one.reachable is not False for one in self.stores)

    def of(self, deployment: str, operation: str = "complete") -> DeploymentHealth | None:
        """Return how one deployment stands; None: nothing is known of it."""
        wanted = (deployment, operation)
        return next((one for one in self.deployments if (one.deployment, one.operation) == wanted), None)

    def __str__(self) -> str:
        lines = [
            " ".join([f"{one.state:<8}", _named(one), *([f"({words})"] if (words := figures(one)) else [])]) for one in self.deployments
        ]
        for one in self.stores:
            state = {None: "unknown", True: "healthy", False: "down"}[one.reachable]
            lines.append(f"{state:<8} {one.store} of {one.layer}" + (f" ({one.reason})" if one.reason else ""))
        lines += [f"healthy  {one.name} at {one.base_url} ({one.models} models)" for one in self.servers]
        return "\n".join(lines) or "nothing was called or checked yet"


def _named(one: DeploymentHealth) -> str:
    return one.deployment if one.operation == "complete" else f"{one.deployment} {one.operation}"


def figures(one: DeploymentHealth) -> str:
    """Return the reason and the figures in words."""
    words = [one.reason] if one.reason else []
    if one.mean_seconds is not None:
        words.append(f"{one.mean_seconds:.3g} s")
    if one.error_rate:
        words.append(f"{one.error_rate:.0%} errors, last {one.failure}" if one.failure else f"{one.error_rate:.0%} errors")
    if one.under_way:
        words.append(f"{one.under_way} under way" + (f", {one.waiting} waiting" if one.waiting else ""))
    if one.keys_resting:
        words.append(f"keys resting: {', '.join(map(str, one.keys_resting))}")
    if one.checked is not None:
        words.append(f"checked {one.checked:.0f} s ago")
    return "; ".join(words)
