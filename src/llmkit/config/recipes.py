"""The layers that the file can switch on: one table, from which they are read, explained and put into the schema."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from llmkit.config.guards import rules
from llmkit.config.place import WRONG, Place
from llmkit.config.scalars import Choice, Form, Switch
from llmkit.config.signatures import table_of
from llmkit.config.tables import Field, ListOf, Table, unknown

_STATE = "it is the layer's own state"
_PRICES = "it is an object of Python; prices of your own stand in the file that `models` names"
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class Level(msgspec.Struct, frozen=True):
    """A level of logging, by name."""

    called = "one of 'debug', 'info', 'warning', 'error'"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, str)

    def read(self, value: Any, place: Place, /) -> Any:
        word = Choice(tuple(_LEVELS)).read(value, place)
        return WRONG if word is WRONG else _LEVELS[word]

    def schema(self) -> dict[str, Any]:
        return Choice(tuple(_LEVELS)).schema()


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How a table becomes a layer: the class, and where the file says it otherwise than the class's signature."""

    target: str
    does: str
    forms: Mapping[str, Any] = {}
    """Forms by argument; a text is the class of a table."""
    inline: Mapping[str, str] = {}
    refused: Mapping[str, str] = {}


RECIPES: dict[str, Recipe] = {
    "trace": Recipe(target="llmkit.tracing.trace:Trace", does="writes a line about each call to a file"),
    "telemetry": Recipe(
        target="llmkit.otel:Telemetry",
        does="makes OpenTelemetry spans and metrics of calls, where an SDK is set up",
        refused=dict.fromkeys(("tracer_provider", "meter_provider"), "the SDK that the program has set up is used"),
    ),
    "log": Recipe(target="llmkit.logs:CallLog", does="logs each call under `llmkit`", forms={"level": Level()}),
    "guard": Recipe(
        target="llmkit.pipeline.guard:Guard",
        does="looks at what is sent and what comes back",
        forms={"input": rules(), "output": rules()},
    ),
    "cache": Recipe(
        target="llmkit.pipeline.cache:Cache",
        does="answers from what was answered before",
        forms={"semantic": "llmkit.caching.semantic:Semantic"},
        refused={"statistics": _STATE},
    ),
    "singleflight": Recipe(
        target="llmkit.pipeline.singleflight:SingleFlight",
        does="shares one call among all who ask the same at the same time",
        refused={"statistics": _STATE},
    ),
    "budgets": Recipe(
        target="llmkit.pipeline.budget:Budgets",
        does="holds spending within budgets",
        forms={"budgets": "list llmkit.metering.budget:Budget"},
        refused={"prices": _PRICES},
    ),
    "meter": Recipe(target="llmkit.pipeline.meter:Meter", does="records what every call used and cost", refused={"prices": _PRICES}),
    "health": Recipe(
        target="llmkit.health.layer:Health",
        does="knows how deployments do, and checks them: what is down is asked last",
    ),
    "router": Recipe(
        target="llmkit.routing.router:Router",
        does="chooses deployments for the routes",
        refused={
            "routes": "write them as [routes.NAME]",
            "source": "it is an object of Python",
            "sources": "it is an object of Python",
        },
    ),
    "hedge": Recipe(target="llmkit.pipeline.hedge:Hedge", does="asks a second time when the first answer is later than usual"),
    "retry": Recipe(
        target="llmkit.pipeline.retry:Retry",
        does="tries again after a failure that may pass",
        forms={"budget": "llmkit.pipeline.retry_budget:RetryBudget"},
    ),
    "breaker": Recipe(
        target="llmkit.pipeline.breaker:Breaker",
        does="leaves a deployment alone that fails",
        inline={"rules": "llmkit.pipeline.circuit:BreakerRules"},
    ),
    "ratelimit": Recipe(
        target="llmkit.pipeline.ratelimit:RateLimit",
        does="sends no more than may be sent",
        refused=dict.fromkeys(("lines", "announced", "plans"), _STATE),
    ),
    "concurrency": Recipe(target="llmkit.pipeline.concurrency:Concurrency", does="lets only so many calls work at once"),
}
_PLACES = {"telemetry": "trace", "log": "trace", "budgets": "budget", "router": "failover"}
WITHOUT = {
    "hooks": "functions cannot be named in a file; pass Hooks(...) among the layers in code",
    "failover": "it is always there; what it does beside lists of models stands in [routes] and [layers.router]",
}
"""Places of layers that the file cannot switch on, and why."""
ALIASES = {"budget": "budgets", "rate_limit": "ratelimit", "routes": "router", "otel": "telemetry", "logs": "log", "guardrails": "guard"}
"""What people write instead; only for the hint."""


def place_of(name: str) -> str:
    """Return the place in the order of layers of what the file calls `name`."""
    return _PLACES.get(name, name)


@lru_cache(maxsize=64)
def layer_table(name: str) -> Table:
    """Return the table of the layer called `name`, as its class takes it."""
    recipe = RECIPES[name]
    table = table_of(
        recipe.target,
        forms={key: _form(form) for key, form in recipe.forms.items()},
        inline=recipe.inline,
        refused=recipe.refused,
        does=f"It {recipe.does}.",
    )
    fields = {"enabled": Field(form=Switch(), default=True), **table.fields}
    if name == "log":
        fields["level"] = msgspec.structs.replace(fields["level"], default="info")
    if name == "router":  # made when the routes are known
        return msgspec.structs.replace(table, fields=fields, make=dict)
    return msgspec.structs.replace(table, fields=fields, make=_without_switch(table.make))


def _form(form: Any) -> Form:
    if not isinstance(form, str):
        found: Form = form
        return found
    kind, _, target = form.rpartition(" ")
    return ListOf(table_of(target), least=1) if kind == "list" else table_of(target)


def _without_switch(make: Any) -> Any:
    return lambda enabled=True, **values: make(**values)


class LayerForm(msgspec.Struct, frozen=True):
    """A layer: `true`, or a table of its settings. It is imported when it is named."""

    layer: str

    @property
    def called(self) -> str:
        """Return what it must be, in words."""
        return "true, false or a table"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, bool | dict)

    def read(self, value: Any, place: Place, /) -> Any:
        if not self.fits(value):
            return place.wrong(f"must be true, false or a table, not {value!r}.")
        try:
            table = layer_table(self.layer)
        except ImportError as error:
            return place.wrong(f": {error}.")
        made = table.read(value if isinstance(value, dict) else {} if value else {"enabled": False}, place) if value is not False else None
        return None if isinstance(value, dict) and value.get("enabled") is False and made is not WRONG else made

    def schema(self) -> dict[str, Any]:
        try:
            table = layer_table(self.layer).schema()
        except ImportError:  # an extra that is not installed: its options are not known here
            table = {"type": "object", "description": f"It {RECIPES[self.layer].does}."}
        switch = {"const": False} if table.get("required") else {"type": "boolean"}
        return {"anyOf": [switch, table]}


class LayersForm(msgspec.Struct, frozen=True):
    """The table `layers`."""

    called = "a table"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, dict)

    def read(self, value: Any, place: Place, /) -> Any:
        if not isinstance(value, dict):
            return place.wrong(f"must be a table, not {value!r}.", "Write [layers.NAME].")
        read = {name: self._one(name, item, place) for name, item in value.items()}
        return {name: layer for name, layer in read.items() if layer is not None and layer is not WRONG}

    def _one(self, name: str, item: Any, place: Place) -> Any:
        if name in RECIPES:
            return LayerForm(name).read(item, place.at(name))
        if name in WITHOUT:
            return place.at(name).wrong(f"cannot be set by a file: {WITHOUT[name]}.")
        if name in ALIASES:
            return place.at(name).wrong("is unknown.", f"Did you mean {ALIASES[name]}?")
        return unknown(place, name, RECIPES)

    def schema(self) -> dict[str, Any]:
        layers = {name: LayerForm(name).schema() for name in RECIPES}
        return {"type": "object", "properties": layers, "additionalProperties": False}
