"""From keyword arguments to a checked request of any operation: what is wrong is refused here, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from llmkit.errors import InvalidRequest, nearest
from llmkit.options import CONVERT
from llmkit.types.request import Request

if TYPE_CHECKING:
    from llmkit.core import Core

Asked = TypeVar("Asked", bound=Request)
Convert = Callable[[str, Any], Any]
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHARED = frozenset(Request.__struct_fields__) - {"model"}


def read(kind: type[Asked], model: Any, given: Mapping[str, Any], options: Mapping[str, Any], convert: Mapping[str, Convert]) -> Asked:
    """Return the request of `kind` that `options` describe; `given` are fields that are right already.

    `convert` has what becomes of an option that is no plain value. Raises `InvalidRequest` naming the argument and the remedy.
    """
    if isinstance(model, kind):
        if options:
            raise InvalidRequest(f"A {kind.__name__} stands alone.", parameter=next(iter(options)), hint="Use request.replace(...).")
        return model
    if not isinstance(model, str) or not model:
        raise InvalidRequest(f"model must be text such as 'provider/model', not {model!r}.", parameter="model")
    for name, value in given.items():
        if isinstance(value, str):
            check_text(name, value)
    fields: dict[str, Any] = {}
    known = set(kind.__struct_fields__) - {"model"} - set(given)
    for name, value in options.items():
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near[0]}?" if near else "Pass fields of one provider in extra_body={...}."
            raise InvalidRequest(f"Unknown option {name!r}.", parameter=name, hint=hint)
        if value is not None:
            if isinstance(value, str):
                check_text(name, value)
            fields[name] = _converted(kind, name, value, convert)
            check_text(name, fields[name])  # what is finite by now
    return kind(model=model, **given, **fields)


def check_text(name: str, value: Any) -> None:
    """Raise `InvalidRequest` for a text, or a list or table of texts, with half of a surrogate pair: no wire has bytes for it."""
    if isinstance(value, str):
        if not value.isascii() and _SURROGATE.search(value):
            raise InvalidRequest(f"{name} holds a surrogate, which is no character.", parameter=name)
    elif isinstance(value, list | tuple):
        for item in value:
            check_text(name, item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            check_text(name, key)
            check_text(name, item)


def models_of(core: Core, model: Any, operation: str) -> tuple[str, ...]:
    """Return the models to try as `provider/id`; a provider's bare name will do where it has no models to choose from."""
    named = (model.model,) if isinstance(model, Request) else (model,) if isinstance(model, str) else tuple(model)
    bare = [f"{name}/{operation}" if name in core.providers.rows else name for name in named]
    return core.names(bare)


def _converted(kind: type[Request], name: str, value: Any, convert: Mapping[str, Convert]) -> Any:
    if name in convert:
        return convert[name](name, value)
    if name in _SHARED and name in CONVERT:
        return CONVERT[name](name, value)
    problem = ""
    try:
        return msgspec.convert(value, _types(kind)[name])
    except msgspec.ValidationError as error:
        problem = str(error)
    raise InvalidRequest(f"{name} is wrong: {problem}.", parameter=name)


_KNOWN: dict[type[Request], dict[str, Any]] = {}


def _types(kind: type[Request]) -> dict[str, Any]:
    found = _KNOWN.get(kind)
    if found is None:
        found = _KNOWN[kind] = {field.name: field.type for field in msgspec.structs.fields(kind)}
    return found


def words(name: str, value: Any, known: tuple[str, ...]) -> str:
    """Return `value`, one of the words that are known. Raises `InvalidRequest` with the accepted ones."""
    if value in known:
        return str(value)
    near = nearest(str(value), known)
    hint = f"Did you mean {near[0]}?" if near else None
    raise InvalidRequest(f"{name} must be one of {', '.join(known)}, not {value!r}.", parameter=name, hint=hint)


def whole(name: str, value: Any, low: int, high: int) -> int:
    """Return `value`, a whole number between `low` and `high`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidRequest(f"{name} must be a whole number from {low} to {high}, not {value!r}.", parameter=name)
    return value
