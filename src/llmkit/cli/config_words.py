"""What a configuration file does, in plain words."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from llmkit.config.reading import Reading
    from llmkit.providers.provider import Provider

__all__ = ["Section", "sections"]

Facts = tuple[tuple[str, str], ...]


class Section(NamedTuple):
    """A title, and names with their words; of a tree the names are indents."""

    title: str
    facts: Facts
    tree: bool = False


def sections(reading: Reading, known: Mapping[str, Provider]) -> list[Section]:
    """Return what `reading` does, part by part; parts with nothing to tell are left out. `known` are the built-in providers."""
    from llmkit.cli.config_layers import layer_facts
    from llmkit.cli.config_places import sent, written

    told = [
        Section("client", _client(reading)),
        Section("providers", (*_providers(reading), *_named(reading, known))),
        Section("routes", _routes(reading), tree=True),
        Section("layers, outermost first", layer_facts(reading)),
        Section("tools of MCP servers", _servers(reading)),
        Section("leaves this machine", sent(reading, known)),
        Section("is kept on this machine", written(reading)),
    ]
    return [section for section in told if section.facts]


def _client(reading: Reading) -> Facts:
    config = reading.config
    timeout = config.timeout
    rows = (
        ("default model", config.default_model),
        ("tenant", config.tenant),
        ("time limit", f"{timeout:g} s for a whole call" if isinstance(timeout, float) else _limits(timeout)),
        ("retries", None if config.retries is None else f"{config.retries} after the first try, over all keys"),
        ("proxy", None if config.proxy is None else f"all calls go through {_host(config.proxy)}"),
        ("authorities", config.ca_file),
        ("certificate", None if config.client_certificate is None else "presented to servers that ask for one"),
        ("model facts", config.models),
        ("newer registry", config.models_url),
    )
    return tuple([(name, value) for name, value in rows if value])


def _limits(timeouts: Any) -> str:
    if timeouts is None:
        return ""
    told = {name: getattr(timeouts, name) for name in timeouts.__struct_fields__}
    return ", ".join([f"{name} {f'{value:g} s' if value is not None else 'without limit'}" for name, value in told.items()])


def _host(address: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    except ValueError:  # no address: whoever opens it is told
        return address


def _providers(reading: Reading) -> Facts:
    config = reading.config
    facts = []
    for row in config.providers:
        told = [f"{row.base_url} ({row.dialect})" if row.dialect else row.base_url, _key(config.keys.get(row.name), row)]
        if row.name in config.insecure:
            told.append("plain http is allowed")
        if row.name in config.profiles:
            told.append(f"told apart: {', '.join(config.profiles[row.name])}")
        if row.name in config.settings:
            told.append(", ".join([f"{name} = {value}" for name, value in config.settings[row.name].items()]))
        facts.append((row.name, "; ".join(told)))
    return tuple(facts)


def _named(reading: Reading, known: Mapping[str, Provider]) -> Facts:
    """Return the providers that the file only names in models."""
    from llmkit.cli.config_places import others_of

    rows = [known[name] for name in others_of(reading) if name in known]
    return tuple([(row.name, f"{row.base_url} (built in); {_key(None, row)}") for row in rows])


def _key(references: Any, row: Any) -> str:
    """Say where the key comes from and whether it is there; it is not read."""
    if references is None:
        found = next((name for name in (f"LLMKIT_{row.name.upper().replace('-', '_')}_API_KEY", *row.env) if os.environ.get(name)), None)
        return (
            f"key from {found} (set)" if found else "no key needed" if row.local else f"key from {' or '.join(row.env) or 'code'} (not set)"
        )
    several = (references,) if isinstance(references, str) else references
    return "key from " + ", then ".join([f"{reference} ({_state(reference)})" for reference in several])


def _state(reference: str) -> str:
    kind, _, target = reference.partition(":")
    if kind == "env":
        return "set" if os.environ.get(target) else "not set"
    from llmkit.cli.private_files import is_private

    path = Path(target).expanduser()
    if not path.is_file():
        return "no such file"
    return "there" if is_private(path) else "others may read it: it will be refused"


def _servers(reading: Reading) -> Facts:
    found = []
    for name, table in reading.config.mcp.items():
        how = f"runs {table['command']}" if "command" in table else f"asks {_host(str(table['url']))}"
        found.append((name, f"{how}, when a program opens it"))
    return tuple(found)


def _routes(reading: Reading) -> Facts:
    lines: list[tuple[str, str]] = []
    for name, node in reading.config.routes.items():
        lines.append(("", name if "/" in name else f"route/{name}"))
        _node(node, "  ", lines)
    return tuple(lines)


def _node(node: Any, indent: str, lines: list[tuple[str, str]], before: str = "") -> None:
    if isinstance(node, str):
        lines.append((indent, f"{before}{node}"))
        return
    if isinstance(node, list):
        node = {"fallback": node}
    kind = next(kind for kind in ("model", "rules", *_TOLD) if kind in node)
    rest = ", ".join([f"{key} {_short(value)}" for key, value in node.items() if key not in (kind, "default", "by")])
    behind = f" ({rest})" if rest else ""
    if kind == "model":
        lines.append((indent, f"{before}{node['model']}{behind}"))
        return
    if kind == "rules":
        lines.append((indent, f"{before}by the first rule that holds:"))
        for rule in node["rules"]:
            _node(rule["to"], f"{indent}  ", lines, f"{_rule(rule)} -> ")
        _node(node["default"], f"{indent}  ", lines, "else -> ")
        return
    lines.append((indent, f"{before}{_TOLD[kind](node)}{behind}:"))
    for one in node[kind]:
        _node(one, f"{indent}  ", lines)


def _rule(rule: Mapping[str, Any]) -> str:
    return " and ".join([f"{key} {_short(value)}" for key, value in rule.items() if key != "to"]) or "always"


_BY = {
    "weights": "by their weights",
    "round_robin": "in turn",
    "least_busy": "the one with the fewest calls under way",
    "latency": "the one that was fastest of late",
    "cost": "the cheapest for the request",
    "quality": "the one with the best published score",
    "affinity": "the one that knows the conversation",
}
_TOLD: dict[str, Callable[[Any], str]] = {
    "fallback": lambda node: "the first of these that answers",
    "balance": lambda node: f"one of these, {_BY.get(node.get('by', 'weights'), node.get('by', ''))}",
    "learn": lambda node: "one of these, as it learns which does best",
    "split": lambda node: "one of these, the same for each user",
}


def _short(value: Any) -> str:
    return (
        ", ".join([str(one) for one in value]) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
    )
