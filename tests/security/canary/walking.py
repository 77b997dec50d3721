"""Walk through the attributes of an object, as a debugger or a serializer does."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

_MOST = 4000
_LONGEST = 20_000
_OPAQUE = (type, type(inspect))


def texts(thing: Any, depth: int = 4) -> Iterator[tuple[str, str]]:
    """Yield all texts that are reached by at most `depth` attributes or places, each with the way to it."""
    seen: set[int] = set()
    waiting: list[tuple[str, Any, int]] = [("", thing, 0)]
    while waiting and len(seen) < _MOST:
        way, value, deep = waiting.pop(0)
        if id(value) in seen:
            continue
        seen.add(id(value))
        yield way, _text(value)
        if deep < depth:
            waiting += [(f"{way}{step}", inner, deep + 1) for step, inner in _inside(value)]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, bytes | bytearray):
        return bytes(value[:_LONGEST]).decode("latin-1")
    try:
        return repr(value)[:_LONGEST]
    except Exception as error:
        return f"<{type(error).__name__}>"


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str | bytes | bytearray | int | float | None):
        return
    if isinstance(value, dict):
        yield from ((f"[{name!s:.40}]", item) for name, item in list(value.items()))
        yield from (("{}", name) for name in list(value))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (("[]", item) for item in list(value))
    if isinstance(value, _OPAQUE) or inspect.isroutine(value):
        return
    yield from _attributes(value)


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    try:
        names = [name for name in dir(value) if not name.startswith("__")]
    except Exception:  # a __dir__ that fails shows nothing
        return
    for name in names:
        try:
            inner = getattr(value, name)
        except Exception:  # an attribute that refuses to be read shows nothing
            continue
        if not inspect.isroutine(inner):
            yield f".{name}", inner
