"""Places at a deployment, so many and no more, and a fair queue in front of them. It waits for nothing itself."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Literal

from llmkit.runtime.signal import Signal


class Place:
    """A place, or a place in the queue for one."""

    __slots__ = ("group", "lease", "signal", "state")

    def __init__(self, group: Hashable, lease: float | None, state: Literal["held", "waiting", "gone"]) -> None:
        self.group = group
        self.lease = lease
        self.state = state
        self.signal: Signal | None = Signal() if state == "waiting" else None


class Places:
    """`take` a place and `release` it. Whoever waits is let in by turns of the groups (tenants), and in order inside a group.

    A place whose lease has run out is taken back when another needs it: a stream that nobody reads has no end.
    """

    __slots__ = ("_held", "_lock", "_waiting", "limit", "queue", "waiting")

    def __init__(self, limit: int, queue: int) -> None:
        self.limit = limit
        self.queue = queue
        self.waiting = 0
        self._held: set[Place] = set()
        self._waiting: OrderedDict[Hashable, deque[Place]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """Return how many places are taken."""
        return len(self._held)

    def take(self, now: float, group: Hashable = None, lease: float | None = None) -> Place | None:
        """Return a place, held or waiting; None when the queue is full."""
        with self._lock:
            if not self.waiting and len(self._held) < self.limit:
                place = Place(group, lease, "held")
                self._held.add(place)
                return place
            place = Place(group, lease, "waiting")
            self._waiting.setdefault(group, deque()).append(place)
            self.waiting += 1
            self._reclaim(now)
            admitted = self._admit()
            if place.state == "waiting" and self.waiting > self.queue:
                self._leave(place)
                place.state = "gone"
        self._wake(admitted)
        return None if place.state == "gone" else place

    def release(self, place: Place) -> None:
        """Give a place back, or leave the queue; a second time does nothing."""
        with self._lock:
            if place.state == "gone":
                return
            if place.state == "held":
                self._held.discard(place)
            else:
                self._leave(place)
            place.state = "gone"
            if not self.waiting:
                return
            admitted = self._admit()
        self._wake(admitted)

    def resize(self, limit: int) -> None:
        """Set the limit; places that are taken stay taken."""
        with self._lock:
            self.limit = limit
            admitted = self._admit()
        self._wake(admitted)

    def _admit(self) -> list[Place]:
        admitted = []
        while self.waiting and len(self._held) < self.limit:
            group, line = next(iter(self._waiting.items()))
            place = line.popleft()
            self._waiting.move_to_end(group)
            if not line:
                del self._waiting[group]
            self.waiting -= 1
            place.state = "held"
            self._held.add(place)
            admitted.append(place)
        return admitted

    def _leave(self, place: Place) -> None:
        line = self._waiting[place.group]
        line.remove(place)
        if not line:
            del self._waiting[place.group]
        self.waiting -= 1

    def _reclaim(self, now: float) -> None:
        for place in [place for place in self._held if place.lease is not None and place.lease <= now]:
            self._held.discard(place)
            place.state = "gone"

    @staticmethod
    def _wake(admitted: list[Place]) -> None:
        for place in admitted:
            if place.signal is not None:
                place.signal.give()
