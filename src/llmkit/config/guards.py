"""Rules of guardrails as the file writes them: `{ action = "mask", detectors = ["pii", { words = ["Foo"] }] }`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from llmkit.config.place import WRONG, Place
from llmkit.config.scalars import Choice, Form, Number, Switch, Text
from llmkit.config.signatures import form_of, hint, parameters
from llmkit.config.tables import Field, ListOf, MapOf, OneOf, Table, unknown
from llmkit.errors import LLMKitError, nearest

UNREADABLE = {
    "Own": "a function of yours cannot be named in a file",
    "presidio": "its analyzer is an object of Python",
}
"""Makers of detectors that a file cannot use, and why."""
_SPECIAL = {("fields", "values"): MapOf(ListOf(OneOf((Switch(), Number(), Text()))))}
ACTIONS = ("allow", "block", "mask", "flag", "anonymise")


class Detecting(msgspec.Struct, frozen=True):
    """A detector: its name, or a table of its name with what it takes."""

    @property
    def called(self) -> str:
        """Return which there are."""
        return f"a detector: {', '.join(makers())}"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, str | dict)

    def read(self, value: Any, place: Place, /) -> Any:
        table = {value: True} if isinstance(value, str) else value
        known = makers()
        names = [name for name in table if name in known] if isinstance(table, dict) else []
        if isinstance(table, dict) and len(names) != 1:
            strange = next(iter(table), "") if not names else ""
            if strange in UNREADABLE:
                return place.wrong(f": {strange}: {UNREADABLE[strange]}.")
            if isinstance(value, str):
                near = nearest(value, known)
                return place.wrong(f"names no detector: {value!r}.", f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}.")
            return unknown(place, strange, known) if strange else place.wrong(f"must name one of {', '.join(known)}.")
        if not names:
            return place.wrong(f"must be {self.called}, not {value!r}.")
        return _made(names[0], table, place)

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/detector"}

    def definition(self) -> dict[str, Any]:
        """Return the schema that all places share."""
        simple = [name for name in makers() if not needs(name)]
        return {"anyOf": [{"enum": simple}, *[_table_schema(name) for name in makers()]]}


@cache
def makers() -> dict[str, Callable[..., Any]]:
    """Return the functions that make detectors, by name."""
    import llmkit.guardrails as guardrails

    named = {name: getattr(guardrails, name) for name in guardrails.__all__ if name not in UNREADABLE}
    functions = {name: one for name, one in named.items() if callable(one) and not isinstance(one, type) and name not in ACTIONS}
    return {name: one for name, one in functions.items() if _makes_detector(one)}


def _makes_detector(function: Callable[..., Any]) -> bool:
    kind = hint(function, "return", getattr(function, "__annotations__", {}).get("return"))
    return hasattr(kind, "find") and hasattr(kind, "opening")


@cache
def needs(name: str) -> bool:
    """Say whether a detector cannot be named alone: nothing would be found."""
    first = next(iter(parameters(makers()[name]).values()), None)
    required = first is not None and first.default is first.empty and first.kind is not first.VAR_POSITIONAL
    return required or name == "words"


@cache
def main_form(name: str) -> Form | None:
    """Return how the first argument is written: `words = [...]`; None: there is none."""
    function = makers()[name]
    for parameter in parameters(function).values():
        if parameter.kind is parameter.KEYWORD_ONLY:
            return None
        if name == "topics":
            return MapOf(ListOf(Text(empty=False), alone=True))
        form = form_of(hint(function, parameter.name, parameter.annotation), parameter.name)
        return ListOf(form, least=1, alone=True) if form is not None and parameter.kind is parameter.VAR_POSITIONAL else form
    return None


@cache
def option_fields(name: str) -> dict[str, Field]:
    """Return what may stand beside the name in the same table."""
    function = makers()[name]
    named = {one.name: one for one in parameters(function).values() if one.kind is one.KEYWORD_ONLY}
    forms = {key: _SPECIAL.get((name, key)) or form_of(hint(function, key, one.annotation), key) for key, one in named.items()}
    return {key: Field(form=form, default=named[key].default) for key, form in forms.items() if form is not None}


def _made(name: str, table: dict[str, Any], place: Place) -> Any:
    fields = option_fields(name)
    form, value = main_form(name), table[name]
    if value is True and not needs(name):
        read: Any = ()
    elif form is None:
        return place.at(name).wrong("takes nothing: write it alone, or with true.")
    else:
        read = form.read(value, place.at(name))
    options = {
        key: fields[key].form.read(item, place.at(key)) if key in fields else unknown(place, key, (name, *fields))
        for key, item in table.items()
        if key != name
    }
    if read is WRONG or any(item is WRONG for item in options.values()):
        return WRONG
    spread = any(one.kind is one.VAR_POSITIONAL for one in parameters(makers()[name]).values())
    try:
        return makers()[name](*(read if spread or read == () else (read,)), **options)
    except LLMKitError as error:
        return place.wrong(f": {error.message}", error.hint)


def _table_schema(name: str) -> dict[str, Any]:
    form = main_form(name)
    first = [] if form is None else [form.schema()]
    alone = [] if needs(name) else [{"const": True}]
    options = {key: field.form.schema() for key, field in option_fields(name).items()}
    properties = {name: {"anyOf": [*first, *alone]}, **options}
    return {"type": "object", "properties": properties, "required": [name], "additionalProperties": False}


def rules() -> ListOf:
    """Return the form of a list of rules."""
    fields = {
        "action": Field(form=Choice(ACTIONS)),
        "detectors": Field(form=ListOf(Detecting(), least=1, alone=True)),
        "threshold": Field(form=Number(), default=0.0),
        "category": Field(form=Text(), default=""),
    }
    return ListOf(Table(fields=fields, make=_rule, does="A rule: what is done about what the detectors find."))


def _rule(action: str, detectors: Any, threshold: float = 0.0, category: str = "") -> Any:
    import llmkit.guardrails as guardrails
    from llmkit.errors import ConfigurationError

    if category and action != "block":
        raise ConfigurationError("Only a block has a category.", parameter="category")
    named = {"category": category} if category else {}
    return getattr(guardrails, action)(*detectors, threshold=threshold, **named)
