"""Routes as the file writes them: trees of deployments, every mistake of them told."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from llmkit.config.place import WRONG, Place
from llmkit.config.scalars import Text
from llmkit.config.signatures import FUNCTION, form_of, hint, parameters
from llmkit.config.tables import REQUIRED, Field, ListOf, Table, unknown
from llmkit.errors import ConfigurationError


class NodeForm(msgspec.Struct, frozen=True):
    """A part of a route: a model id, a list (fallback), or a table of one of the kinds. What is read is plain still."""

    called = "a model id, a list of parts, or a table"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, str | list | dict)

    def read(self, value: Any, place: Place, /) -> Any:
        if isinstance(value, list):
            return ListOf(NodeForm(), least=1).read(value, place)
        if isinstance(value, str):
            return Text(empty=False).read(value, place)
        if not isinstance(value, dict):
            return place.wrong(f"must be {self.called}, not {value!r}.")
        kinds = [kind for kind in node_tables() if kind in value]
        if not kinds:
            strange = next(iter(value), "")
            return unknown(place, strange, node_tables()) if strange else place.wrong(f"needs one of {', '.join(node_tables())}.")
        if len(kinds) > 1:
            return place.wrong(f"is two things at once: {' and '.join(kinds)}.")
        return node_tables()[kinds[0]].read(value, place)

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/route"}


@cache
def node_tables() -> dict[str, Table]:
    """Return the tables of the kinds of parts, by the key that makes them that kind."""
    from llmkit.routing.tree import NODES, Deployment, Route

    tables = {"model": _table(Deployment, {})}
    for kind in NODES:
        if "nodes" in kind.__struct_fields__:
            name = kind.__name__.lower()
            tables[name] = _table(kind, {"nodes": (name, ListOf(NodeForm(), least=1))})
    rule = _rule_table()
    tables["rules"] = _table(Route, {"rules": ("rules", ListOf(rule)), "default": ("default", NodeForm())})
    return tables


def _rule_table() -> Table:
    from llmkit.routing.tree import When

    return _table(When, {"to": ("to", NodeForm())})


def _table(kind: Any, special: dict[str, tuple[str, Any]]) -> Table:
    fields: dict[str, Field] = {}
    refused: dict[str, str] = {}
    for name, parameter in parameters(kind).items():
        key, form = special.get(name, (name, None))
        form = form or form_of(hint(kind, name, parameter.annotation), name)
        if form is None:
            refused[key] = FUNCTION
        else:
            fields[key] = Field(form=form, default=REQUIRED if parameter.default is parameter.empty else parameter.default)
    return Table(fields=fields, refused=refused, does=(kind.__doc__ or "").strip().splitlines()[0])


class RoutesForm(msgspec.Struct, frozen=True):
    """The table `routes`; those that are right are read, whatever is wrong with others."""

    called = "a table"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, dict)

    def read(self, value: Any, place: Place, /) -> Any:
        if not isinstance(value, dict):
            return place.wrong(f"must be a table, not {value!r}.", "Write [routes.NAME].")
        nodes = {name: self._one(item, place.at(name)) for name, item in value.items()}
        return {name: node for name, node in nodes.items() if node is not WRONG}

    def _one(self, item: Any, place: Place) -> Any:
        from llmkit.routing.reading import read_route

        plain = NodeForm().read(item, place)
        if plain is WRONG:
            return WRONG
        try:
            return read_route(_lists(plain), place.path)
        except ConfigurationError as error:
            path = error.parameter or ""
            inner = Place(place.session, path if path.startswith(place.path) else place.path)
            message = error.message.removeprefix(inner.path).lstrip()
            return inner.wrong(message if message.startswith(":") else f": {message}", error.hint)

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": NodeForm().schema()}


def _lists(value: Any) -> Any:
    """Return `value` with lists, as TOML has them."""
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, tuple) else value


def route_definition() -> dict[str, Any]:
    """Return the JSON Schema of a part of a route."""
    several = {"type": "array", "items": {"$ref": "#/$defs/route"}, "minItems": 1}
    tables = [{**table.schema(), "required": [kind, *_needed(kind)]} for kind, table in node_tables().items()]
    return {"anyOf": [{"type": "string", "minLength": 1}, several, *tables]}


def _needed(kind: str) -> list[str]:
    return [key for key, field in node_tables()[kind].fields.items() if field.default is REQUIRED and key != kind]


def deployments(value: Any, place: Place) -> list[tuple[str, Place]]:
    """Return the model ids in a part of a route that was read without a mistake, and where they stand."""
    if isinstance(value, str):
        return [(value, place)]
    if isinstance(value, list):
        return [one for index, item in enumerate(value) for one in deployments(item, place.item(index))]
    kind = next(kind for kind in node_tables() if kind in value)
    if kind == "model":
        return [(value["model"], place.at("model"))]
    if kind != "rules":
        return deployments(value[kind], place.at(kind))
    rules = place.at("rules")
    found = [one for index, rule in enumerate(value["rules"]) for one in deployments(rule["to"], rules.item(index).at("to"))]
    return [*found, *deployments(value["default"], place.at("default"))]
