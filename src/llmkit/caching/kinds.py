"""Which kinds of answers can be kept, by name: an entry says what it is, and only a kind of answer is ever made of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from importlib import import_module

import msgspec

from llmkit.types.reply import Reply

_MODULES = frozenset(
    {
        "llmkit.types.batch",
        "llmkit.types.classification",
        "llmkit.types.decision",
        "llmkit.types.embedding",
        "llmkit.types.image",
        "llmkit.types.job",
        "llmkit.types.moderation",
        "llmkit.types.ocr",
        "llmkit.types.realtime",
        "llmkit.types.rerank",
        "llmkit.types.responses",
        "llmkit.types.search",
        "llmkit.types.speech",
        "llmkit.types.transcription",
        "llmkit.types.video",
    }
)
"""Our modules with kinds of answers: what an entry names is looked up here before anything is imported."""
_known: dict[str, type[Reply]] = {}
_decoders: dict[type[Reply], msgspec.json.Decoder[Reply]] = {}
_lock = threading.Lock()


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


def decoder_of(kind: type[Reply]) -> msgspec.json.Decoder[Reply]:
    """Return what reads an answer of this kind. Each is made once and by one thread: msgspec 0.22 crashes where two do it at once."""
    with _lock:
        found = _decoders.get(kind)
        if found is None:
            found = _decoders[kind] = msgspec.json.Decoder(kind)
    return found


def _search(name: str) -> type[Reply] | None:
    module = name.partition(":")[0]
    if module in _MODULES:
        import_module(module)
    return next((kind for kind in _kinds(Reply) if kind_of(kind) == name), None)


def _kinds(kind: type[Reply]) -> Iterator[type[Reply]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _kinds(inner)
