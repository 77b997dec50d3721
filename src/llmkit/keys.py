"""Where a provider's key comes from: the caller, the configuration file, the environment; never the working directory."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from llmkit.auth.secret import Secret
from llmkit.environment import Environment
from llmkit.errors import ConfigurationError
from llmkit.providers.provider import Provider


class Keys:
    """Finds keys. `explicit` are the caller's, `references` the configuration file's (`env:NAME` or `file:PATH`); one or several each."""

    def __init__(
        self,
        explicit: Mapping[str, Secret | Sequence[Secret]],
        references: Mapping[str, str | Sequence[str]],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._explicit = {name: (keys,) if isinstance(keys, Secret) else tuple(keys) for name, keys in explicit.items()}
        self._references = {name: (keys,) if isinstance(keys, str) else tuple(keys) for name, keys in references.items()}
        self._environment = Environment() if environment is None else environment

    def counts(self) -> dict[str, int]:
        """Return how many keys each provider has of which any were given."""
        given = {name: len(references) for name, references in self._references.items()}
        return {**given, **{name: len(secrets) for name, secrets in self._explicit.items()}}

    def find(self, provider: Provider, place: int = 0) -> Secret | None:
        """Return the key at `place`, or None. Raises `ConfigurationError` for a reference that leads nowhere, or what cannot be a key."""
        for name in (provider.name, *provider.aliases):
            if name in self._explicit:
                return self._explicit[name][place]
        if references := self._references.get(provider.name):
            return self._follow(provider.name, references[place])
        own = f"LLMKIT_{provider.name.upper().replace('-', '_')}_API_KEY"
        for name in (own, *provider.env):
            if self._environment.get(name):
                return Secret(self._environment[name], name=name)
        return None

    def _follow(self, provider: str, reference: str) -> Secret:
        kind, _, target = reference.partition(":")
        place = f"providers.{provider}.key"
        if kind == "env" and target:
            if not self._environment.get(target):
                raise ConfigurationError(f"{place}: the environment variable {target} is not set.", parameter=place)
            return Secret(self._environment[target], name=target)
        if kind == "file" and target:
            return Secret(_read_private(Path(target).expanduser(), place), name=place)
        raise ConfigurationError(
            f"{place} must be 'env:NAME' or 'file:PATH'.", parameter=place, hint="Keys do not stand in the file itself."
        )


def secrets_of(provider: str, keys: str | Secret | Sequence[str | Secret]) -> tuple[Secret, ...]:
    """Return what a caller gives as one key or several. Raises `ConfigurationError` for none, or for one that comes twice."""
    place = f"keys[{provider!r}]"
    if not isinstance(keys, str | Secret | list | tuple):
        raise ConfigurationError(f"{place} must be a key or a list of keys, not {type(keys).__name__}.", parameter="keys")
    given = keys if isinstance(keys, list | tuple) else (keys,)
    secrets = tuple([key if isinstance(key, Secret) else Secret(key, name=f"key of {provider}") for key in given])
    if not secrets:
        raise ConfigurationError(f"{place} holds no key.", parameter="keys", hint="Leave the provider out to use its environment variable.")
    if any(secrets[first] == later for first in range(len(secrets)) for later in secrets[first + 1 :]):
        raise ConfigurationError(f"{place} holds the same key twice.", parameter="keys")
    return secrets


def _read_private(path: Path, place: str) -> str:
    if not path.is_file():
        raise ConfigurationError(f"{place}: there is no file {path}.", parameter=place)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigurationError(f"{place}: others may read {path}.", parameter=place, hint=f"Run: chmod 600 {path}")
    return path.read_text(encoding="utf-8", errors="replace").strip("\r\n")
