"""Show all that is known of one provider."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.models.registry import Registry

__all__ = ["models_of", "print_provider"]

Facts = list[tuple[str, str]]
_APART = ("settings", "routes", "operations", "errors", "limits", "models")


def models_of(registry: Registry, provider: str) -> dict[str, Any]:
    """Return how many models of a provider are known, how many of them are priced, and by mode."""
    infos = list(registry.all(provider)) if provider in registry.providers() else []
    modes = dict(sorted(Counter(info.mode for info in infos).items(), key=lambda pair: (-pair[1], pair[0])))
    priced = sum(1 for info in infos if info.free or info.subscription or (info.price is not None and info.price.known))
    return {"known": len(infos), "priced": priced, "modes": modes, "as_of": registry.as_of}


def print_provider(entry: dict[str, Any]) -> None:
    """Print a provider in sections."""
    from llmkit.cli.tables import print_facts

    facts = [(name, _words(value)) for name, value in entry.items() if name not in _APART and value not in ("", [], {})]
    print_facts(str(entry["name"]), facts)
    for title, section in (
        ("settings", [(setting["name"], _setting(setting)) for setting in entry["settings"]]),
        ("other formats", [(route["dialect"], _route(route)) for route in entry["routes"]]),
        ("operations", [(name, _serving(serving)) for name, serving in entry["operations"].items()]),
        ("limits are told in", _limits(entry["limits"])),
        ("errors in its own words", [(rule["kind"], _error(rule)) for rule in entry["errors"]]),
        ("models", _models(entry["models"])),
    ):
        if section:
            print()
            print_facts(title, section)


def _setting(setting: dict[str, Any]) -> str:
    words = [" ".join(setting.get("env", ())) or "-", setting.get("help", "")]
    if "default" in setting:
        words.append(f"default {setting['default']}")
    elif setting.get("optional"):
        words.append("optional")
    return "; ".join([word for word in words if word])


def _route(route: dict[str, Any]) -> str:
    models = ", ".join(route.get("models", ()))
    return "; ".join([word for word in (models or "where asked for by dialect=", route.get("base_url", "")) if word])


def _serving(serving: dict[str, Any]) -> str:
    base = f" at {serving['base_url']}" if serving.get("base_url") else ""
    return f"{serving['dialect']}, {serving['path']}{base}"


def _limits(limits: dict[str, Any] | None) -> Facts:
    return [(name.replace("_", " "), value) for name, value in (limits or {}).items() if value]


def _error(rule: dict[str, Any]) -> str:
    status = f"status {rule['status']}" if rule.get("status") else ""
    code = f"code {rule['code']}" if rule.get("code") else ""
    contains = f"says {rule['contains']!r}" if rule.get("contains") else ""
    return f"{', '.join(word for word in (status, code, contains) if word)} ({rule['source']})"


def _models(models: dict[str, Any]) -> Facts:
    if not models["known"]:
        return [("known", "none")]
    modes = ", ".join(f"{count:,} {mode}" for mode, count in models["modes"].items())
    return [("known", f"{models['known']:,} as of {models['as_of']}"), ("priced", f"{models['priced']:,}"), ("kinds", modes)]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value)
