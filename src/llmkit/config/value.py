"""What the configuration file says, as a value."""

from __future__ import annotations

from typing import Any

from llmkit.providers.provider import Provider
from llmkit.types.http import Timeouts
from llmkit.types.model import Model


class Config(Model, frozen=True, kw_only=True, gc=True):
    """What the file says. `insecure` names the providers whose plain-http address outside this machine the user allows."""

    path: str | None = None
    default_model: str | None = None
    providers: tuple[Provider, ...] = ()
    keys: dict[str, str | tuple[str, ...]] = {}
    profiles: dict[str, dict[str, Any]] = {}
    """Facts about a provider's API by its name; they stand above all that is built in."""
    insecure: tuple[str, ...] = ()
    mcp: dict[str, dict[str, Any]] = {}
    """Servers of the Model Context Protocol by name: `command`, `args` and `env`, or `url`."""
    models: str | None = None
    """Path of a file with facts about models that stand above the registry's; a relative one is meant beside this file."""
    routes: dict[str, Any] = {}
    """Trees of deployments by name; see `llmkit.routing`."""
    models_url: str | None = None
    """Where the manifest of a newer registry is, for `kit.models.update()`."""
    settings: dict[str, dict[str, str]] = {}
    """What providers need beside their keys, by provider name."""
    tenant: str = ""
    timeout: float | Timeouts | None = None
    retries: int | None = None
    proxy: str | None = None
    ca_file: str | None = None
    client_certificate: str | tuple[str, str] | None = None
    layers: tuple[Any, ...] = ()
    """The layers that the file switches on, made anew for each client."""

    def layers_beside(self, given: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the layers that stand beside those `given` in code: one of the same place wins over the file's.

        Where calls are watched several may stand, so there only one of the same class wins; the routes of both are known.
        """
        kinds = {type(layer) for layer in given}
        names = {getattr(layer, "name", "") for layer in given} - {"trace", "hooks", "failover"}
        if "meter" in names:
            names.add("hooks")  # the part of the file's meter that stands before the caches
        return tuple([layer for layer in self.layers if layer.name not in names and (layer.name != "trace" or type(layer) not in kinds)])

    def __repr__(self) -> str:
        return f"Config(path={self.path!r})"  # a proxy may hold a password
