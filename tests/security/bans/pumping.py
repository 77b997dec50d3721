"""Texts that make a regular expression work as long as it can: what a repetition takes, many times, and then what breaks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from re import _constants as codes  # the parser of the standard library; its names are private and stable since Python 3.11
from re import _parser as parser
from typing import Any, NamedTuple

_MANY = 64
"""A repetition that may be longer than this counts as endless."""
_ENDINGS = ("", "\x00", "!")
_PLAIN = (
    "a",
    "A",
    "0",
    " ",
    "\t",
    "\n",
    "_",
    "-",
    ".",
    ",",
    ":",
    "/",
    '"',
    "'",
    "\\",
    "`",
    "{",
    "[",
    "<",
    "(",
    "=",
    "+",
    "aA0",
    "a.",
    "a ",
    "\\\\",
    '\\"',
)


class Text(NamedTuple):
    """How a text begins, what it repeats, and how it ends."""

    prefix: str
    pump: str
    ending: str
    binary: bool = False

    def of(self, length: int) -> Any:
        """Return it with about so many characters, as text or as bytes."""
        text = self.prefix + self.pump * (length // max(1, len(self.pump))) + self.ending
        return text.encode("latin-1", "replace") if self.binary else text


@cache
def texts(pattern: re.Pattern[Any]) -> tuple[Text, ...]:
    """Return adversarial texts for a pattern, each once."""
    binary = not isinstance(pattern.pattern, str)
    return tuple(dict.fromkeys(Text(prefix, pump, ending, binary) for prefix, pump in _pumps(pattern) for ending in _ENDINGS))


def _pumps(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Give what comes before a repetition, and what it repeats."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(source, pattern.flags & ~re.DEBUG)
    for prefix, body in _repetitions(list(tree), ""):
        for pump in body:
            yield prefix, pump
            yield "", prefix + pump  # a beginning at each place, for `search`
            yield from (("", prefix + pump + plain) for plain in (" ", "a", "0"))
    yield from (("", plain) for plain in _PLAIN)


def _repetitions(items: list[Any], before: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each endless repetition within `items` with a text that leads to it, and texts that it takes."""
    lead = before
    for code, value in items:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _, most, body = value
            if most is codes.MAXREPEAT or most >= _MANY:
                yield lead, _samples(list(body))
            yield from _repetitions(list(body), lead)
        else:
            for inner in _inner(code, value):
                yield from _repetitions(inner, lead)
        lead += _sample((code, value))


def _inner(code: Any, value: Any) -> list[list[Any]]:
    if code is codes.SUBPATTERN:
        return [list(value[3])]
    if code is codes.BRANCH:
        return [list(branch) for branch in value[1]]
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [list(value[1])]
    if code is codes.ATOMIC_GROUP:
        return [list(value)]
    return []


def _samples(items: list[Any]) -> tuple[str, ...]:
    """Return texts that `items` match: a few where there is a choice."""
    whole = "".join(map(_sample, items))
    if len(items) == 1 and items[0][0] is codes.IN:
        return tuple(dict.fromkeys((*_members(items[0][1])[:6],)))
    if len(items) == 1 and items[0][0] is codes.SUBPATTERN:
        return _samples(list(items[0][1][3]))
    if len(items) == 1 and items[0][0] is codes.BRANCH:
        branches = ["".join(map(_sample, branch)) for branch in items[0][1][1]]
        return tuple(dict.fromkeys((*branches, "".join(branches))))
    return (whole or "a",)


def _sample(item: tuple[Any, Any]) -> str:
    """Return a text that one piece of a pattern matches; "" for what takes none."""
    code, value = item
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        members = _members(value)
        return members[0] if members else "a"
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return "".join(map(_sample, value[2])) * value[0]
    inner = _inner(code, value) if code not in (codes.ASSERT, codes.ASSERT_NOT) else []
    return "".join(map(_sample, inner[0])) if inner else ""


_SHAPES = {
    codes.CATEGORY_DIGIT: "07",
    codes.CATEGORY_SPACE: " \t\n",
    codes.CATEGORY_WORD: "aZ0_",
    codes.CATEGORY_NOT_DIGIT: "a -",
    codes.CATEGORY_NOT_SPACE: "a0-",
    codes.CATEGORY_NOT_WORD: " -.",
}
_TRIED = [chr(number) for number in (97, 65, 48, 95, 32, 45, 46, 34, 92, 10, 47, 58, 64, 9, *range(33, 127), 0xE9, 0x4E00)]


def _members(members: list[Any]) -> list[str]:
    """Return characters of a set."""
    if members and members[0][0] is codes.NEGATE:
        return [char for char in _TRIED if not any(_holds(member, char) for member in members[1:])][:6]
    found: list[str] = []
    for code, value in members:
        if code is codes.LITERAL:
            found.append(chr(value))
        elif code is codes.RANGE:
            found += [chr(value[0]), chr(value[1])]
        elif code is codes.CATEGORY:
            found += _SHAPES[value]
    return found


def _holds(member: tuple[Any, Any], char: str) -> bool:
    code, value = member
    if code is codes.LITERAL:
        return bool(value == ord(char))
    if code is codes.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    tests = {codes.CATEGORY_DIGIT: str.isdigit, codes.CATEGORY_SPACE: str.isspace, codes.CATEGORY_WORD: lambda c: c.isalnum() or c == "_"}
    return bool(tests[value](char)) if value in tests else False
