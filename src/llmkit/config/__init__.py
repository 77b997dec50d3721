"""The user's configuration file: providers, keys' places, routes, layers. Never read from the working directory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from llmkit.config.value import Config
from llmkit.errors import ConfigurationError
from llmkit.providers.provider import Provider

__all__ = ["Config", "default_path", "load"]


def default_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return where the file lies: `$LLMKIT_CONFIG`, else `llmkit/config.toml` in the user's configuration directory."""
    env = os.environ if environment is None else environment
    if explicit := env.get("LLMKIT_CONFIG"):
        return Path(explicit)
    named = Path(env.get("XDG_CONFIG_HOME") or "")
    # A relative one is to be ignored (XDG Base Directory Specification 0.8, read 2026-11-23): it would be in the working directory.
    return (named if named.is_absolute() else Path.home() / ".config") / "llmkit" / "config.toml"


def load(path: str | os.PathLike[str] | None, known: Mapping[str, Provider]) -> Config:
    """Read the file at `path` (None: the default place, where it may be absent).

    Raises `ConfigurationError` with the place of the first mistake.
    """
    file = Path(path) if path is not None else default_path()
    if not file.is_file():
        if path is None and "LLMKIT_CONFIG" not in os.environ:
            return Config()
        raise ConfigurationError(f"There is no configuration file {file}.", parameter="config")
    from llmkit.config.reading import read_file, refuse  # Most users have no file.

    reading = read_file(file, known)
    refuse(file, reading.mistakes)
    return reading.config
