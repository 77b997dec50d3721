"""Where the members and values of a JSON text stand."""

from __future__ import annotations

import json
import re
from typing import Any, TypeAlias

import msgspec

DEEPEST = 100
Path: TypeAlias = tuple[str, ...]

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*+"')
_PLAIN = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


class NotJSON(ValueError):
    """The text is no JSON, or nested too deep."""


class Member(msgspec.Struct, frozen=True, gc=False):
    """A member of an object: where its name begins and where its value stands."""

    name: str
    start: int
    value: Place


class Place(msgspec.Struct, frozen=True, gc=False):
    """A value, `text[start:end]`; `members` of an object, `items` of an array, `value` of what is neither."""

    start: int
    end: int
    members: tuple[Member, ...] = ()
    items: tuple[Place, ...] = ()
    value: Any = None
    is_scalar: bool = False


def place_of(text: str, start: int = 0) -> Place:
    """Return the value that begins at `start`. Raises `NotJSON`."""
    return _value(text, start, 0)


def _value(text: str, start: int, depth: int) -> Place:
    if depth > DEEPEST:
        raise NotJSON("nested too deep")
    begin = text[start : start + 1]
    if begin == "{":
        return _object(text, start, depth)
    if begin == "[":
        return _array(text, start, depth)
    match = (_STRING if begin == '"' else _PLAIN).match(text, start)
    if match is None:
        raise NotJSON("no value")
    return Place(start, match.end(), value=_read(match[0]), is_scalar=True)


def _object(text: str, start: int, depth: int) -> Place:
    members: list[Member] = []
    place = _skip(text, start + 1)
    while text[place : place + 1] != "}":
        if members:
            place = _skip(text, _expect(text, place, ","))
        name = _STRING.match(text, place)
        if name is None:
            raise NotJSON("no name")
        value = _value(text, _skip(text, _expect(text, _skip(text, name.end()), ":")), depth + 1)
        members.append(Member(_read(name[0]), place, value))
        place = _skip(text, value.end)
    return Place(start, place + 1, members=tuple(members))


def _array(text: str, start: int, depth: int) -> Place:
    items: list[Place] = []
    place = _skip(text, start + 1)
    while text[place : place + 1] != "]":
        if items:
            place = _skip(text, _expect(text, place, ","))
        items.append(_value(text, place, depth + 1))
        place = _skip(text, items[-1].end)
    return Place(start, place + 1, items=tuple(items))


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _expect(text: str, place: int, letter: str) -> int:
    if text[place : place + 1] != letter:
        raise NotJSON(f"no {letter}")
    return place + 1


def _read(words: str) -> Any:
    try:
        return json.loads(words, strict=False)
    except ValueError:
        raise NotJSON("no value") from None
