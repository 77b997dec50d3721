"""Answers kept in the memory of this process: the least recently used go first."""

from __future__ import annotations

import threading
from collections import OrderedDict

from llmkit.errors import ConfigurationError


class MemoryEntries:
    """At most `entries` answers of at most `size` bytes together."""

    blocking = False

    def __init__(self, *, entries: int = 10_000, size: int = 64 * 2**20) -> None:
        check_bounds(entries, size)
        self._entries, self._size = entries, size
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Return how many bytes are kept."""
        return self._bytes

    def get(self, key: bytes, now: float) -> bytes | None:
        """Return what is kept under `key`, which makes it the last to go."""
        with self._lock:
            value = self._kept.get(key)
            if value is not None:
                self._kept.move_to_end(key)
            return value

    def put(self, key: bytes, value: bytes, *, now: float, expires: float) -> int:
        """Keep `value`, unless it is larger than everything together may be; return how many others went for it."""
        evicted = 0
        with self._lock:
            self._drop(key)
            if len(value) > self._size:
                return 0
            self._kept[key] = value
            self._bytes += len(value)
            while len(self._kept) > self._entries or self._bytes > self._size:
                self._drop(next(iter(self._kept)))
                evicted += 1
        return evicted

    def remove(self, key: bytes) -> None:
        """Forget what is kept under `key`."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _drop(self, key: bytes) -> None:
        value = self._kept.pop(key, None)
        if value is not None:
            self._bytes -= len(value)


def check_bounds(entries: int, size: int) -> None:
    """Raise `ConfigurationError` for bounds that keep nothing."""
    for name, value in (("entries", entries), ("size", size)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ConfigurationError(f"{name} must be a whole number above 0, not {value!r}.", parameter=name)
