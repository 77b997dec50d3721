"""Which old answers somebody is asking for anew."""

from __future__ import annotations

import threading


class Refreshes:
    """Which entries somebody is asking for anew: one at a time for each."""

    __slots__ = ("_begun", "_lock")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[bytes, float] = {}

    def begin(self, key: bytes, now: float) -> bool:
        """Return whether the caller is the one to ask; one who never came back is forgotten after a minute."""
        with self._lock:
            begun = self._begun.get(key)
            if begun is not None and now - begun < 60.0:
                return False
            if len(self._begun) >= 4096:
                self._begun.clear()
            self._begun[key] = now
            return True

    def end(self, key: bytes) -> None:
        """Let another ask."""
        with self._lock:
            self._begun.pop(key, None)
