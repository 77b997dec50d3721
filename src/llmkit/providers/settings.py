"""Fill in what a row leaves open: the settings in its address, paths, headers and quirks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, nearest
from llmkit.providers.provider import Provider, Setting
from llmkit.providers.quirks import Quirk

_NAME = re.compile(r"\{([a-z_]+)\}")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The values of one provider's settings."""

    values: dict[str, str] = {}
    secrets: dict[str, Secret] = {}


def resolve(provider: Provider, given: Mapping[str, str | Secret], environment: Mapping[str, str]) -> Settings:
    """Return the values of `provider`'s settings: what the caller or the configuration gives, else the environment's, else the default.

    Raises `ConfigurationError` for an unknown name, a value that does not fit, and a setting that is missing.
    """
    known = {setting.name: setting for setting in provider.settings}
    for name in given:
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near[0]}?" if near else f"Its settings: {', '.join(known) or 'none'}."
            raise ConfigurationError(f"{provider.name} has no setting {name!r}.", parameter=f"settings.{provider.name}", hint=hint)
    values: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    for name, setting in known.items():
        value = given.get(name) or _of_environment(setting, environment) or _default(setting, values)
        if value is None or (isinstance(value, str) and unfilled(value)):
            if setting.optional:
                continue
            raise _missing(provider, known.get(unfilled(value) or "", setting) if isinstance(value, str) else setting)
        if isinstance(value, Secret) or setting.secret:
            secrets[name] = value if isinstance(value, Secret) else Secret(value, name=f"{provider.name} {name}")
        else:
            values[name] = _checked(provider, setting, value)
    return Settings(values=values, secrets=secrets)


def missing(provider: Provider, given: Mapping[str, str | Secret], environment: Mapping[str, str]) -> str | None:
    """Return the name of the first setting that a call would miss."""
    values: dict[str, str] = {}
    for setting in provider.settings:
        value = given.get(setting.name) or _of_environment(setting, environment) or _default(setting, values)
        if value is None or (isinstance(value, str) and unfilled(value)):
            if not setting.optional:
                return setting.name
        elif isinstance(value, str):
            values[setting.name] = value
    return None


def fill(template: str, values: Mapping[str, str], model: str | None = None) -> str:
    """Return `template` filled with the settings; a model adds `{model}`, its percent-encoded id, and `{model_path}`, with `/@:` kept."""
    if "{" not in template:
        return template
    words = dict(values)
    if model is not None:
        words["model"] = quote(model, safe="")
        words["model_path"] = quote(model, safe="/@:")
    return _NAME.sub(lambda found: words.get(found[1], found[0]), template)


def unfilled(text: str) -> str | None:
    """Return the name of a setting that is still open in `text`."""
    found = _NAME.search(text)
    return found[1] if found else None


def lacking(provider: Provider, name: str) -> ConfigurationError:
    """Return the error for a setting that an address needs and that is not there."""
    return _missing(provider, next((setting for setting in provider.settings if setting.name == name), Setting(name=name)))


def filled(quirk: Quirk, values: Mapping[str, str]) -> Quirk:
    """Return `quirk` with the settings in its texts filled in."""
    changes: dict[str, Any] = {}
    for name in quirk.__struct_fields__:
        text = getattr(quirk, name)
        if isinstance(text, str) and "{" in text:
            changes[name] = fill(text, values)
    return msgspec.structs.replace(quirk, **changes) if changes else quirk


def _of_environment(setting: Setting, environment: Mapping[str, str]) -> str | None:
    for variable in setting.env:
        name, inside, place = variable.partition("#")
        value = environment.get(name)
        if value and inside:
            value = _inside(value, place)
        if value:
            return value
    return None


def _inside(text: str, place: str) -> str | None:
    """Return the text at `place` in a JSON document; None where there is none."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    for step in place.strip("/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


def _default(setting: Setting, values: Mapping[str, str]) -> str | None:
    if setting.defaults is not None:
        name, by_value = setting.defaults
        if (other := by_value.get(values.get(name, ""))) is not None:
            return fill(other, values)
    return None if setting.default is None else fill(setting.default, values)


def _checked(provider: Provider, setting: Setting, value: str) -> str:
    value = value.strip().removeprefix("https://").rstrip("/")
    for ending in setting.trim:
        value = value.removesuffix(ending)
    if not re.fullmatch(setting.pattern, value):
        raise ConfigurationError(
            f"{value[:80]!r} is no {setting.name} of {provider.name}.",
            parameter=f"settings.{provider.name}.{setting.name}",
            hint=setting.help or f"It must match {setting.pattern}.",
        )
    return value


def _missing(provider: Provider, setting: Setting) -> ConfigurationError:
    pass_it = f'ass settings={{"{provider.name}": {{"{setting.name}": ...}}}}'
    way = f"Set {' or '.join(setting.env)}, or p{pass_it}." if setting.env else f"P{pass_it}."
    what = f" ({setting.help})" if setting.help else ""
    return ConfigurationError(
        f"{provider.name} needs its {setting.name}{what}.",
        parameter=f"settings.{provider.name}.{setting.name}",
        hint=way,
    )
