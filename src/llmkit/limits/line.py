"""Who waits for which bucket: first come, first served."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from threading import Lock

from llmkit.runtime.signal import Signal


class Waiter:
    """One call in a line; `turn` is given when it has come to the front."""

    __slots__ = ("place", "turn")

    def __init__(self, place: str) -> None:
        self.place = place
        self.turn = Signal()


class Lines:
    """The lines of this process, one for each bucket that somebody waits for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: dict[str, deque[Waiter]] = {}
        self._ready: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._lines)

    def ahead(self, places: Iterable[str]) -> str | None:
        """Return the first of `places` at which somebody waits."""
        with self._lock:
            return next((place for place in places if place in self._lines), None)

    def ready(self, place: str) -> int:
        """Return when the first in this line expects to go (nanoseconds of the clock)."""
        return self._ready.get(place, 0)

    def expect(self, place: str, when: int) -> None:
        """Say when the first in this line expects to go."""
        with self._lock:
            if place in self._lines:
                self._ready[place] = when

    def join(self, place: str) -> Waiter:
        """Stand at the end of the line."""
        waiter = Waiter(place)
        with self._lock:
            line = self._lines.setdefault(place, deque())
            line.append(waiter)
            first = len(line) == 1
        if first:
            waiter.turn.give()
        return waiter

    def leave(self, waiter: Waiter) -> None:
        """Go out of the line, from wherever in it; whoever is first now gets the turn."""
        following: Waiter | None = None
        with self._lock:
            line = self._lines.get(waiter.place)
            if line is None or waiter not in line:
                return
            line.remove(waiter)
            if line:
                following = line[0]
            else:
                del self._lines[waiter.place]
                self._ready.pop(waiter.place, None)
        if following is not None:
            following.turn.give()
