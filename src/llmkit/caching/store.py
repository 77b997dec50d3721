"""What a cache asks of the place where answers are kept."""

from __future__ import annotations

from typing import Protocol


class CacheStore(Protocol):
    """Bytes by key, bounded. It is called from many threads; it raises `StoreUnavailable` when it cannot be asked."""

    @property
    def blocking(self) -> bool:
        """Return whether a call reads files or speaks over a network, so that it must not hold up an event loop."""
        ...

    def get(self, key: bytes, now: float) -> bytes | None:
        """Return what is kept under `key`, None for nothing. `now` is in Unix seconds."""
        ...

    def put(self, key: bytes, value: bytes, *, now: float, expires: float) -> int:
        """Keep `value` until the time `expires` at most; return how many entries had to go for it."""
        ...

    def remove(self, key: bytes) -> None:
        """Forget what is kept under `key`."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...
