"""Look for a key in what was printed, kept or sent: the whole key, and the forms in which one shows without being whole."""

from __future__ import annotations

import base64
import json
import re
import secrets
import string
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

_LETTERS = string.ascii_letters + string.digits
_BEGINNING, _END = 12, 4
_MASKED_END = r"(?:[*•·.…xX#]{2,}|\bkey\b[^\n]{0,24}?)"
"""What stands before the last four letters where a key is shown masked: `sk-ab****wxyz`, `key ending in wxyz`."""


def canary(prefix: str = "sk-", length: int = 48) -> str:
    """Return a key like which there is no other; its first twelve and its last four letters cannot be mistaken either."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length - len(prefix)))


class Needle:
    """A key to look for."""

    def __init__(self, key: str) -> None:
        self._forms = tuple((form, name) for name, form in _forms(key))
        self._end = key[-_END:]
        self._masked = re.compile(_MASKED_END + re.escape(self._end))

    def __repr__(self) -> str:
        return "Needle(****)"

    def found(self, text: str | bytes) -> str:
        """Return in which form the key stands in `text`; nothing where it does not."""
        if isinstance(text, bytes | bytearray | memoryview):
            text = bytes(text).decode("latin-1")
        for form, name in self._forms:
            if form in text:
                return name
        return "its last four letters" if self._end in text and self._masked.search(text) else ""


def _forms(key: str) -> Iterator[tuple[str, str]]:
    raw = key.encode("utf-8", "surrogatepass")
    plain = {
        "whole": key,
        "its beginning": key[:_BEGINNING],
        "quoted": quote(key, safe="", errors="replace"),
        "quoted as a form": quote_plus(key, errors="replace"),
        "as JSON": json.dumps(key)[1:-1],
        "as Python": repr(key)[1:-1],
        "as hex": raw.hex(),
        "as HEX": raw.hex().upper(),
        "as UTF-16": key.encode("utf-16-le", "surrogatepass").decode("latin-1"),
    }
    yield from ((name, form) for name, form in plain.items() if name == "whole" or form != key)
    yield from (("as base64", form) for form in _base64(raw))


def _base64(raw: bytes) -> Iterator[str]:
    """Yield what is the same in base64 whatever stands before the key, as `user:` does: three ways to fall into groups of three."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).decode()
        core = encoded[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        yield core
        yield core.replace("+", "-").replace("/", "_")


def runs_of(key: str, texts: Iterable[str], length: int = 8) -> str:
    """Return a part of `length` letters of the key that stands in one of the texts; nothing where none does."""
    parts = [key[place : place + length] for place in range(max(len(key) - length + 1, 1))]
    return next((part for text in texts for part in parts if part in text), "")
