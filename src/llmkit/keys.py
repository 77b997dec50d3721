"""Where a provider's key comes from: the caller, the configuration file, the environment; never the working directory."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError
from llmkit.providers.provider import Provider


class Keys:
    """Finds keys. `explicit` are the caller's, `references` the configuration file's (`env:NAME` or `file:PATH`)."""

    def __init__(self, explicit: Mapping[str, Secret], references: Mapping[str, str], environment: Mapping[str, str] | None = None) -> None:
        self._explicit = explicit
        self._references = references
        self._environment = os.environ if environment is None else environment

    def find(self, provider: Provider) -> Secret | None:
        """Return the key, or None. Raises `ConfigurationError` for a reference that leads nowhere or a key that cannot be one."""
        for name in (provider.name, *provider.aliases):
            if name in self._explicit:
                return self._explicit[name]
        if reference := self._references.get(provider.name):
            return self._follow(provider.name, reference)
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


def _read_private(path: Path, place: str) -> str:
    if not path.is_file():
        raise ConfigurationError(f"{place}: there is no file {path}.", parameter=place)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigurationError(f"{place}: others may read {path}.", parameter=place, hint=f"Run: chmod 600 {path}")
    return path.read_text(encoding="utf-8", errors="replace").strip("\r\n")
