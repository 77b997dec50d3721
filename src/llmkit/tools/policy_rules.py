"""Rules for what an argument of a tool may be: deterministic, and a value that is not understood is not allowed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from llmkit.errors import InvalidRequest

_URL = re.compile(r"(?P<scheme>[A-Za-z]{2,8})://(?P<host>[A-Za-z0-9.-]{1,253})(?P<port>:[0-9]{1,5})?(?:[/?#][!-\[\]-~]*)?")
"""No user names, no backslashes, no white space, no other scripts: what two readers could read as two hosts."""
_MAIL = re.compile(r"[A-Za-z0-9.#$&'*+/=?^_{|}~-]{1,64}@(?P<host>[A-Za-z0-9.-]{1,253})")
_INNER = r"\w@/+%~#&=\-"
"""What stands inside names, numbers and addresses: a value that begins or ends within one was not said."""


class ArgumentRule(msgspec.Struct, frozen=True):
    """A named rule; `keeps` gets the value, and the words that the program and its user wrote. Of a list each item must keep it."""

    name: str
    test: Callable[[Any, Sequence[str]], bool]

    def keeps(self, value: Any, words: Sequence[str]) -> bool:
        """Tell whether the value is allowed. None, which says nothing, is."""
        if isinstance(value, list | tuple) and self.name != "anything":
            return all(not isinstance(item, list | tuple) and self.keeps(item, words) for item in value)
        return value is None or self.test(value, words)


def anything() -> ArgumentRule:
    """Allow every value: of this argument no harm can come, whoever writes it."""
    return ArgumentRule("anything", lambda value, words: True)


def one_of(*values: str | int | float | bool) -> ArgumentRule:
    """Allow these values."""
    return ArgumentRule("one_of", lambda value, words: any(type(value) is type(one) and value == one for one in values))


def said() -> ArgumentRule:
    """Allow a value that stands, whole, in what the program and its user wrote: in instructions and turns that are not untrusted."""
    return ArgumentRule("said", lambda value, words: any(_stands(spelling, text) for spelling in _spellings(value) for text in words))


def hosts(*names: str, schemes: Sequence[str] = ("https",)) -> ArgumentRule:
    """Allow addresses at these hosts; `.example.com` allows all below it, `example.com:8443` that port."""
    known = _names("hosts", names)

    def test(value: Any, words: Sequence[str]) -> bool:
        match = _URL.fullmatch(value) if isinstance(value, str) else None
        if match is None or match["scheme"].lower() not in schemes:
            return False
        port = match["port"] or ""
        usual = {"https": ":443", "http": ":80"}.get(match["scheme"].lower())
        return _is_at(match["host"] + ("" if port == usual else port), known)

    return ArgumentRule("hosts", test)


def mail(*names: str) -> ArgumentRule:
    """Allow plain mail addresses: at `example.com`, anywhere below `.example.com`, or `ann@example.com` alone."""
    known = _names("mail", names)

    def test(value: Any, words: Sequence[str]) -> bool:
        match = _MAIL.fullmatch(value) if isinstance(value, str) else None
        return match is not None and (_is_at(match["host"], known) or value.lower() in known)

    return ArgumentRule("mail", test)


def within(*folders: str | os.PathLike[str]) -> ArgumentRule:
    """Allow paths in these folders, links followed; a relative path is seen from the folder, and `..` is never allowed."""
    if not folders:
        raise InvalidRequest("within() needs a folder.", parameter="within")
    roots = tuple([os.path.realpath(folder) for folder in folders])

    def test(value: Any, words: Sequence[str]) -> bool:
        if not isinstance(value, str) or not value or value.startswith("~") or any(mark in value for mark in "\0$%:") or "\\" in value:
            return False
        if ".." in value.split("/"):
            return False
        full = [os.path.realpath(os.path.join(root, value)) for root in roots]
        return any(path == root or path.startswith(root.rstrip(os.sep) + os.sep) for path, root in zip(full, roots, strict=True))

    return ArgumentRule("within", test)


def _names(rule: Literal["hosts", "mail"], names: Sequence[str]) -> frozenset[str]:
    if not names or any("/" in name or not name.strip(".") for name in names):
        raise InvalidRequest(f"{rule}() needs names alone.", parameter=rule, hint="example.com, or .example.com for all below it.")
    return frozenset(name.lower() for name in names)


def _is_at(host: str, known: frozenset[str]) -> bool:
    host = host.lower()
    labels = host.split(".")
    above = ["." + ".".join(labels[place:]) for place in range(1, len(labels))]
    return all(labels) and (host in known or not known.isdisjoint(above))


def _spellings(value: Any) -> list[str]:
    if isinstance(value, bool):
        return []
    if isinstance(value, int):
        return [str(value), f"{value:,}", f"{value}.00"]
    if isinstance(value, float):
        whole = [str(int(value)), f"{int(value):,}"] if value.is_integer() else []
        return [*whole, repr(value), f"{value:.2f}" if round(value, 2) == value else repr(value)]
    return [value] if isinstance(value, str) and value.strip() else []


def _stands(value: str, text: str) -> bool:
    if "@" in value:  # of names of accounts the case may matter; of mail addresses nobody looks at it
        value, text = value.casefold(), text.casefold()
    return re.search(rf"(?<![{_INNER}.])(?<!\w[,:]){re.escape(value)}(?![{_INNER}]|[.,:]\w)", text) is not None
