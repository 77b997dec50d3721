"""Count the connections of one origin: who may open one, who waits, which are idle."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

C = TypeVar("C")


class Turn(Generic[C]):
    """A place in the queue. When its turn comes it holds a `connection`, or the right to open one (None), and `wake` is called."""

    __slots__ = ("connection", "granted", "wake")

    def __init__(self, wake: Callable[[], object]) -> None:
        self.wake = wake
        self.granted = False
        self.connection: C | None = None


class Slots(Generic[C]):
    """Pure bookkeeping without I/O and without a lock. First come, first served: what comes free goes to the longest waiting.

    `opened` counts connections that exist or are being made; whoever gets the right to open one gives it back with `lost`.
    """

    __slots__ = ("_limit", "idle", "keep", "opened", "queue")

    def __init__(self, limit: int, keep: int) -> None:
        self._limit = limit
        self.keep = keep
        self.idle: list[C] = []
        self.opened = 0
        self.queue: deque[Turn[C]] = deque()

    def may_open(self) -> bool:
        """Take the right to open a connection, where there is one left."""
        if self.opened >= self._limit:
            return False
        self.opened += 1
        return True

    def wait(self, wake: Callable[[], object]) -> Turn[C]:
        """Stand at the end of the queue."""
        turn: Turn[C] = Turn(wake)
        self.queue.append(turn)
        return turn

    def give(self, connection: C) -> bool:
        """Hand an unused connection to the first in the queue, else keep it idle; False when there are idle ones enough."""
        if self.queue:
            turn = self.queue.popleft()
            turn.connection = connection
            turn.granted = True
            turn.wake()
            return True
        if len(self.idle) >= self.keep:
            return False
        self.idle.append(connection)
        return True

    def lost(self) -> None:
        """Note that a connection is gone; the first in the queue may open another."""
        self.opened -= 1
        while self.queue and self.opened < self._limit:
            self.opened += 1
            turn = self.queue.popleft()
            turn.granted = True
            turn.wake()

    def leave(self, turn: Turn[C]) -> bool:
        """Leave the queue; True when the turn had come meanwhile, and what it holds must be given back."""
        if turn.granted:
            return True
        if turn in self.queue:
            self.queue.remove(turn)
        return False

    def close(self) -> None:
        """Wake all who wait; they get nothing."""
        turns = list(self.queue)
        self.queue.clear()
        for turn in turns:
            turn.wake()

    def forget(self, connection: C) -> None:
        """Drop a connection from the idle ones, if it is there."""
        if connection in self.idle:
            self.idle.remove(connection)
