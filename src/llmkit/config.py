"""The user's configuration file: providers, addresses, where keys are. Never read from the working directory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from llmkit.errors import ConfigurationError, nearest
from llmkit.providers.provider import HeaderAuth, Provider
from llmkit.types.model import Model
from llmkit.types.profile import Profile

_PROVIDER_FIELDS = frozenset(
    {"base_url", "key", "key_file", "dialect", "env", "headers", "profile", "title", "docs", "local", "insecure", "auth", "settings"}
)
_TOP_FIELDS = frozenset({"default_model", "mcp", "models", "models_url", "providers", "routes"})


class Config(Model, frozen=True, kw_only=True):
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


def default_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return where the file lies: `$LLMKIT_CONFIG`, else `llmkit/config.toml` in the user's configuration directory."""
    env = os.environ if environment is None else environment
    if explicit := env.get("LLMKIT_CONFIG"):
        return Path(explicit)
    return Path(env.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "llmkit" / "config.toml"


def load(path: str | os.PathLike[str] | None, known: Mapping[str, Provider]) -> Config:
    """Read the file at `path` (None: the default place, where it may be absent).

    Raises `ConfigurationError` with the place of the fault.
    """
    file = Path(path) if path is not None else default_path()
    if not file.is_file():
        if path is None and "LLMKIT_CONFIG" not in os.environ:
            return Config()
        raise ConfigurationError(f"There is no configuration file {file}.", parameter="config")
    import tomllib  # Most users have no file.

    problem: str | None = None
    content: dict[str, Any] = {}
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = str(error)
    if problem:
        raise ConfigurationError(f"{file}: {problem}", parameter="config")
    return _config(file, content, known)


def _config(file: Path, content: dict[str, Any], known: Mapping[str, Provider]) -> Config:
    _only(str(file), content, _TOP_FIELDS)
    rows: list[Provider] = []
    keys: dict[str, str | tuple[str, ...]] = {}
    profiles: dict[str, dict[str, Any]] = {}
    insecure: list[str] = []
    extras: dict[str, dict[str, str]] = {}
    for name, settings in content.get("providers", {}).items():
        place = f"{file}: providers.{name}"
        if not isinstance(settings, dict):
            raise ConfigurationError(f"{place} must be a table.", parameter=f"providers.{name}")
        _only(place, settings, _PROVIDER_FIELDS)
        if "key" in settings:
            keys[name] = _references(place, settings["key"])
        elif "key_file" in settings:
            keys[name] = f"file:{settings['key_file']}"
        if settings.get("insecure"):
            insecure.append(name)
        if "profile" in settings:
            profiles[name] = _profile(place, settings["profile"])
        if "settings" in settings:
            extras[name] = _texts(place, settings["settings"])
        rows.append(_provider(place, name, settings, known.get(name)))
    servers = content.get("mcp", {})
    if not isinstance(servers, dict) or not all(isinstance(table, dict) for table in servers.values()):
        raise ConfigurationError(f"{file}: mcp must hold a table for each server.", parameter="mcp", hint="Write [mcp.NAME].")
    return Config(
        path=str(file),
        mcp=servers,
        default_model=content.get("default_model"),
        providers=tuple(rows),
        keys=keys,
        models=_beside(file, content.get("models")),
        routes=_routes(file, content.get("routes", {})),
        models_url=_text(file, "models_url", content.get("models_url")),
        profiles=profiles,
        insecure=tuple(insecure),
        settings=extras,
    )


def _provider(place: str, name: str, settings: dict[str, Any], row: Provider | None) -> Provider:
    fields = {key: value for key, value in settings.items() if key not in ("key", "key_file", "insecure", "auth", "profile", "settings")}
    if "env" in fields:
        fields["env"] = tuple(fields["env"]) if isinstance(fields["env"], list) else (fields["env"],)
    if "base_url" in fields:
        fields["base_url"] = str(fields["base_url"]).rstrip("/")
    if "auth" in settings:
        fields["auth"] = HeaderAuth.from_dict(settings["auth"])
    if row is not None:
        moved = row.at(fields.pop("base_url")) if "base_url" in fields else row
        return moved.replace(**fields)
    if "base_url" not in fields:
        raise ConfigurationError(f"{place} is a new provider and needs a base_url.", parameter=f"providers.{name}.base_url")
    return Provider(name=name, **{"title": name, **fields})


def _references(place: str, value: Any) -> str | tuple[str, ...]:
    """Return where the key is, or where several are."""
    if not isinstance(value, list):
        return str(value)
    if not value or not all(isinstance(reference, str) for reference in value):
        raise ConfigurationError(f"{place}.key must be 'env:NAME', 'file:PATH' or a list of these.", parameter="key")
    if len(set(value)) < len(value):
        raise ConfigurationError(f"{place}.key names the same place twice.", parameter="key")
    return tuple(value)


def _routes(file: Path, routes: Any) -> dict[str, Any]:
    if not isinstance(routes, dict):
        raise ConfigurationError(f"{file}: routes must hold a table for each route.", parameter="routes", hint="Write [routes.NAME].")
    return routes


def _text(file: Path, name: str, value: Any) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    raise ConfigurationError(f"{file}: {name} must be text, not {value!r}.", parameter=name)


def _beside(file: Path, path: Any) -> str | None:
    text = _text(file, "models", path)
    return None if text is None else str(file.parent / Path(text).expanduser())


def _texts(place: str, values: Any) -> dict[str, str]:
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise ConfigurationError(f"{place}.settings must be a table of texts.", parameter="settings")
    return values


def _profile(place: str, facts: Any) -> dict[str, Any]:
    if not isinstance(facts, dict):
        raise ConfigurationError(f"{place}.profile must be a table.", parameter="profile")
    _only(f"{place}.profile", facts, frozenset(Profile.__struct_fields__))
    problem = ""
    try:
        whole = Profile.from_dict(facts)
    except msgspec.ValidationError as error:
        problem = str(error)
    if problem:
        raise ConfigurationError(f"{place}.profile: {problem}", parameter="profile")
    return {name: getattr(whole, name) for name in facts}


def _only(place: str, table: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in table:
        if key not in known:
            near = nearest(key, known)
            raise ConfigurationError(f"{place}: unknown setting {key!r}.", parameter=key, hint=f"Did you mean {near[0]}?" if near else None)
