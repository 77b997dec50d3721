"""Choose a model where none is named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from llmkit.errors import ConfigurationError, InvalidRequest

if TYPE_CHECKING:
    from llmkit.client import LLMKit
    from llmkit.providers.provider import Provider

__all__ = ["Choice", "choose_model", "resolve"]


class Choice(NamedTuple):
    """A model id and why it was taken."""

    model: str
    reason: str


def choose_model(kit: LLMKit, named: str | None, *, local_server: bool = False) -> Choice:
    """Return the model to use: the one named, a local server's if wanted, the configured, the first with a key, the embedded."""
    if named and local_server:
        raise InvalidRequest("-m and --local-server exclude each other.", parameter="model")
    if named:
        return Choice(named, "")
    if local_server:
        return _of_local_server(kit)
    if kit.default_model:
        return Choice(kit.default_model, "the configuration's default")
    return _of_key(kit) or _embedded(kit)


def resolve(kit: LLMKit, model: str) -> tuple[Provider, str]:
    """Return the provider of `model` and its name there. Raises `UnknownProvider` or `UnknownModel` with near names."""
    from llmkit.providers.registry import Providers

    return Providers(kit.providers.values()).resolve(model)


def _of_local_server(kit: LLMKit) -> Choice:
    servers = kit.local_servers()
    for server in servers:
        if server.models:
            return Choice(f"{server.name}/{server.models[0]}", f"found at {server.base_url}")
    if servers:
        names = " and ".join(server.name for server in servers)
        raise ConfigurationError(f"{names} runs here but has no model.", parameter="local-server", hint="Download one with it first.")
    names = ", ".join(row.title for row in kit.providers.values() if row.local and row.engine == "http")
    raise ConfigurationError(f"No model server answers on this machine (tried {names}).", parameter="local-server")


def _of_key(kit: LLMKit) -> Choice | None:
    for name, row in kit.providers.items():
        if not row.local and row.starter and _configured(kit, name):
            return Choice(f"{name}/{row.starter}", f"a key for {row.title} is set")
    return None


def _embedded(kit: LLMKit) -> Choice:
    row = next(row for row in kit.providers.values() if row.engine == "embedded")
    if own := os.environ.get("LLMKIT_GGUF"):
        return Choice(f"{row.name}/default", f"no key is set; the model in {own}")
    return Choice(f"{row.name}/{row.starter}", "no key is set; a tiny model that runs here, for demonstration")


def _configured(kit: LLMKit, name: str) -> bool:
    """A broken key of a provider that was not asked for must not be in the way; `doctor` reports it."""
    try:
        return kit.configured(name)
    except ConfigurationError:
        return False
