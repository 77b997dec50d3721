"""Read routes from a configuration file: plain tables become a strategy tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from llmkit.errors import ConfigurationError, nearest
from llmkit.routing.tree import Balance, Deployment, Fallback, Learn, Node, Route, Split, When

_LISTS = {"fallback": Fallback, "balance": Balance, "learn": Learn, "split": Split}
_KINDS = ("model", "rules", *_LISTS)
_RULE = frozenset(When.__struct_fields__) - {"test"}


def read_routes(tables: Mapping[str, Any], place: str = "routes") -> dict[str, Node]:
    """Return the routes by name. Raises `ConfigurationError` with the place of the fault."""
    if not isinstance(tables, Mapping):
        raise ConfigurationError(f"{place} must hold a table for each route.", parameter=place)
    return {name: read_route(table, f"{place}.{name}") for name, table in tables.items()}


def read_route(value: Any, place: str = "route") -> Node:
    """Return the node that `value` describes: a model id, a list (fallback), or a table.

    A table has `model`, or `fallback`, `balance`, `learn` or `split` with a list, or `rules` with a list and `default`, and the fields
    of that node beside it.
    """
    if isinstance(value, str):
        return Deployment(value)
    if isinstance(value, list):
        return Fallback(_nodes(value, place))
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{place} must be a model id, a list or a table, not {value!r}.", parameter=place)
    kinds = [kind for kind in _KINDS if kind in value]
    if len(kinds) != 1:
        unknown = next((key for key in value if nearest(key, _KINDS)), None)
        near = f" Did you mean {nearest(unknown, _KINDS)[0]}?" if unknown and not kinds else ""
        raise ConfigurationError(f"{place} needs one of {', '.join(_KINDS)}.{near}", parameter=place)
    kind = kinds[0]
    rest = {key: item for key, item in value.items() if key != kind}
    if kind == "rules":
        return _route(value, place)
    made: Node
    if kind == "model":
        made = _made(Deployment, {"model": value["model"], **rest}, place)
        return made
    if not isinstance(value[kind], list):
        raise ConfigurationError(f"{place}.{kind} must be a list.", parameter=f"{place}.{kind}")
    made = _made(_LISTS[kind], {"nodes": _nodes(value[kind], f"{place}.{kind}"), **rest}, place)
    return made


def _nodes(values: list[Any], place: str) -> tuple[Node, ...]:
    return tuple([read_route(one, f"{place}[{index}]") for index, one in enumerate(values)])


def _route(value: Mapping[str, Any], place: str) -> Route:
    _only(value, frozenset({"rules", "default"}), place)
    rules = value["rules"]
    if "default" not in value or not isinstance(rules, list) or not all(isinstance(rule, Mapping) and "to" in rule for rule in rules):
        raise ConfigurationError(f"{place} needs rules, each with a `to`, and a default.", parameter=place)
    return Route(
        rules=tuple([_rule(rule, f"{place}.rules[{index}]") for index, rule in enumerate(rules)]),
        default=read_route(value["default"], f"{place}.default"),
    )


def _rule(rule: Mapping[str, Any], place: str) -> When:
    _only(rule, _RULE, place)
    words = {key: tuple(item) if isinstance(item, list) else item for key, item in rule.items() if key != "to"}
    made: When = _made(When, {"to": read_route(rule["to"], f"{place}.to"), **words}, place)
    return made


def _made(kind: Any, fields: dict[str, Any], place: str) -> Any:
    _only(fields, frozenset(kind.__struct_fields__), place)
    problem = ""
    try:
        return kind(**{key: tuple(item) if isinstance(item, list) else item for key, item in fields.items()})
    except (ConfigurationError, TypeError, msgspec.ValidationError) as error:
        problem = getattr(error, "message", str(error))
    raise ConfigurationError(f"{place}: {problem}", parameter=place)


def _only(table: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    for key in table:
        if key not in known:
            near = nearest(key, known)
            hint = f"Did you mean {near[0]}?" if near else f"It takes {', '.join(sorted(known))}."
            raise ConfigurationError(f"{place}.{key} is unknown.", parameter=f"{place}.{key}", hint=hint)
