"""The layers of a configuration file in plain words: what each does, what is set, and what holds where nothing is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.config.reading import Reading
    from llmkit.config.tables import Field

__all__ = ["layer_facts", "url_of"]

_ALWAYS = ("retry",)
_PASSWORD = re.compile(r"//[^/@]*@")


def layer_facts(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return the layers that are on, in the order in which a call meets them."""
    from llmkit.config.recipes import RECIPES, place_of
    from llmkit.pipeline.order import ORDER

    tables = reading.layers_on
    on = [name for name in RECIPES if (name in tables or name in _ALWAYS) and name != "router"]
    facts = {name: f"{RECIPES[name].does}{_settings(name, tables.get(name))}" for name in on}
    facts["failover"] = f"tries a call's models in order{_settings('router', tables.get('router')) if reading.config.routes else ''}"
    if reading.config.routes:
        facts["failover"] = f"chooses among the deployments of the routes; {facts['failover']}"
    return tuple([(name, facts[name]) for name in sorted(facts, key=lambda name: ORDER.index(place_of(name)))])


def url_of(value: Any) -> str:
    """Return where a store is, without a password."""
    url = value.get("url", "") if isinstance(value, dict) else value
    return _PASSWORD.sub("//", str(url))


def _settings(name: str, value: Any) -> str:
    """Return what is set, and the defaults of the rest."""
    from llmkit.config.recipes import layer_table

    given = {key: item for key, item in value.items() if key != "enabled"} if isinstance(value, dict) else {}
    try:
        fields = layer_table(name).fields
    except ImportError:
        fields = {}
    known = {key: item for key, item in given.items() if key in fields}
    told = [_said(key, item) for key, item in known.items()]
    rest = [text for key, field in fields.items() if key not in given and (text := _default(key, field))]
    return (f". Set: {'; '.join(told)}" if told else "") + (f". Default: {', '.join(rest)}" if rest else "")


def _said(key: str, item: Any) -> str:
    if isinstance(item, list) and all(isinstance(one, dict) for one in item) and item:
        say = {"limits": _limit, "budgets": _budget, "input": _rule, "output": _rule}.get(key, _words)
        return f"{key}: {'; '.join([say(one) for one in item])}"
    if key in ("store", "sink"):
        return f"{key} {url_of(item)}{_options(item)}"
    return f"{key} {_words(item)}"


def _options(item: Any) -> str:
    rest = {key: value for key, value in item.items() if key != "url"} if isinstance(item, dict) else {}
    return f" ({_words(rest)})" if rest else ""


def _words(value: Any) -> str:
    if value is False:
        return "off"
    if value is True:
        return "on"
    if isinstance(value, Mapping):
        return ", ".join([f"{key} {_words(item)}" for key, item in value.items()])
    return " + ".join([_words(item) for item in value]) if isinstance(value, list) else str(value)


def _default(key: str, field: Field) -> str:
    from llmkit.config.stores import STORES, StoreForm

    if isinstance(field.form, StoreForm):
        return f"{key} memory" if "memory" in STORES[field.form.kind] else ""
    value = field.default
    plain = key != "enabled" and isinstance(value, bool | int | float | str) and value != ""
    return f"{key} {_words(value)}" if plain else ""


def _limit(table: Mapping[str, Any]) -> str:
    what = " and ".join([f"{table[key]} {key}" for key in ("requests", "tokens") if key in table])
    each = " and ".join(table.get("by", ["model"])) if isinstance(table.get("by", []), list) else ""
    where = f" where {_words(table['where'])}" if table.get("where") else ""
    burst = "".join([f", {key} {table[key]}" for key in ("burst", "token_burst") if key in table])
    return f"at most {what} each {_seconds(table.get('per', 60))}{f' for each {each}' if each else ''}{where}{burst}"


def _seconds(value: Any) -> str:
    return value if isinstance(value, str) else f"{value} s"


def _budget(table: Mapping[str, Any]) -> str:
    period = table.get("per", "month")
    when = "in total" if period == "total" else f"in any {period}" if table.get("rolling") else f"a {period}"
    by = table.get("by", [])
    each = f" for each {' and '.join(by)}" if isinstance(by, list) and by else ""
    only = "".join([f", {key} {table[key]} only" for key in ("tenant", "user", "key", "tag") if key in table])
    then = "refused above it" if table.get("hard", True) else "only warned above it"
    warned = f", warned from {_share(table['warn'])} on" if "warn" in table else ""
    return f"${table.get('usd')} {when}{each}{only}, {then}{warned}"


def _rule(table: Mapping[str, Any]) -> str:
    detectors = table.get("detectors", [])
    named = [_words(one) for one in detectors] if isinstance(detectors, list) else [_words(detectors)]
    sure = f" with a score from {table['threshold']} on" if table.get("threshold") else ""
    return f"{table.get('action')} what {', '.join(named)} {'find' if len(named) > 1 else 'finds'}{sure}"


def _share(value: Any) -> str:
    return f"{value:.0%}" if isinstance(value, int | float) else str(value)
