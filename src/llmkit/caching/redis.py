"""Answers kept on a Redis server that many processes share."""

from __future__ import annotations

import math

from llmkit.caching.memory import check_bounds
from llmkit.stores.redis import Server

_PLACE = "cache:"
_AT_ONCE = 500


class RedisEntries:
    """Answers of at most `size` bytes each, on a Redis server: `RedisEntries("redis://host:6379/0")`.

    Each goes by the server's clock when its time is over. How many there may be together is the server's own matter: give it
    `maxmemory` and `maxmemory-policy volatile-lru` or `allkeys-lru` (and not the server that keeps budgets).
    """

    blocking = True

    def __init__(self, server: Server | str, *, size: int = 2**20) -> None:
        check_bounds(1, size)
        self.server = Server(server) if isinstance(server, str) else server
        self._size = size

    def get(self, key: bytes, now: float) -> bytes | None:
        """Return what is kept under `key`."""
        found: bytes | None = self.server.command("GET", _name(key))
        return found

    def put(self, key: bytes, value: bytes, *, now: float, expires: float) -> int:
        """Keep `value`, unless it is larger than an entry may be; return 0: what goes for it, the server does not say."""
        milliseconds = math.ceil((expires - now) * 1000)
        if len(value) > self._size or milliseconds <= 0:
            self.remove(key)
        else:
            self.server.command("SET", _name(key), value, "PX", milliseconds)
        return 0

    def remove(self, key: bytes) -> None:
        """Forget what is kept under `key`."""
        self.server.command("DEL", _name(key))

    def clear(self) -> None:
        """Forget everything that is kept under the server's `prefix`."""
        names = self.server.names(_PLACE)
        for begin in range(0, len(names), _AT_ONCE):
            self.server.evaluate("return redis.call('UNLINK', unpack(KEYS))", names[begin : begin + _AT_ONCE], ())

    def close(self) -> None:
        """Close every connection; the next use opens new ones."""
        self.server.close()


def _name(key: bytes) -> str:
    return _PLACE + key.hex()
