"""What a configuration file makes leave this machine, and what it makes be kept here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from llmkit.cli.config_layers import url_of

if TYPE_CHECKING:
    from llmkit.config.reading import Reading
    from llmkit.providers.provider import Provider

__all__ = ["others_of", "sent", "written"]

_STORES = ("store", "sink", "vectors")
_STORED = {
    "ratelimit": "how much was sent lately",
    "breaker": "how deployments stand",
    "cache": "whole answers",
    "singleflight": "answers while they are under way",
    "budgets": "what was spent, by ledger",
    "meter": "a record of each call: who, which model, tokens, cost; no words",
}


def sent(reading: Reading, known: Mapping[str, Provider]) -> tuple[tuple[str, str], ...]:
    """Return what goes where."""
    config = reading.config
    facts: list[tuple[str, str]] = []
    rows = (*config.providers, *[known[name] for name in others_of(reading) if name in known])
    away = [row for row in rows if not row.local]
    facts += [(urlsplit(row.base_url).netloc or row.base_url, f"what is asked of {row.name}, with its key") for row in away]
    if config.proxy:
        facts.append((_host(config.proxy), "all of that goes through this proxy"))
    for name, table in reading.layers_on.items():
        for url in _urls(table):
            if url == "otel":
                facts.append(("your OpenTelemetry SDK", "figures of calls, tokens and cost, no words"))
            elif not url.startswith(("memory", "sqlite:", "jsonl:")):
                place = url if url.startswith("env:") else _host(url)
                facts.append((place, f"of {name}: {_STORED.get(name, 'its state')}"))
    if "telemetry" in reading.layers_on:
        words = "with what was asked and answered" if _content(reading, "telemetry") else "without what was asked and answered"
        facts.append(("your OpenTelemetry SDK", f"spans and metrics, {words}"))
    if config.models_url:
        facts.append((_host(config.models_url), "nothing but the wish for a newer registry, when a program asks for it"))
    return tuple(facts)


def written(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return what is kept in which file."""
    facts: list[tuple[str, str]] = []
    for name, table in reading.layers_on.items():
        files = [url.partition(":")[2] for url in _urls(table) if url.startswith(("sqlite:", "jsonl:"))]
        facts += [(file, _STORED.get(name, "its state")) for file in files]
    if "trace" in reading.layers_on and isinstance(reading.layers_on["trace"], dict):
        words = "what was asked and answered" if _content(reading, "trace") else "no words"
        facts.append((str(reading.layers_on["trace"].get("path", "")), f"a line about each call, {words}"))
    if "log" in reading.layers_on and _content(reading, "log"):
        facts.append(("your log", "what was asked and answered"))
    return tuple(facts)


def others_of(reading: Reading) -> list[str]:
    """Return the providers that the default model and the routes name, and the file does not."""
    if reading.mistakes:
        return []  # a name may be one of them
    from llmkit.config.place import Place, Session
    from llmkit.config.routes import deployments

    place = Place(Session(Path(), {}))
    named = [one[0] for node in reading.config.routes.values() for one in deployments(node, place)]
    heads = dict.fromkeys([model.partition("/")[0] for model in [reading.config.default_model or "", *named] if "/" in model])
    own = {row.name for row in reading.config.providers}
    return [head for head in heads if head != "route" and head not in own]


def _urls(table: Any) -> list[str]:
    """Return where a layer's stores are, those inside its parts too."""
    if not isinstance(table, dict):
        return []
    inner = [url for key, part in table.items() if key not in _STORES for url in _urls(part)]
    return [url_of(table[key]) for key in _STORES if key in table] + inner


def _content(reading: Reading, name: str) -> bool:
    table = reading.layers_on.get(name)
    return isinstance(table, dict) and table.get("content") is True


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.rpartition("@")[2] or address
    except ValueError:  # no address: whoever opens it is told
        return address
