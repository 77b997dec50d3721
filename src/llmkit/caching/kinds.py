"""Which kinds of answers can be kept, by name: an entry says what it is, and only a kind of answer is ever made of it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from llmkit.types.reply import Reply

_OURS = "llmkit.types."
_known: dict[str, type[Reply]] = {}


def kind_of(kind: type[Reply]) -> str:
    """Return the name of a kind of answer."""
    return f"{kind.__module__}:{kind.__qualname__}"


def type_of(name: str) -> type[Reply] | None:
    """Return the kind of answer called `name`; None where there is none. Only modules of our own types are ever imported for it."""
    found = _known.get(name)
    if found is None:
        found = _search(name)
        if found is not None:
            _known[name] = found
    return found


def _search(name: str) -> type[Reply] | None:
    module = name.partition(":")[0]
    if module.startswith(_OURS):
        try:
            import_module(module)
        except ImportError:
            return None
    return next((kind for kind in _kinds(Reply) if kind_of(kind) == name), None)


def _kinds(kind: type[Reply]) -> Iterator[type[Reply]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _kinds(inner)
