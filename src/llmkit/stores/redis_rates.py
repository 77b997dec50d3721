"""Rate limits that many processes share: each decision is one script on the Redis server, by the server's clock."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import gcd

import msgspec

from llmkit.limits.rate import Charge, Rate, Receipt, Refusal
from llmkit.stores.rates import Taken
from llmkit.stores.redis import Server

_MICROSECOND = 1_000
_EXACT = 2**51
"""Lua counts in doubles; half of what they hold exactly leaves room for debts."""

# A bucket: `level` (steps in it), `at` (when that was, in microseconds), `entered` (units ever), `born`. The continuous-state leaky
# bucket of ITU-T I.371, which lets through exactly what GCRA does; time that is less than a whole step stays for the next look.
_LOOK = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function look(key, speed, unit)
  local bucket = redis.call('HMGET', key, 'level', 'at', 'entered', 'born')
  local level, at, entered, born = tonumber(bucket[1]), tonumber(bucket[2]), tonumber(bucket[3]), bucket[4]
  if not level then return 0, now, 0, string.format('%.0f', now) end
  local gone = math.max(0, math.floor((now - at) / unit))
  if gone * speed >= level then return 0, math.max(now, at), entered, born end
  return level - gone * speed, at + gone * unit, entered, born
end
local function keep(key, level, at, entered, born, speed, unit)
  redis.call('HSET', key, 'level', string.format('%.0f', level), 'at', string.format('%.0f', at),
    'entered', string.format('%.0f', entered), 'born', born)
  local milliseconds = (level / speed + 1) * unit / 1000 + math.max(0, at - now) / 1000 + 1000
  redis.call('PEXPIRE', key, string.format('%.0f', math.min(math.ceil(milliseconds), 1e12)))
end
"""
_TAKE = (
    _LOOK
    + """
local paused = redis.call('PTTL', KEYS[#KEYS])
if paused > 0 then return {0, -1, paused * 1000} end
local place, wait, buckets = nil, -1, {}
for i = 1, #KEYS - 1 do
  local base = (i - 1) * 5
  local speed, room, unit = tonumber(ARGV[base + 1]), tonumber(ARGV[base + 2]), tonumber(ARGV[base + 3])
  local steps, units = tonumber(ARGV[base + 4]), tonumber(ARGV[base + 5])
  local level, at, entered, born = look(KEYS[i], speed, unit)
  local over = level + steps - room
  if steps > room then return {0, i - 1, -1} end
  if over > 0 then
    local needed = math.max(1, math.ceil(over / speed) * unit - (now - at))
    if needed > wait then place, wait = i - 1, needed end
  end
  buckets[i] = {level + steps, at, entered + units, born, speed, unit}
end
if place then return {0, place, wait} end
local receipts = {1}
for i, bucket in ipairs(buckets) do
  keep(KEYS[i], unpack(bucket))
  receipts[#receipts + 1] = bucket[4]
  receipts[#receipts + 1] = string.format('%.0f', bucket[3])
end
return receipts
"""
)
_SETTLE = (
    _LOOK
    + """
local speed, cost, unit, more = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local level, at, entered, born = look(KEYS[1], speed, unit)
if more > 0 then
  keep(KEYS[1], math.min(level + more * cost, tonumber(ARGV[7])), at, entered + more, born, speed, unit)
elseif born == ARGV[5] then
  local inside = level - (entered - tonumber(ARGV[6])) * cost
  keep(KEYS[1], level - math.min(-more * cost, math.max(0, inside)), at, entered, born, speed, unit)
end
return 1
"""
)
_PAUSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
return 1
"""


class RedisRates:
    """Buckets on a Redis server, by its own clock; an idle bucket is forgotten by the server."""

    local = False

    def __init__(self, server: Server | str) -> None:
        self.server = Server(server) if isinstance(server, str) else server

    def take(self, charges: Sequence[Charge], pause: str, now: int, /) -> Taken | Refusal:
        keys, values = [_name(charge.key) for charge in charges], []
        for charge in charges:
            scale = _scale(charge.rate)
            steps = min(charge.units * scale.cost, _EXACT)
            values += [scale.speed, scale.room, scale.unit, steps, charge.units]
        answer = self.server.evaluate(_TAKE, [*keys, f"rates:{pause}"], values)
        if int(answer[0]) == 0:
            place, wait = int(answer[1]), int(answer[2])
            return Refusal(place, None if wait < 0 else wait * _MICROSECOND)
        told = [int(number) for number in answer[1:]]
        return tuple(zip(told[::2], told[1::2], strict=True))

    def settle(self, charge: Charge, receipt: Receipt, used: int, now: int, /) -> None:
        scale, (born, position) = _scale(charge.rate), receipt
        values = [scale.speed, scale.cost, scale.unit, used - charge.units, born, position, 2 * _EXACT]
        self.server.evaluate(_SETTLE, [_name(charge.key)], values)

    def pause(self, pause: str, until: int, now: int, /) -> None:
        milliseconds = -(-(until - now) // 1_000_000)
        if milliseconds > 0:
            self.server.evaluate(_PAUSE, [f"rates:{pause}"], [milliseconds])

    def close(self) -> None:
        """Close every connection."""
        self.server.close()


class _Scale(msgspec.Struct, frozen=True, gc=False):
    """A rate in steps that doubles count exactly: `speed` steps go out each `unit` microseconds, one of what is limited costs `cost`."""

    speed: int
    cost: int
    room: int
    unit: int


@lru_cache(maxsize=1024)
def _scale(rate: Rate) -> _Scale:
    """Return the finest scale on which a full bucket is a whole number that fits; what must be rounded is rounded to the slower."""
    unit = 1
    while True:
        per = -(-rate.per // (_MICROSECOND * unit))
        shared = gcd(rate.amount, per)
        scale = _Scale(rate.amount // shared, per // shared, rate.burst * (per // shared), unit)
        if scale.room <= _EXACT and scale.speed <= _EXACT:
            return scale
        unit *= 10


def _name(key: tuple[str, ...]) -> str:
    return f"rates:{msgspec.json.encode(key).decode()}"
