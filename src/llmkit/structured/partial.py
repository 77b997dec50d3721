"""A JSON document as far as it has come: a value that only grows.

The bytes may be cut anywhere. A string shows the characters that are there; a number or a word only when it is complete, and a
property when its value begins. Nothing is guessed.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

MOST_DEPTH = 100
LONGEST_SCALAR = 4096
NOTHING: Any = type("Nothing", (), {"__repr__": lambda self: "NOTHING", "__bool__": lambda self: False})()
"""What `value` is before anything of it is there."""
_SPACE = " \t\r\n"
_PLAIN = re.compile(r'[^"\\\x00-\x1f]+')
_SCALAR = re.compile(r"[-+.0-9a-zA-Z]+")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class PartialJson:
    """Reads a document piece by piece, in time linear in its length.

    `value` is what is there now. `done`: the document is complete. `broken`: what came is no JSON; `value` stays as it was.
    """

    def __init__(self) -> None:
        self.done = False
        self.broken = False
        self._stack: list[_Open] = []
        self._root: Any = NOTHING
        self._state = "value"
        self._held = ""
        self._string: list[str] = []
        self._key = False
        self._surrogate = ""

    def feed(self, text: str) -> bool:
        """Take more text; tell whether `value` grew."""
        if self.broken or not text:
            return False
        text, self._held = self._held + text, ""
        grew, place = False, 0
        while place < len(text) and not self.broken:
            step = _STATES[self._state](self, text, place)
            if step is None:
                self._held = text[place:]
                self.broken = len(self._held) > LONGEST_SCALAR
                break
            place, more = step
            grew = grew or more
        return grew

    def close(self) -> bool:
        """Say that nothing more comes; tell whether `value` grew. A bare number ends only here."""
        return bool(self._held) and not self.broken and self._state == "value" and self.feed(" ")

    @property
    def value(self) -> Any:
        """Return a copy of what is there; complete inner values are shared with earlier copies."""
        value = "".join(self._string) if self._state == "string" and not self._key else NOTHING
        for open_ in reversed(self._stack):
            value = open_.with_(value)
        return value if self._stack or value is not NOTHING else self._root

    def _value(self, text: str, place: int) -> tuple[int, bool] | None:
        char = text[place]
        if char in _SPACE:
            return place + 1, False
        if char == '"':
            self._begin_string(key=False)
            return place + 1, True
        if char in "{[":
            return self._open(char, place)
        if char == "]" and self._stack and not self._stack[-1].is_object and not self._stack[-1].items and not self._stack[-1].comma:
            return self._end_container(place)
        return self._scalar(text, place)

    def _open(self, char: str, place: int) -> tuple[int, bool]:
        if len(self._stack) >= MOST_DEPTH:
            self.broken = True
            return place, False
        self._stack.append(_Open({} if char == "{" else []))
        self._state = "key" if char == "{" else "value"
        return place + 1, True

    def _scalar(self, text: str, place: int) -> tuple[int, bool] | None:
        found = _SCALAR.match(text, place)
        if found is None:
            self.broken = True
            return place, False
        if found.end() == len(text):
            return None
        try:
            value = msgspec.json.decode(found.group())
        except (msgspec.DecodeError, UnicodeEncodeError):
            self.broken = True
            return place, False
        self._put(value)
        return found.end(), True

    def _begin_string(self, *, key: bool) -> None:
        self._state, self._key, self._string, self._surrogate = "string", key, [], ""

    def _in_string(self, text: str, place: int) -> tuple[int, bool] | None:
        plain = _PLAIN.match(text, place)
        if plain is not None:
            self._add(plain.group())
            return plain.end(), not self._key
        if text[place] == '"':
            return self._end_string(place)
        if text[place] != "\\":
            self.broken = True
            return place, False
        return self._escape(text, place)

    def _escape(self, text: str, place: int) -> tuple[int, bool] | None:
        if place + 1 == len(text):
            return None
        if text[place + 1] != "u":
            char = _ESCAPES.get(text[place + 1])
            if char is None:
                self.broken = True
                return place, False
            self._add(char)
            return place + 2, not self._key
        digits = text[place + 2 : place + 6]
        if not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            self.broken = True
            return place, False
        if len(digits) < 4:
            return None
        self._add_unit(chr(int(digits, 16)))
        return place + 6, not self._key

    def _add_unit(self, unit: str) -> None:
        """A character beyond the basic plane is two escapes; half of it is not shown."""
        if self._surrogate and "\udc00" <= unit <= "\udfff":
            pair = (self._surrogate + unit).encode("utf-16", "surrogatepass").decode("utf-16")
            self._surrogate = ""
            self._string.append(pair)
        elif "\ud800" <= unit <= "\udbff" and not self._surrogate:
            self._surrogate = unit
        else:
            self.broken = self.broken or bool(self._surrogate) or "\ud800" <= unit <= "\udfff"
            self._string.append("" if self.broken else unit)

    def _add(self, words: str) -> None:
        if self._surrogate:
            self.broken = True
            return
        self._string.append(words)

    def _end_string(self, place: int) -> tuple[int, bool]:
        if self._surrogate:
            self.broken = True
            return place, False
        words = "".join(self._string)
        if self._key:
            self._stack[-1].key = words
            self._state = "colon"
            return place + 1, False
        self._put(words)
        return place + 1, False

    def _put(self, value: Any) -> None:
        if self._stack:
            self._stack[-1].put(value)
            self._state = "next"
        else:
            self._root, self._state, self.done = value, "after", True

    def _end_container(self, place: int) -> tuple[int, bool]:
        self._put(self._stack.pop().items)
        return place + 1, False

    def _before_key(self, text: str, place: int) -> tuple[int, bool] | None:
        char, open_ = text[place], self._stack[-1]
        if char in _SPACE:
            return place + 1, False
        if char == "}" and not open_.comma:
            return self._end_container(place)
        if char == '"':
            self._begin_string(key=True)
            return place + 1, False
        self.broken = True
        return place, False

    def _colon(self, text: str, place: int) -> tuple[int, bool] | None:
        if text[place] == ":":
            self._state = "value"
        elif text[place] not in _SPACE:
            self.broken = True
        return place + 1, False

    def _next(self, text: str, place: int) -> tuple[int, bool] | None:
        char, open_ = text[place], self._stack[-1]
        if char in _SPACE:
            return place + 1, False
        if char == ",":
            open_.comma = True
            self._state = "key" if open_.is_object else "value"
            return place + 1, False
        if char == ("}" if open_.is_object else "]"):
            return self._end_container(place)
        self.broken = True
        return place, False

    def _after(self, text: str, place: int) -> tuple[int, bool] | None:
        self.broken = text[place] not in _SPACE
        return place + 1, False


class _Open:
    """A container that is not closed yet. `comma`: the last thing in it was a comma."""

    __slots__ = ("comma", "is_object", "items", "key")

    def __init__(self, items: Any) -> None:
        self.items = items
        self.is_object = isinstance(items, dict)
        self.comma = False
        self.key = ""

    def put(self, value: Any) -> None:
        self.comma = False
        if self.is_object:
            self.items[self.key] = value
        else:
            self.items.append(value)

    def with_(self, value: Any) -> Any:
        """Return a copy with the unfinished `value` in its place."""
        if value is NOTHING:
            return self.items.copy()
        return {**self.items, self.key: value} if self.is_object else [*self.items, value]


_STATES: dict[str, Any] = {
    "value": PartialJson._value,
    "string": PartialJson._in_string,
    "key": PartialJson._before_key,
    "colon": PartialJson._colon,
    "next": PartialJson._next,
    "after": PartialJson._after,
}
