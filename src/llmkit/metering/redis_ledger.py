"""A ledger on a Redis server: exact between all processes that use the server, each decision one script on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llmkit.metering.ledger import KEPT, Claim, Reserved, Row, Standing, Ticket
from llmkit.metering.money import PICO
from llmkit.metering.windows import FOREVER
from llmkit.stores.redis import Server

_PLACE, _HELD = "ledger:", ":held"
_SLACK = 3600
"""Seconds for which cells are kept on when their time is over: clocks of callers may differ by so much."""

# An account is two keys: a hash of cells (`until reserved settled released fraction`), and a sorted set of what calls hold in it, by
# the server's time at which that ends: `cell until amount id`, and with an `x` before it once it has ended. Each account frees what
# it held itself when it is next looked at, so that a script touches no key that it was not told of. Lua counts in doubles: sums are
# exact up to 2^53 micro-dollars, nine billion dollars.
_BOOKS = """
local time = redis.call('TIME')
local clock = time[1] + time[2] / 1000000
local now, kept, slack, pico = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local function text(number) return string.format('%.0f', number) end

local function row(account, cell, ending)
  local found = account.cells[cell]
  if not found then
    found = {tonumber(ending), 0, 0, 0, 0}
    account.cells[cell] = found
  end
  account.changed[cell] = true
  return found
end

local function free(account)
  local overdue = redis.call('ZRANGEBYSCORE', account.held, '-inf', string.format('%.6f', clock), 'WITHSCORES', 'LIMIT', 0, 256)
  for i = 1, #overdue, 2 do
    local member = overdue[i]
    redis.call('ZREM', account.held, member)
    if string.sub(member, 1, 1) ~= 'x' then
      local cell, ending, amount = string.match(member, '^(%S+) (%S+) (%S+) ')
      if account.cells[cell] then
        local found = row(account, cell, ending)
        found[4] = found[4] + tonumber(amount)
      end
      redis.call('ZADD', account.held, string.format('%.6f', tonumber(overdue[i + 1]) + kept), 'x' .. member)
    end
  end
end

local function open(place, since)
  local account = {key = KEYS[2 * place - 1], held = KEYS[2 * place], cells = {}, changed = {}}
  local flat = redis.call('HGETALL', account.key)
  for i = 1, #flat, 2 do
    local numbers = {}
    for number in string.gmatch(flat[i + 1], '%S+') do numbers[#numbers + 1] = tonumber(number) end
    account.cells[flat[i]] = numbers
  end
  free(account)
  for cell, found in pairs(account.cells) do
    if tonumber(cell) < since and found[1] + slack <= now and found[2] - found[3] - found[4] == 0 then
      redis.call('HDEL', account.key, cell)
      account.cells[cell], account.changed[cell] = nil, nil
    end
  end
  return account
end

local function standing(account, since)
  local spent, fraction, held, oldest = 0, 0, 0, nil
  for cell, found in pairs(account.cells) do
    local number = tonumber(cell)
    if number >= since then
      spent, fraction, held = spent + found[3], fraction + found[5], held + found[2] - found[3] - found[4]
      if not oldest or number < oldest then oldest = number end
    end
  end
  return spent + math.ceil(fraction / pico), held, oldest
end

local function keep(account, seconds)
  for cell in pairs(account.changed) do
    local found = account.cells[cell]
    for i = 1, 5 do found[i] = text(found[i]) end
    redis.call('HSET', account.key, cell, table.concat(found, ' '))
  end
  if seconds < 0 then return end
  for _, key in ipairs({account.key, account.held}) do
    local left = redis.call('PTTL', key)
    if left ~= -2 and left < seconds * 1000 then redis.call('PEXPIRE', key, text(math.ceil(seconds * 1000))) end
  end
end
"""
_RESERVE = (
    _BOOKS
    + """
local lease, amount, id, accounts, told, admitted = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], {}, {}, 1
for i = 1, #KEYS / 2 do
  local base = 7 + (i - 1) * 5
  local since, limit = tonumber(ARGV[base + 2]), tonumber(ARGV[base + 4])
  local account = open(i, since)
  local spent, held, oldest = standing(account, since)
  if limit and amount > 0 and spent + held + amount > limit then admitted = 0 end
  accounts[i] = account
  told[3 * i - 2], told[3 * i - 1], told[3 * i] = text(spent), text(held), oldest and text(oldest) or ''
end
for i, account in ipairs(accounts) do
  local base = 7 + (i - 1) * 5
  local cell, ending = ARGV[base + 1], ARGV[base + 3]
  if admitted == 1 then
    local found = row(account, cell, ending)
    found[2] = found[2] + amount
    redis.call('ZADD', account.held, string.format('%.6f', clock + lease), cell .. ' ' .. ending .. ' ' .. ARGV[6] .. ' ' .. id)
  end
  keep(account, tonumber(ARGV[base + 5]))
end
return {admitted, unpack(told)}
"""
)
_SETTLE = (
    _BOOKS
    + """
local micro, rest, amount, id, found, accounts = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], ARGV[8], 0, {}
for i = 1, #KEYS / 2 do
  local base = 8 + (i - 1) * 4
  local account = open(i, tonumber(ARGV[base + 2]))
  local member = ARGV[base + 1] .. ' ' .. ARGV[base + 3] .. ' ' .. amount .. ' ' .. id
  account.amount = 0
  if redis.call('ZREM', account.held, member) == 1 then
    account.amount, found = tonumber(amount), 1
  elseif redis.call('ZREM', account.held, 'x' .. member) == 1 then
    found = 1
  end
  accounts[i] = account
end
for i, account in ipairs(accounts) do
  local base = 8 + (i - 1) * 4
  if found == 1 then
    local cell = row(account, ARGV[base + 1], ARGV[base + 3])
    local fraction = cell[5] + rest
    local cost = micro + math.floor(fraction / pico)
    cell[5] = fraction % pico
    cell[2] = cell[2] + math.max(0, cost - account.amount)
    cell[3] = cell[3] + cost
    cell[4] = cell[4] + math.max(0, account.amount - cost)
  end
  keep(account, tonumber(ARGV[base + 4]))
end
return found
"""
)
_STANDING = (
    _BOOKS
    + """
local since = tonumber(ARGV[5])
local account = open(1, since)
local spent, held, oldest = standing(account, since)
keep(account, -1)
return {text(spent), text(held), oldest and text(oldest) or ''}
"""
)


class RedisLedger:
    """Accounts on a Redis server: `RedisLedger("redis://host:6379/0")`. What a process held that died is free when its lease ends.

    Leases end by the server's clock; which day it is, the callers' clocks say. What was settled survives as what Redis keeps does
    (`appendonly yes`), and the server must not throw keys out when its memory is full (`maxmemory-policy noeviction`).
    """

    blocking = True

    def __init__(self, server: Server | str) -> None:
        self.server = Server(server) if isinstance(server, str) else server

    def reserve(self, ticket: Ticket, now: float) -> Reserved:
        """Reserve on all accounts or on none."""
        lease = ticket.expires - now
        values: list[str | int | float] = [*_about(now), lease, ticket.amount, ticket.id]
        for claim in ticket.claims:
            limit = "" if claim.limit is None else claim.limit
            values += [claim.cell, claim.since, claim.until, limit, _stay(claim, lease, now)]
        admitted, *told = self.server.evaluate(_RESERVE, _keys(ticket.claims), values)
        standings = [_standing(told[place : place + 3]) for place in range(0, len(told), 3)]
        return Reserved(bool(admitted), tuple(standings))

    def settle(self, ticket: Ticket, pico: int, now: float) -> bool:
        """Book the cost once; a reservation that had expired is booked all the same."""
        values: list[str | int | float] = [*_about(now), *divmod(pico, PICO), ticket.amount, ticket.id]
        for claim in ticket.claims:
            values += [claim.cell, claim.since, claim.until, _stay(claim, 0.0, now)]
        return bool(self.server.evaluate(_SETTLE, _keys(ticket.claims), values))

    def standing(self, claim: Claim, now: float) -> Standing:
        """Return how an account stands."""
        return _standing(self.server.evaluate(_STANDING, _keys((claim,)), [*_about(now), claim.since]))

    def rows(self) -> list[tuple[str, int, Row]]:
        """Return all rows: account, cell, sums."""
        found: list[tuple[str, int, Row]] = []
        for account in [key.removeprefix(_PLACE) for key in self.server.names(_PLACE) if not key.endswith(_HELD)]:
            flat = self.server.evaluate("return redis.call('HGETALL', KEYS[1])", [_PLACE + account], ())
            cells = zip(flat[::2], flat[1::2], strict=True)
            found += [(account, int(cell), Row(*[int(number) for number in row.split()])) for cell, row in cells]
        return sorted(found, key=lambda item: item[:2])

    def close(self) -> None:
        """Close every connection."""
        self.server.close()


def _about(now: float) -> list[str | int | float]:
    return [now, KEPT, _SLACK, PICO]


def _keys(claims: Sequence[Claim]) -> list[str]:
    return [key for claim in claims for key in (_PLACE + claim.account, _PLACE + claim.account + _HELD)]


def _stay(claim: Claim, lease: float, now: float) -> float:
    """Return for how many seconds the account must be kept from now on; below 0: for ever."""
    return -1 if claim.until >= FOREVER else max(claim.until - now, lease + KEPT) + _SLACK


def _standing(told: Sequence[Any]) -> Standing:
    spent, held, oldest = told
    return Standing(int(spent), int(held), int(oldest) if oldest else None)
