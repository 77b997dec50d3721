"""What no single value of the configuration file shows: settings that contradict one another, and names that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from llmkit.config.place import Place
from llmkit.config.routes import deployments
from llmkit.errors import nearest
from llmkit.providers.provider import Provider


def check_agreement(
    content: Mapping[str, Any], right: Mapping[str, Any], place: Place, known: Mapping[str, Provider], own: Iterable[Provider]
) -> None:
    """Tell every contradiction among what was read without a mistake (`right`)."""
    _check_layers(content, right, place.at("layers"))
    names = {name for row in own for name in (row.name, *row.aliases)} | set(right.get("providers", {}))
    for model, at in _models(content, right, place):
        _check_model(model, at, known, names)


def _check_layers(content: Mapping[str, Any], right: Mapping[str, Any], layers: Place) -> None:
    on = right.get("layers")
    if on is None:
        return
    tables = content.get("layers", {})
    if "router" in on and not content.get("routes"):
        layers.at("router").wrong("chooses among routes, and there are none.", "Write [routes.NAME].")
    if "retry" in on and right.get("retries") == 0:
        layers.at("retry").wrong("never tries again while retries = 0.", "Raise retries, or take the table away.")
    if "guard" in on and not _any(tables, "guard", "input", "output"):
        layers.at("guard").wrong("has no rules, so it does nothing.", "Give it input or output.")
    if "ratelimit" in on and not _any(tables, "ratelimit", "limits") and _value(tables, "ratelimit", "learn") is False:
        layers.at("ratelimit").wrong("has no limits and does not learn any, so it does nothing.", "Give it limits.")


def _value(tables: Mapping[str, Any], layer: str, name: str) -> Any:
    table = tables.get(layer)
    return table.get(name) if isinstance(table, dict) else None


def _any(tables: Mapping[str, Any], layer: str, *names: str) -> bool:
    return any(_value(tables, layer, name) for name in names)


def _models(content: Mapping[str, Any], right: Mapping[str, Any], place: Place) -> list[tuple[str, Place]]:
    found, layers = [], place.at("layers")
    if "default_model" in right:
        found.append((right["default_model"], place.at("default_model")))
    if "health" in right.get("layers", {}):
        checks = layers.at("health").at("checks")
        found += [(_model(one), checks.item(index)) for index, one in enumerate(_value(content["layers"], "health", "checks") or ())]
    if "routes" in right:
        routes = place.at("routes")
        found += [one for name in right["routes"] for one in deployments(content["routes"][name], routes.at(name))]
    return found


def _model(check: Any) -> str:
    return str(check["model"] if isinstance(check, dict) else check)


def _check_model(model: str, place: Place, known: Mapping[str, Provider], names: set[str]) -> None:
    """Tell that nobody knows the provider of a model. Routes may also come from code, and bare ids are looked up later."""
    head, slash, _ = model.partition("/")
    if not slash or head == "route" or head in names or ":" in head or _canonical(known, head):
        return
    near = nearest(head, [*_words(known), *names])
    place.wrong(f"names the provider {head!r}, which nobody knows.", f"Did you mean {near[0]}?" if near else None)


def _canonical(known: Mapping[str, Provider], name: str) -> Any:
    canonical = getattr(known, "canonical", None)
    return canonical(name) if canonical is not None else name if name in _words(known) else None


def _words(known: Mapping[str, Provider]) -> list[str]:
    return [name for row in known.values() for name in (row.name, *row.aliases)]
