"""Read `-o key=value` into the typed options of a completion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from types import GenericAlias, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from llmkit.errors import InvalidRequest
from llmkit.types.requests import CompletionOptions

__all__ = ["option_names", "parse_options", "schema_output"]

_ELSEWHERE = {
    "system": "has its own flag: -s.",
    # A header can hold a credential, and the arguments of a process are visible to every user of the machine.
    "extra_headers": "cannot be given on a command line, which others can read; use the Python client.",
}


def option_names() -> tuple[str, ...]:
    """Return every name that `-o` takes."""
    return tuple(sorted(_kinds()))


def parse_options(pairs: Iterable[str]) -> dict[str, Any]:
    """Return the options in `pairs` such as `temperature=0.2`; a value may be JSON. The last of two equal keys wins."""
    options: dict[str, Any] = {}
    for pair in pairs:
        _require_unicode(pair)
        name, equals, value = pair.partition("=")
        key = name.strip().replace("-", "_")
        if not equals:
            raise InvalidRequest(f"{pair!r} is not of the form key=value.", parameter="option")
        if key not in _kinds():
            raise _unknown(key)
        options[key] = _typed(key, value.strip())
    return options


def schema_output(text: bytes, name: str) -> dict[str, Any]:
    """Return the `output` option that asks for JSON fitting the JSON Schema in `text`."""
    try:
        schema = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = str(error)
    else:
        if isinstance(schema, dict):
            title = schema.get("title")
            label = title if isinstance(title, str) and title else name
            return {"kind": "json_schema", "schema": schema, "name": _identifier(label)}
        reason = "it must be a JSON object"
    raise InvalidRequest(f"The schema is not a JSON Schema: {reason}.", parameter="schema")


def _require_unicode(text: str) -> None:
    """Python keeps arguments that are not UTF-8 as lone surrogates, which no JSON can hold."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InvalidRequest(f"{text!a} is not UTF-8.", parameter="option")


def _identifier(label: str) -> str:
    """APIs take letters, digits, `_` and `-`, at most 64."""
    return "".join([char if char.isascii() and (char.isalnum() or char in "_-") else "_" for char in label])[:64] or "answer"


def _typed(key: str, value: str) -> Any:
    kind = _kinds()[key]
    for candidate in _readings(value, kind):
        try:
            return msgspec.convert(candidate, kind)
        except msgspec.ValidationError:
            continue
    raise InvalidRequest(f"Option {key}: {value!r} is not {_words(kind)}.", parameter=key)


def _readings(value: str, kind: Any) -> Iterable[Any]:
    """Yield what `value` can mean, the likeliest first."""
    if kind is str:
        yield value
        return
    with suppress(msgspec.DecodeError):
        yield msgspec.json.decode(value.encode())
    yield value
    if value.lower() in ("true", "false", "yes", "no", "on", "off"):
        yield value.lower() in ("true", "yes", "on")
    yield [item.strip() for item in value.split(",")]


def _unknown(key: str) -> InvalidRequest:
    if key in _ELSEWHERE:
        return InvalidRequest(f"Option {key!r} {_ELSEWHERE[key]}", parameter="option")
    near = get_close_matches(key, option_names(), n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(option_names())}."
    return InvalidRequest(f"Unknown option {key!r}.", parameter="option", hint=hint)


@cache
def _kinds() -> Mapping[str, Any]:
    hints = get_type_hints(CompletionOptions)
    return {name: _convertible(hint) for name, hint in hints.items() if name not in _ELSEWHERE}


def _convertible(kind: Any) -> Any:
    """Return `kind` as msgspec can convert to it: where a union has mappings and structs, the mapping stands for both."""
    origin = get_origin(kind)
    arguments = tuple(_convertible(argument) for argument in get_args(kind))
    if origin in (Union, UnionType):
        mappings = [argument for argument in arguments if get_origin(argument) is dict]
        objects = [argument for argument in arguments if getattr(argument, "_is_protocol", False)]  # nobody types these
        kept = [argument for argument in arguments if argument not in objects and not (mappings and _is_struct(argument))]
        return Union[tuple(kept)]  # noqa: UP007 - built at run time
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return GenericAlias(dict, arguments)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Iterable):
        return GenericAlias(list, arguments[:1])
    return kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _words(kind: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "text", dict: "a JSON object", list: "a JSON list"}
    members = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    words: list[str] = []
    for member in members:
        if _is_struct(member):
            word = "a JSON object"
        elif get_origin(member) in (dict, list):
            word = names[get_origin(member)]
        elif member in names:
            word = names[member]
        else:
            word = f"one of {', '.join(map(str, get_args(member)))}"
        if word not in words:
            words.append(word)
    return " or ".join(words)
