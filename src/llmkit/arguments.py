"""The arguments of both clients, and what they come to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, nearest
from llmkit.keys import secrets_of
from llmkit.knowledge import Facts
from llmkit.pipeline.call import Layer
from llmkit.providers.provider import Provider
from llmkit.providers.registry import Providers
from llmkit.types.http import Timeouts, Transport


class ClientOptions(TypedDict, total=False):
    """The keyword arguments of both clients, written once; `LLMKit` tells what each is."""

    keys: Mapping[str, str | Secret | Sequence[str | Secret]] | None
    base_urls: Mapping[str, str] | None
    settings: Mapping[str, Mapping[str, str | Secret]] | None
    config: str | os.PathLike[str] | None
    providers: Iterable[Provider]
    timeout: float | Timeouts | None
    retries: int
    proxy: str | None
    ca_file: str | os.PathLike[str] | None
    client_certificate: str | tuple[str, str] | None
    transport: Transport | None
    models: Facts | None
    fetch_origins: Iterable[str]
    layers: Iterable[Layer]
    tenant: str


def check_names(options: ClientOptions) -> None:
    """Raise `ConfigurationError` for an argument that there is not."""
    for name in options:
        if name not in ClientOptions.__annotations__:
            near = nearest(name, ClientOptions.__annotations__)
            raise ConfigurationError(f"Unknown argument {name!r}.", parameter=name, hint=f"Did you mean {near[0]}?" if near else None)


def secrets(keys: Mapping[str, str | Secret | Sequence[str | Secret]], providers: Providers) -> dict[str, tuple[Secret, ...]]:
    """Return the keys by the providers' own names."""
    return {providers.get(name).name: secrets_of(name, given) for name, given in keys.items()}


def settings_of(
    given: Mapping[str, Mapping[str, str | Secret]], configured: Mapping[str, Mapping[str, str]], providers: Providers
) -> dict[str, dict[str, str | Secret]]:
    """Return the settings by provider; what the caller gives stands above the configuration file."""
    settings: dict[str, dict[str, str | Secret]] = {}
    for source in (configured, given):
        for name, values in source.items():
            row = providers.get(name)
            settings.setdefault(row.name, {}).update(row.sealed(values))
    return settings
