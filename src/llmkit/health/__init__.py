"""Know how every deployment does: by the calls themselves, and by checks that take what is down out of routing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmkit.health.layer import Health, HealthChange
    from llmkit.health.report import DeploymentHealth, HealthReport, ServerHealth, State, StoreHealth
    from llmkit.health.watched import Check

__all__ = ["Check", "DeploymentHealth", "Health", "HealthChange", "HealthReport", "ServerHealth", "State", "StoreHealth"]
_HOME = {"Check": "watched", "Health": "layer", "HealthChange": "layer"}


def __getattr__(name: str) -> object:
    """Import a name when it is asked for: both clients import this package, and few of their users ask for health."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME.get(name, 'report')}"), name)
    globals()[name] = value
    return value
