"""Vectors of questions on a Redis server that many processes share."""

from __future__ import annotations

import math

from llmkit.caching.memory import check_bounds
from llmkit.caching.vectors import Near, Vector, nearest, promising, sketch
from llmkit.errors import ConfigurationError
from llmkit.stores.redis import Server
from llmkit.types.vectors import packed, unpacked

_PLACE = "near:"
_KINDS = ("signs", "vectors", "ages")
_AT_ONCE = 500

_PUT = """
local signs, vectors, ages = unpack(KEYS)
local key, entries, lasts = ARGV[1], tonumber(ARGV[4]), ARGV[5]
local last = redis.call('ZRANGE', ages, -1, -1, 'WITHSCORES')
redis.call('HSET', signs, key, ARGV[2])
redis.call('HSET', vectors, key, ARGV[3])
redis.call('ZADD', ages, last[2] and last[2] + 1 or 1, key)
local over = redis.call('ZCARD', ages) - entries
if over > 0 then
  for _, old in ipairs(redis.call('ZRANGE', ages, 0, over - 1)) do
    redis.call('HDEL', signs, old)
    redis.call('HDEL', vectors, old)
    redis.call('ZREM', ages, old)
  end
end
for _, name in ipairs(KEYS) do redis.call('PEXPIRE', name, lasts) end
return 1
"""
_REMOVE = """
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[3], ARGV[1])
"""


class RedisVectors:
    """At most `entries` vectors in each partition, the oldest go first: `RedisVectors("redis://host:6379/0")`.

    A partition to which nothing came for `lasts` seconds goes. Searching reads the signs of all vectors of the partition (50 bytes
    each) and the 64 most promising vectors.
    """

    blocking = True

    def __init__(self, server: Server | str, *, entries: int = 10_000, lasts: float = 7 * 86_400.0) -> None:
        check_bounds(entries, 1)
        if isinstance(lasts, bool) or not isinstance(lasts, int | float) or not 1.0 <= lasts < 1e10:
            raise ConfigurationError(f"lasts must be a number of seconds, not {lasts!r}.", parameter="lasts")
        self.server = Server(server) if isinstance(server, str) else server
        self._entries, self._lasts = entries, math.ceil(lasts * 1000)

    def near(self, partition: bytes, vector: Vector, count: int) -> list[Near]:
        """Return the `count` nearest of the partition, the nearest first."""
        signs, vectors, _ = _names(partition)
        told: list[bytes] = self.server.evaluate("return redis.call('HGETALL', KEYS[1])", [signs], (), raw=True)
        keys = told[::2]
        chosen = [keys[place] for place in promising(vector, [int.from_bytes(one) for one in told[1::2]])]
        found: list[tuple[bytes, Vector]] = []
        for begin in range(0, len(chosen), _AT_ONCE):
            some = chosen[begin : begin + _AT_ONCE]
            script = "return redis.call('HMGET', KEYS[1], unpack(ARGV))"
            for key, numbers in zip(some, self.server.evaluate(script, [vectors], some, raw=True), strict=True):
                if numbers is not None:
                    found.append((key, unpacked(numbers)))
        return nearest(vector, found, count)

    def put(self, partition: bytes, key: bytes, vector: Vector) -> None:
        """Keep a vector; the oldest go where there are too many."""
        signs = sketch(vector).to_bytes((len(vector) + 7) // 8)
        self.server.evaluate(_PUT, _names(partition), (key, signs, packed(vector), self._entries, self._lasts), raw=True)

    def remove(self, partition: bytes, key: bytes) -> None:
        """Forget a vector."""
        self.server.evaluate(_REMOVE, _names(partition), (key,), raw=True)

    def clear(self) -> None:
        """Forget everything that is kept under the server's `prefix`."""
        names = self.server.names(_PLACE)
        for begin in range(0, len(names), _AT_ONCE):
            self.server.evaluate("return redis.call('UNLINK', unpack(KEYS))", names[begin : begin + _AT_ONCE], ())

    def close(self) -> None:
        """Close every connection; the next use opens new ones."""
        self.server.close()


def _names(partition: bytes) -> list[str]:
    return [f"{_PLACE}{kind}:{partition.hex()}" for kind in _KINDS]
