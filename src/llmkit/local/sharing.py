"""Models in memory that several clients share: loaded for the first, freed after the last, never used across a fork."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakSet

from llmkit.errors import ConfigurationError, LLMKitError
from llmkit.local.settings import LocalSettings


class Closable(Protocol):
    """What is shared."""

    def close(self) -> None:
        """Free the memory."""
        ...


Held = TypeVar("Held", bound=Closable)


class Shared(Generic[Held]):
    """What `load` makes of settings, with the number of its users."""

    def __init__(self, load: Callable[[LocalSettings], Held]) -> None:
        self._load = load
        self._lock = Lock()
        self._held: dict[LocalSettings, tuple[Held, int]] = {}
        self._inherited: list[object] = []
        _all.add(self)

    def acquire(self, settings: LocalSettings) -> Held:
        """Return what belongs to `settings`, loaded when nobody uses it yet. Raises `ConfigurationError`."""
        if self._inherited:
            raise forked()
        with self._lock:
            held, users = self._held.get(settings) or (self._load(settings), 0)
            self._held[settings] = held, users + 1
            return held

    def release(self, settings: LocalSettings) -> None:
        """Give back what `acquire` returned; the last one frees the memory."""
        with self._lock:
            found = self._held.pop(settings, None)
            if found is not None and found[1] > 1:
                self._held[settings] = found[0], found[1] - 1
                return
        if found is not None:
            found[0].close()

    def close(self) -> None:
        """Free everything, at the end of the process."""
        for held, _ in list(self._held.values()):
            with suppress(LLMKitError):
                held.close()

    def after_fork(self) -> None:
        """The parent's models have no threads here, and what they held stays locked: touch nothing, not even to free it."""
        if self._held:
            self._inherited.append(self._held)
        self._lock, self._held = Lock(), {}


def forked() -> ConfigurationError:
    """Return the error for a model that the parent of this process loaded."""
    text = "The embedded model was loaded before this process was forked, and cannot be used in it."
    return ConfigurationError(text, parameter="model", hint='Start processes with the "spawn" method, or ask only in the child.')


_all: WeakSet[Shared[Any]] = WeakSet()


@atexit.register
def _close_all() -> None:
    for shared in list(_all):
        shared.close()


def _after_fork_in_child() -> None:
    for shared in list(_all):
        shared.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
