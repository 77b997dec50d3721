"""Look at a whole client: what is known, and what checks find out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkit.health.layer import Health
from llmkit.health.report import HealthReport, ServerHealth, StoreHealth
from llmkit.health.snapshot import snapshot
from llmkit.health.stores import stores_of

if TYPE_CHECKING:
    from llmkit.core import Core


class Findings:
    """What the last check of a client found beside its deployments."""

    __slots__ = ("health", "servers", "stores")

    def __init__(self, health: Health) -> None:
        self.health = health
        self.stores: tuple[StoreHealth, ...] = ()
        self.servers: tuple[ServerHealth, ...] = ()


def known(core: Core) -> HealthReport:
    """Return how everything stands; nothing is sent."""
    found = core.findings
    if found is None:
        return snapshot(core, core.health)
    return snapshot(core, found.health, stores=found.stores, servers=found.servers)


async def checked(core: Core, models: tuple[str, ...]) -> HealthReport:
    """Check all deployments, servers and stores now; return how they stand. A client without the layer has one that only checks."""
    if core.findings is None:
        health = core.health
        if health is None:
            health = Health()
            health.join(core)
        core.findings = Findings(health)
    found: Findings = core.findings
    for name in models:
        found.health.add(core, name)
    await found.health.check(core)
    found.servers = tuple(
        [ServerHealth(name=one.name, base_url=one.base_url, models=len(one.models)) for one in await core.local_servers()]
    )
    found.stores = await stores_of(core.layers, core.runtime)
    return known(core)
