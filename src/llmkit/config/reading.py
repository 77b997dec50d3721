"""Read the configuration file: what it says, and all that is wrong with it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from llmkit.config.agreement import check_agreement
from llmkit.config.lines import line_of
from llmkit.config.place import WRONG, Mistake, Place, Session
from llmkit.config.tables import unknown
from llmkit.config.top import top_table
from llmkit.config.value import Config
from llmkit.errors import ConfigurationError
from llmkit.providers.provider import Provider

_OF_KEYS = ("key", "key_file", "insecure", "profile", "settings")


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What was read: as much of the configuration as is right, the plain tables, and the mistakes in the order of the file."""

    config: Config
    content: dict[str, Any] = {}
    mistakes: tuple[Mistake, ...] = ()

    @property
    def layers_on(self) -> dict[str, Any]:
        """Return the tables of the layers that are switched on and free of mistakes, as the file has them."""
        tables = self.content.get("layers", {})
        wrong = {_PART.findall(mistake.path)[1] for mistake in self.mistakes if mistake.path.startswith("layers.")}
        right = {name: table for name, table in tables.items() if name not in wrong} if isinstance(tables, dict) else {}
        return {name: table for name, table in right.items() if table is not False and _switch(table) is not False}


_PART = re.compile(r"\w+")


def _switch(table: Any) -> Any:
    return table.get("enabled", True) if isinstance(table, dict) else table


def read_file(file: Path, known: Mapping[str, Provider], environment: Mapping[str, str] | None = None) -> Reading:
    """Return what `file` says; `known` are the providers it may change."""
    import tomllib  # Most users have no file.

    text = ""
    try:
        text = file.read_bytes().decode("utf-8")
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        return _broken(file, f"is not UTF-8: byte {error.start}.")
    except RecursionError:
        return _broken(file, "is nested too deeply.")
    except ValueError as error:  # also a number of more digits than Python reads, which its parser lets through as it is
        return _broken(file, f"{error}")
    except OSError as error:
        return _broken(file, f"cannot be read: {error.strerror or type(error).__name__}.")
    return read_content(file, text, content, known, environment)


def read_content(
    file: Path, text: str, content: dict[str, Any], known: Mapping[str, Provider], environment: Mapping[str, str] | None = None
) -> Reading:
    """Return what the tables `content` say; `text` is what they were read from."""
    session = Session(file, os.environ if environment is None else environment)
    config = _config(content, Place(session), known)
    mistakes = [msgspec.structs.replace(mistake, line=line_of(text, mistake.path)) for mistake in session.mistakes]
    return Reading(config=config, content=content, mistakes=tuple(sorted(mistakes, key=lambda mistake: mistake.line)))


def refuse(file: Path, mistakes: tuple[Mistake, ...]) -> None:
    """Raise the first mistake, if there is one."""
    if not mistakes:
        return
    first = mistakes[0]
    where = f"{file}:{first.line}" if first.line else str(file)
    more = f" ({len(mistakes) - 1} more: `llmkit config check`.)" if len(mistakes) > 1 else ""
    raise ConfigurationError(f"{where}: {first.message}{more}", parameter=first.path or "config", hint=first.hint)


def _broken(file: Path, message: str) -> Reading:
    return Reading(config=Config(path=str(file)), mistakes=(Mistake(path="", message=message),))


def _config(content: dict[str, Any], place: Place, known: Mapping[str, Provider]) -> Config:
    read: dict[str, Any] = {}
    table = top_table()
    for name, value in content.items():
        field = table.fields.get(name)
        read[name] = unknown(place, name, table.fields) if field is None else field.form.read(value, place.at(name))
    right = {name: value for name, value in read.items() if value is not WRONG}
    tables = right.get("providers", {})
    rows = [_provider(place.at("providers").at(name), name, given, known.get(name)) for name, given in tables.items()]
    providers = tuple([row for row in rows if row is not None])
    check_agreement(content, right, place, known, providers)
    return Config(
        path=str(place.session.file),
        providers=providers,
        keys={name: reference for name, given in tables.items() if (reference := _key(given))},
        insecure=tuple([name for name, given in tables.items() if given.get("insecure")]),
        profiles={name: given["profile"] for name, given in tables.items() if "profile" in given},
        settings={name: given["settings"] for name, given in tables.items() if "settings" in given},
        routes={name: content["routes"][name] for name in right.get("routes", {})},
        client_certificate=_certificate(right.pop("client_certificate", None)),
        layers=_layers(right, place),
        **{name: right[name] for name in _PLAIN if name in right},
    )


_PLAIN = ("default_model", "models", "models_url", "tenant", "timeout", "retries", "proxy", "ca_file", "mcp")


def _key(given: Mapping[str, Any]) -> Any:
    return given["key"] if "key" in given else f"file:{given['key_file']}" if "key_file" in given else None


def _certificate(value: Any) -> str | tuple[str, str] | None:
    return (value["certificate"], value["key"]) if isinstance(value, dict) else value


def _provider(place: Place, name: str, given: dict[str, Any], row: Provider | None) -> Provider | None:
    """Return the row that the table makes, new or out of the catalogue's."""
    fields = {key: value for key, value in given.items() if key not in _OF_KEYS}
    if "base_url" in fields:
        fields["base_url"] = fields["base_url"].rstrip("/")
    if row is None and "base_url" not in fields:
        place.wrong("is a new provider and needs a base_url.")
        return None
    try:
        if row is None:
            return Provider(name=name, **{"title": name, **fields})
        moved = row.at(fields.pop("base_url")) if "base_url" in fields else row
        return moved.replace(**fields)
    except ConfigurationError as error:
        place.wrong(f": {error.message}", error.hint)
        return None


def _layers(right: dict[str, Any], place: Place) -> tuple[Any, ...]:
    """Return the layers that were read, with those that follow from them."""
    named = dict(right.get("layers", {}))
    options = named.pop("router", {})
    layers = list(named.values())
    if "meter" in named:
        layers.append(named["meter"].hits)  # what a cache answers, the file's or one in code, never comes as far as the meter
    if right.get("routes"):
        layers += _router(right["routes"], {key: value for key, value in options.items() if key != "enabled"}, place)
    return tuple(layers)


def _router(nodes: dict[str, Any], options: dict[str, Any], place: Place) -> list[Any]:
    from llmkit.routing.router import Router

    try:
        return [Router(nodes, **options)]
    except ConfigurationError as error:
        at = place.at("layers").at("router").at(error.parameter) if error.parameter in options else place.at("routes")
        at.wrong(f": {error.message}", error.hint)
        return []
