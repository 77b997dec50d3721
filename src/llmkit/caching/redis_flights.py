"""Who asks for all, agreed on over a Redis server: leases by its own clock, each decision one script."""

from __future__ import annotations

import math

from llmkit.caching.flights import KEPT, Landing
from llmkit.caching.memory import check_bounds
from llmkit.stores.redis import Server

_LEAD = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return ARGV[1] end
return redis.call('GET', KEYS[1])
"""
# What has landed begins with the token of its flight and a line feed; nothing behind it: it failed.
_LAND = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], ARGV[1] .. '\\n' .. ARGV[2], 'PX', ARGV[3])
return 1
"""
_LOOK = """
local landed = redis.call('GET', KEYS[2])
if landed and string.sub(landed, 1, #ARGV[1] + 1) == ARGV[1] .. '\\n' then return {1, string.sub(landed, #ARGV[1] + 2)} end
if redis.call('GET', KEYS[1]) == ARGV[1] then return {0, ''} end
return {-1, ''}
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


class RedisFlights:
    """Leases and landed answers of at most `size` bytes on a Redis server: `RedisFlights("redis://host:6379/0")`."""

    local = False

    def __init__(self, server: Server | str, *, size: int = 8 * 2**20) -> None:
        check_bounds(1, size)
        self.server = Server(server) if isinstance(server, str) else server
        self._size = size

    def lead(self, key: bytes, token: str, seconds: float, now: float) -> str:
        """Take the lease of `key`, unless somebody has it; return the token of whoever has it now."""
        return str(self.server.evaluate(_LEAD, _keys(key)[:1], [token, math.ceil(seconds * 1000)]))

    def look(self, key: bytes, token: str, now: float) -> Landing:
        """Return how the flight of `token` stands."""
        stands, data = self.server.evaluate(_LOOK, _keys(key), [token], raw=True)
        if stands == 1:
            return Landing("landed", data) if data else Landing("failed")
        return Landing("flying") if stands == 0 else Landing("gone")

    def land(self, key: bytes, token: str, data: bytes, now: float) -> bool:
        """End the lease, and let those who wait have `data`, if it is not too large."""
        data = data if len(data) <= self._size else b""
        return bool(self.server.evaluate(_LAND, _keys(key), [token, data, math.ceil(KEPT * 1000)], raw=True))

    def release(self, key: bytes, token: str) -> None:
        """End the lease, and let another lead."""
        self.server.evaluate(_RELEASE, _keys(key)[:1], [token])

    def close(self) -> None:
        """Close every connection; the next use opens new ones."""
        self.server.close()


def _keys(key: bytes) -> list[str]:
    return [f"flight:{key.hex()}", f"landed:{key.hex()}"]
