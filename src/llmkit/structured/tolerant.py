"""JSON out of what a model wrote around it, repairing only what leaves no doubt.

The repairs, all of them: words before and after the JSON and code fences are passed over; a comma too many before `}` or `]` is
left out; strings in single quotes; `True`, `False`, `None` as another language writes them; line breaks and other control
characters inside strings. What is missing is never added: an answer that was cut stays invalid.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import msgspec

from llmkit.structured.fault import Fault

MOST_DEPTH = 100
MOST_STARTS = 32
"""Places where reading begins before it is given up; what bounds the work at so many passes over the text."""
_SPACE = re.compile(r"[ \t\r\n]*")
_FENCE = re.compile(r"```[\w-]*[ \t]*\r?\n(.*?)```", re.S)
_START = re.compile(r"[{\[]")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z]+")
_STRINGS = {'"': re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.S), "'": re.compile(r"'([^'\\]*(?:\\.[^'\\]*)*)'", re.S)}
_CONTROL = re.compile(r"[\x00-\x1f]")
_ESCAPED_CONTROL = re.compile(r"(?<!\\)(?:\\\\)*\\[\x00-\x1f]")
_WORDS: dict[str, tuple[Any, bool]] = {
    "true": (True, False),
    "false": (False, False),
    "null": (None, False),
    "True": (True, True),
    "False": (False, True),
    "None": (None, True),
}


class Found(NamedTuple):
    """A JSON value in a text, and what was repaired to read it."""

    value: Any
    repairs: tuple[str, ...] = ()


def found_in(text: str) -> list[Found]:
    """Return the JSON values in `text`, the likeliest answer first: the whole text, else fenced ones, else others, later ones first.

    Raises `Fault` where there is none.
    """
    whole = text.strip().lstrip("\ufeff")
    try:
        return [Found(msgspec.json.decode(whole))]
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        pass
    fenced = [Found(value.value, ("words around the JSON", *value.repairs)) for body in _FENCE.findall(whole) for value in _exact(body)]
    others = _embedded(whole)
    found = [*reversed(fenced), *reversed(others)]
    if not found:
        raise Fault("The answer holds no complete JSON value" if whole else "The answer is empty")
    return found


def _exact(body: str) -> list[Found]:
    """Return the one value that `body` is, repaired where need be."""
    reading = _Reading(body.strip())
    try:
        value, end = reading.value(0, 0)
    except (Fault, RecursionError):
        return []
    return [Found(value, tuple(reading.repairs))] if end == len(reading.text) else []


def _embedded(text: str) -> list[Found]:
    """Return the objects and arrays in `text`, in their order."""
    found: list[Found] = []
    place = 0
    for _ in range(MOST_STARTS):
        start = _START.search(text, place)
        if start is None:
            break
        reading = _Reading(text)
        try:
            value, end = reading.value(start.start(), 0)
        except (Fault, RecursionError):
            place = start.end()
            continue
        around = text[: start.start()].strip() or text[end:].strip()
        found.append(Found(value, (*(["words around the JSON"] if around else []), *reading.repairs)))
        place = end
    return found


class _Reading:
    """One pass over a text; `repairs` says what was repaired."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.repairs: dict[str, None] = {}

    def value(self, place: int, depth: int) -> tuple[Any, int]:
        """Return the value at `place` and where it ends."""
        char = self.text[place : place + 1]
        if char in ("{", "["):
            if depth >= MOST_DEPTH:
                raise Fault("The answer is too deep")
            return self._object(place + 1, depth + 1) if char == "{" else self._array(place + 1, depth + 1)
        if char in _STRINGS:
            return self._string(place)
        number = _NUMBER.match(self.text, place)
        if number is not None:
            return self._plain(number.group()), number.end()
        word = _WORD.match(self.text, place)
        if word is None or word.group() not in _WORDS:
            raise Fault("The answer is no JSON")
        value, repaired = _WORDS[word.group()]
        if repaired:
            self.repairs["words of another language"] = None
        return value, word.end()

    def _plain(self, text: str) -> Any:
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError):
            pass
        raise Fault("The answer is no JSON")

    def _after_space(self, place: int) -> int:
        found = _SPACE.match(self.text, place)
        return found.end() if found is not None else place

    def _object(self, place: int, depth: int) -> tuple[dict[str, Any], int]:
        members: dict[str, Any] = {}
        place = self._after_space(place)
        while self.text[place : place + 1] != "}":
            if self.text[place : place + 1] not in _STRINGS:
                raise Fault("The answer is no JSON")
            name, place = self._string(place)
            place = self._after_space(place)
            if self.text[place : place + 1] != ":":
                raise Fault("The answer is no JSON")
            members[name], place = self.value(self._after_space(place + 1), depth)
            place = self._comma(place, "}")
        return members, place + 1

    def _array(self, place: int, depth: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        place = self._after_space(place)
        while self.text[place : place + 1] != "]":
            item, place = self.value(place, depth)
            items.append(item)
            place = self._comma(place, "]")
        return items, place + 1

    def _comma(self, place: int, closing: str) -> int:
        place = self._after_space(place)
        char = self.text[place : place + 1]
        if char == ",":
            place = self._after_space(place + 1)
            if self.text[place : place + 1] == closing:
                self.repairs["a comma too many"] = None
        elif char != closing:
            raise Fault("The answer is no JSON")
        return place

    def _string(self, place: int) -> tuple[str, int]:
        quote = self.text[place]
        found = _STRINGS[quote].match(self.text, place)
        if found is None:
            raise Fault("The answer is no JSON")
        body = found.group(1)
        if quote == "'":
            self.repairs["single quotes"] = None
            body = re.sub(r"\\.|\"", lambda match: {"\\'": "'", '"': '\\"'}.get(match.group(), match.group()), body, flags=re.S)
        if _CONTROL.search(body):
            if _ESCAPED_CONTROL.search(body):  # what it stands for is anyone's guess
                raise Fault("The answer is no JSON")
            self.repairs["control characters in a string"] = None
            body = _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", body)
        value: str = self._plain(f'"{body}"')
        return value, found.end()
