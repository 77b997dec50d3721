"""What is fuzzed: a function from bytes to nothing, what it promises, and where its inputs begin."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from llmkit.errors import LLMKitError


class Broken(AssertionError):
    """A promise of a target does not hold for this input."""


def hold(promise: bool, words: str) -> None:
    """Raise `Broken` where a promise does not hold; a plain assert would be gone under `python -O`."""
    if not promise:
        raise Broken(words)


def nothing() -> Iterable[bytes]:
    """Return no seeds or words."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Target:
    """One reader of foreign bytes. `run` may raise an `LLMKitError`, nothing else; any other exception is a find.

    What `run` returns tells the ways through the code apart: an input with a new way is worth being changed further.
    """

    name: str
    run: Callable[[bytes], Hashable]
    seeds: Callable[[], Iterable[bytes]] = nothing
    words: Callable[[], Iterable[bytes]] = nothing
    """Pieces that mean something to it."""
    longest: int = 2048
    """Bytes of an input at most; where time may not grow faster than the length, many."""


def way_of(error: LLMKitError) -> Hashable:
    """Return what tells one typed refusal from another, its values left out."""
    return type(error).__name__, error.message[:24]
