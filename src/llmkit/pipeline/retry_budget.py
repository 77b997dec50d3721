"""How many retries a client may make in all, so that a provider in trouble is not buried under them."""

from __future__ import annotations

import threading


class RetryBudget:
    """One retry for every `every` calls, saved up to `most`; and whatever the traffic, `floor` retries in `window` seconds.

    Calls and retries are whole numbers, so that nothing is lost or won by rounding.
    """

    __slots__ = ("_credit", "_filled", "_lock", "_most", "_since", "every", "floor", "window")

    def __init__(self, *, every: int = 10, most: int = 100, floor: int = 10, window: float = 10.0) -> None:
        if every < 1 or most < 0 or floor < 0 or not window > 0:
            raise ValueError("every must be at least 1, most and floor at least 0, and window longer than 0 s.")
        self.every = every
        self.floor = floor
        self.window = window
        self._most = most * every
        self._credit = 0
        self._filled = float(floor)
        self._since: float | None = None
        self._lock = threading.Lock()

    def call(self) -> None:
        """Count a call: it earns a part of a retry."""
        with self._lock:
            if self._credit < self._most:
                self._credit += 1

    def spend(self, now: float) -> bool:
        """Take one retry; False: there is none left at `now` (seconds of a clock that only goes forward)."""
        with self._lock:
            self._fill(now)
            if self._filled >= 1:
                self._filled -= 1
                return True
            if self._credit < self.every:
                return False
            self._credit -= self.every
            return True

    def _fill(self, now: float) -> None:
        since = now if self._since is None else self._since
        self._since = max(since, now)
        self._filled = min(float(self.floor), self._filled + max(0.0, now - since) * self.floor / self.window)
