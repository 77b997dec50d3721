"""Make a table of the configuration file from what a class takes: the file follows the code."""

from __future__ import annotations

import inspect
import os
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from llmkit.config.scalars import Choice, FilePath, Form, Money, Number, Seconds, Size, Switch, Text, Whole
from llmkit.config.tables import REQUIRED, Field, ListOf, MapOf, OneOf, OrOff, Table

FUNCTION = "a function cannot be named in a file; pass the layer in code"
OBJECT = "it is an object of Python; pass the layer in code"
_SECONDS = (
    " base connect every first_event half_life idle lasts lease least limit longest longest_pause patience pause per pool "
    "slow_seconds stale timeout total ttl window write "
)
"""Names of float arguments that are durations, wherever they stand."""
_SIZES = frozenset({"largest", "size"})
_LISTS = (tuple, list, set, frozenset, Sequence, Iterable)
_SCALARS: dict[Any, Form] = {bool: Switch(), int: Whole(), float: Number(), str: Text(), Decimal: Money()}


def found(target: str) -> Any:
    """Return what `module:name` names."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def parameters(kind: Any) -> dict[str, inspect.Parameter]:
    """Return what may be passed to `kind` by name."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _of_struct(kind)
    return {name: one for name, one in inspect.signature(kind).parameters.items() if not name.startswith("_")}


def _of_struct(kind: type[msgspec.Struct]) -> dict[str, inspect.Parameter]:
    """Return the fields. `inspect.signature` would evaluate all annotations, also those that only a type checker can."""
    notes = {name: note for base in reversed(kind.__mro__) for name, note in vars(base).get("__annotations__", {}).items()}
    names, defaults = kind.__struct_fields__, kind.__struct_defaults__
    found = dict(zip(names, (*[msgspec.NODEFAULT] * (len(names) - len(defaults)), *defaults), strict=True))
    empty = inspect.Parameter.empty
    return {
        name: inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=empty if default is msgspec.NODEFAULT else default, annotation=notes[name]
        )
        for name, default in found.items()
        if not name.startswith("_")
    }


def hint(kind: Any, name: str, annotation: Any) -> Any:
    """Return the type of the argument `name`; None where only a type checker knows it."""
    if not isinstance(annotation, str):
        return annotation
    owner = next((base for base in getattr(kind, "__mro__", (kind,)) if name in getattr(base, "__annotations__", ())), kind)
    names = {**vars(typing), **vars(import_module(owner.__module__))}
    aliases = {word: names[word] for word in re.findall(r"\w+", annotation) if isinstance(names.get(word), str)}
    for word, alias in aliases.items():  # an alias that is itself text cannot stand beside `|`
        names[word] = _resolved(alias, names)
    return _resolved(annotation, names)


def _resolved(annotation: str, names: dict[str, Any]) -> Any:
    try:
        return typing.get_type_hints(SimpleNamespace(__annotations__={"it": annotation}), globalns=names)["it"]
    except (NameError, AttributeError, TypeError):
        return None


def table_of(
    target: str,
    *,
    forms: Mapping[str, Form] | None = None,
    inline: Mapping[str, str] | None = None,
    refused: Mapping[str, str] | None = None,
    does: str = "",
) -> Table:
    """Return the table that makes a `target` (`module:Class`).

    `forms` stand instead of what the signature says; the fields of the classes in `inline` stand in this table itself; `refused` says of
    arguments why a file cannot set them.
    """
    kind = found(target)
    fields: dict[str, Field] = {}
    reasons = dict(refused or {})
    for name, parameter in parameters(kind).items():
        if name in reasons or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if inline and name in inline:
            inner = table_of(inline[name])
            fields.update({key: msgspec.structs.replace(field, inside=name) for key, field in inner.fields.items()})
            reasons.update(inner.refused)
            continue
        form = (forms or {}).get(name) or _form(kind, name, parameter)
        if form is None:
            reasons[name] = FUNCTION if "Callable" in str(hint(kind, name, parameter.annotation) or parameter.annotation) else OBJECT
        else:
            default = REQUIRED if parameter.default is parameter.empty else parameter.default
            fields[name] = Field(form=form, default=default)
    whole = {name: found(one) for name, one in (inline or {}).items()}
    return Table(fields=fields, make=_maker(kind, fields, whole), refused=reasons, does=does)


def _maker(kind: Any, fields: Mapping[str, Field], inline: Mapping[str, Any]) -> Callable[..., Any]:
    def make(**values: Any) -> Any:
        inner: dict[str, dict[str, Any]] = {}
        for key in [key for key in values if fields[key].inside]:
            inner.setdefault(fields[key].inside, {})[key] = values.pop(key)
        return kind(**values, **{name: inline[name](**given) for name, given in inner.items()})

    return make


def _form(kind: Any, name: str, parameter: inspect.Parameter) -> Form | None:
    annotation = hint(kind, name, parameter.annotation)
    form = None if annotation is None else form_of(annotation, name)
    nothing = parameter.default is not None and parameter.default is not parameter.empty and type(None) in get_args(annotation)
    return OrOff(form) if form is not None and nothing else form


def form_of(annotation: Any, name: str = "") -> Form | None:
    """Return how a value of the type `annotation` is written; None: it cannot be."""
    if annotation is float and f" {name} " in _SECONDS:
        return Seconds()
    if annotation is int and name in _SIZES:
        return Size()
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return Choice(inner)
    if origin in (Union, types.UnionType):
        return _one_of([one for one in inner if one is not type(None)], name)
    if origin in _LISTS and inner:
        form = form_of(inner[0], name)
        return None if form is None else ListOf(form)
    if origin in (dict, Mapping) and inner[0] is str:
        form = form_of(inner[1])
        return None if form is None else MapOf(form)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return struct_table(annotation)
    return _store(annotation)


def _one_of(kinds: list[Any], name: str) -> Form | None:
    if Decimal in kinds:
        kinds = [Decimal, *(kind for kind in kinds if kind not in (int, float, str, Decimal))]
    if str in kinds and any(get_origin(kind) is os.PathLike or kind is os.PathLike for kind in kinds):
        return FilePath()
    found = [form for kind in kinds if (form := form_of(kind, name)) is not None]
    found.sort(key=lambda form: not isinstance(form, Choice))  # a word of a choice comes before any text
    return found[0] if len(found) == 1 else OneOf(tuple(found)) if found else None


@lru_cache(maxsize=64)
def struct_table(kind: type) -> Table:
    """Return the table of a plain value."""
    return table_of(f"{kind.__module__}:{kind.__qualname__}")


def _store(annotation: Any) -> Form | None:
    from llmkit.config.stores import STORES, StoreForm

    name = getattr(annotation, "__name__", "")
    return StoreForm(name) if name in STORES else None
