"""Something that happens once, and whoever waits for it: between threads, between tasks, or both."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock


class Signal:
    """Given once. `Runtime.wait` waits for it, each runtime in its own way, whoever gives it."""

    __slots__ = ("_given", "_lock", "_waiting")

    def __init__(self) -> None:
        self._lock = Lock()
        self._given = False
        self._waiting: list[Callable[[], None]] = []

    @property
    def given(self) -> bool:
        """Say whether it has happened."""
        return self._given

    def give(self) -> None:
        """Wake all who wait."""
        with self._lock:
            self._given = True
            waiting, self._waiting = self._waiting, []
        for wake in waiting:
            wake()

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` when it happens, in the thread that gives the signal; at once when it has happened."""
        with self._lock:
            if not self._given:
                self._waiting.append(wake)
                return
        wake()

    def leave(self, wake: Callable[[], None]) -> None:
        """Do not call `wake` any more."""
        with self._lock:
            if wake in self._waiting:
                self._waiting.remove(wake)
