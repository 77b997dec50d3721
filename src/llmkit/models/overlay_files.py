"""Read entries and the lines on which they stand from JSON lines, JSON and TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """What a file says of one model, and where: `fields` has the lines of the fields that stand on others than `line`."""

    line: int
    value: Any
    fields: dict[str, int]


class Unreadable(ValueError):
    """The file is not what its name says, in `line` (0: as a whole)."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands twice in one object")
    return table


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent beyond all bounds
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"{text} is no number")
    return number


_DECODER = json.JSONDecoder(parse_float=_decimal, parse_constant=_no_constant, object_pairs_hook=_pairs)
_SPACE = re.compile(r"[ \t\r\n]*")
_KEY = re.compile(r'^\s*"?([A-Za-z_][A-Za-z0-9_]*)"?\s*[:=.]')


def json_lines(text: str) -> list[Entry]:
    """Return the objects of JSON lines; empty lines are passed over."""
    entries = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            value, end = _value(line, _skip(line, 0), number)
            if _skip(line, end) != len(line):
                raise Unreadable(number, "there is more behind the object of this line")
            entries.append(Entry(number, value, {}))
    return entries


def json_document(text: str) -> list[Entry]:
    """Return the objects of a list, or those of an object whose keys are the models."""
    start = _skip(text, 0)
    opening = text[start : start + 1]
    if opening not in ("[", "{"):
        raise Unreadable(_line(text, start), "expected a list of models or an object of them")
    entries = list(_members(text, start + 1, keyed=opening == "{"))
    return entries


def _members(text: str, place: int, *, keyed: bool) -> Iterator[Entry]:
    close = "}" if keyed else "]"
    place = _skip(text, place)
    seen: set[str] = set()
    while text[place : place + 1] != close:
        begin, name = place, None
        if keyed:
            name, place = _value(text, place)
            place = _skip(text, place)
            if not isinstance(name, str) or text[place : place + 1] != ":":
                raise Unreadable(_line(text, begin), "expected 'provider/id': {...}")
            if name in seen:
                raise Unreadable(_line(text, begin), f"{name!r} stands twice")
            seen.add(name)
            place = _skip(text, place + 1)
        value, end = _value(text, place)
        first = _line(text, begin)
        if name is not None and isinstance(value, dict):
            value = {"model": name, **value}
        yield Entry(first, value, _field_lines(text[begin:end], first))
        place = _skip(text, end)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)
        elif text[place : place + 1] != close:
            raise Unreadable(_line(text, place), f"expected , or {close}")
    if _skip(text, place + 1) != len(text):
        raise Unreadable(_line(text, place), f"there is more behind the last {close}")


def _value(text: str, place: int, line: int = 0) -> tuple[Any, int]:
    why = ""
    try:
        return _DECODER.raw_decode(text, place)
    except json.JSONDecodeError as error:
        why, place = f"{error.msg[:1].lower()}{error.msg[1:]}", error.pos
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
    raise Unreadable(line or _line(text, place), why)


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return place if found is None else found.end()


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _field_lines(text: str, first: int) -> dict[str, int]:
    """Return the line of each field that begins one; the outer of two of one name comes first."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), first):
        found = _KEY.match(line)
        if found is not None and number > first:
            lines.setdefault(found[1], number)
    return lines


def toml(text: str) -> list[Entry]:
    """Return the tables of TOML by model: `["provider/id"]`, also below `[models]`."""
    import tomllib  # most users have no such file

    why = ""
    content: dict[str, Any] = {}
    try:
        content = tomllib.loads(text, parse_float=_decimal)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        why = str(error) or "it is nested too deeply"
    if why:
        found = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", why)
        line = int(found[1]) if found is not None and found[1] else _line(text, len(text)) if found is not None else 0
        raise Unreadable(line, (why[: found.start()] if found is not None else why).strip())
    prefix = ("models",) if set(content) == {"models"} and isinstance(content["models"], dict) else ()
    tables: dict[str, Any] = content["models"] if prefix else content
    headers = list(_headers(text))
    return [_table(text, headers, (*prefix, name), value) for name, value in tables.items()]


def _headers(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Return the lines of table headers with their paths."""
    import tomllib

    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("["):
            try:
                table: Any = tomllib.loads(line)
            except (ValueError, RecursionError):
                continue  # a line of a list
            path = []
            while isinstance(table, dict) and table:
                name = next(iter(table))
                path.append(name)
                table = table[name]
            yield number, tuple(path)


def _table(text: str, headers: list[tuple[int, tuple[str, ...]]], path: tuple[str, ...], value: Any) -> Entry:
    own = [(number, header) for number, header in headers if header[: len(path)] == path]
    first = own[0][0] if own else 1
    lines: dict[str, int] = {}
    for number, header in own:
        if len(header) > len(path):
            lines.setdefault(header[len(path)], number)
        elif header == path:
            after = [other for other, _ in headers if other > number]
            block = text.split("\n")[number - 1 : (min(after) - 1) if after else None]
            lines = {**_field_lines("\n".join(block), number), **lines}
    return Entry(first, {"model": path[-1], **value} if isinstance(value, dict) else value, lines)


READERS: dict[str, Callable[[str], list[Entry]]] = {".jsonl": json_lines, ".json": json_document, ".toml": toml}
